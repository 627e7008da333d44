"""Keys, credentials and Secrets as deploy/README.md says to make them."""

from pathlib import Path

import pytest

from tests.deploy.pods import make_credentials, make_secrets


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of keys and credentials."""
    folder = tmp_path_factory.mktemp("credentials")
    make_credentials(folder)
    return folder


@pytest.fixture(scope="session")
def secrets(place: Path) -> dict[str, dict[str, bytes]]:
    """The Secrets of the cluster."""
    return make_secrets(place)
