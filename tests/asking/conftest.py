"""Readers stop within a tenth of a second here; in production they wait up to half of one for their last request."""

import pytest

from chassis import subscribe


@pytest.fixture(autouse=True)
def _requests_are_over_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribe, "EXPIRES", 0.1)
