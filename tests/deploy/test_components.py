"""The list of components is that of the lock; every lock has a hash for each package."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy.pods import DEPLOY, TOP


def pinned(text: str) -> dict[str, tuple[str, set[str]]]:
    """Version and hashes by name."""
    found = {}
    for entry in re.split(r"\n(?=[a-z])", text):
        if match := re.match(r"([\w.-]+)==(\S+)", entry):
            found[match[1]] = (match[2], set(re.findall(r"sha256:([0-9a-f]{64})", entry)))
    return found


@pytest.mark.parametrize("path", [TOP / "requirements.lock", *DEPLOY.glob("*.lock")], ids=lambda path: path.name)
def test_every_package_of_a_lock_has_a_hash(path: Path) -> None:
    packages = pinned(path.read_text())
    assert packages
    assert [name for name, (_, hashes) in packages.items() if not hashes] == []


@pytest.mark.skipif(os.environ.get("WHEELHOUSE") != "full", reason="WHEELHOUSE=full: fetches what writes it; by night")
@pytest.mark.timeout(600)
def test_the_list_of_components_names_what_the_lock_names_with_its_hashes() -> None:
    made = subprocess.run(["make", "sbom"], cwd=TOP, capture_output=True, text=True, timeout=500, check=False)
    if made.returncode != 0:
        pytest.skip(f"NOT RUN: what writes it cannot be fetched here: {made.stderr[-300:]}")
    components = json.loads((TOP / "build/sbom.cdx.json").read_text())["components"]
    listed = {
        component["name"]: (
            component["version"],
            {one["content"] for reference in component["externalReferences"] for one in reference["hashes"]},
        )
        for component in components
    }
    assert listed == pinned((TOP / "requirements.lock").read_text())
