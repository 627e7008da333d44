"""Art. 31: each ground has what shows it; nobody is exited without a hearing and an officer's word."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from after_care.decide.exits import confirm, drop, propose
from after_care.decide.homes import record_repair

from contracts.case.case import Case, NotAllowed
from contracts.case.states import State
from contracts.homes.home import HomeFile
from procedures.hainan_2025.policy import POLICY
from procedures.working_days import Calendar
from tests.after_care.families import chose_a_home, home_of, with_keys
from tests.allocation.families import after

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
LAW = POLICY.on(NOW.date())


def proposed(case: Case, ground: Any, document: str | None = None, home: HomeFile | None = None) -> Any:
    home = home or home_of(case.application)
    return propose(case, home, ground, document, "because", "officer 1", Calendar(), LAW, NOW)


@pytest.mark.parametrize(
    ("ground", "why"), [("31(1)", "by the clock"), ("31(2)", "fraud"), ("31(3)", "judicial"), ("31(6)", "another law")]
)
def test_a_ground_that_nothing_shows_is_not_proposed(ground: str, why: str) -> None:
    with pytest.raises(NotAllowed, match=why.replace("by the clock", "counted by the clock")):
        proposed(with_keys(), ground)


@pytest.mark.parametrize("ground", ["31(2)", "31(3)", "31(6)"])
def test_a_document_shows_it(ground: str) -> None:
    event = proposed(with_keys(), ground, "No. 7 of 2026-11-30")
    assert (event.ground, event.heard_until.isoformat()) == (ground, "2026-12-08")


def test_a_damaged_structure_is_a_ground_only_once_its_repair_is_refused() -> None:
    case = with_keys()
    whole = home_of(case.application)
    with pytest.raises(NotAllowed, match="no damage"):
        record_repair(whole, "refused", "will not", "unit", NOW)
    damaged = record_repair(whole, "damaged", "a wall is gone", "unit", NOW)
    with pytest.raises(NotAllowed, match="refused first"):
        proposed(case, "31(4)", home=home_of(case.application, damaged))
    refused = record_repair(home_of(case.application, damaged), "refused", "will not", "unit", NOW)
    mended = record_repair(home_of(case.application, damaged, refused), "repaired", "done", "unit", NOW)
    with pytest.raises(NotAllowed, match="refused first"):
        proposed(case, "31(4)", home=home_of(case.application, damaged, refused, mended))
    assert proposed(case, "31(4)", home=home_of(case.application, damaged, refused)).ground == "31(4)"


@pytest.mark.parametrize("start", [chose_a_home, with_keys])
def test_nobody_is_exited_before_the_last_day_on_which_the_family_is_heard_is_over(start: Any) -> None:
    case = start()
    waits = after(case, proposed(case, "31(5)"))
    for days in (0, 7):
        with pytest.raises(NotAllowed, match="heard until 2026-12-08"):
            confirm(waits, "heard", "officer 2", NOW + timedelta(days=days))
    exited = after(waits, confirm(waits, "heard", "officer 2", NOW + timedelta(days=8)))
    assert exited.state is State.EXITED
    kept = after(waits, drop(waits, "it stays", "officer 2", NOW))
    assert kept.state is case.state
    with pytest.raises(NotAllowed, match="no exit is proposed"):
        confirm(kept, "again", "officer 2", NOW + timedelta(days=9))
