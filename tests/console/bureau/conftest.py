"""The pages of the bureau over services at work in memory."""

from pathlib import Path

import pytest

from tests.console.bureau.at_work import Bureau
from tests.console.bureau.at_work import bureau as bureau_in


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return bureau_in(tmp_path)
