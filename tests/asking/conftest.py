"""Everything waits shorter here than in production, by the same rules."""

import pytest

from chassis import breaker, subscribe


@pytest.fixture(autouse=True)
def _requests_are_over_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that stops waits for its last request: a tenth of a second instead of half of one."""
    monkeypatch.setattr(subscribe, "EXPIRES", 0.1)


@pytest.fixture
def in_a_third_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed comes back, and who is down is probed, after a third of the usual wait."""
    for table in ("RETRY_AFTER", "PROBE_AFTER"):
        monkeypatch.setattr(breaker, table, tuple(seconds / 3 for seconds in getattr(breaker, table)))
