"""What `lianshen follow` says of whom a case waits for, and when it is asked next."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.case.waits import Wait
from lianshen.cases.follow import waiting

UNTIL = datetime(2026, 12, 7, 10, tzinfo=UTC)
TAX = Wait("tax", "answers", UNTIL)


def state(**changes: Any) -> dict[str, Any]:
    well = {"not_asked_because": None, "paused": None, "attached_by": "bus", "faults": [], "breaker_open": False}
    return {"tax": {**well, "asked_next": None, **changes}}


SILENT = {"kind": "silent", "why": "tax did not answer: within 10 s", "since": "2026-11-28T04:00:00+00:00"}
AT = "2026-11-28T04:01:30+00:00"


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (state(), "it has the question"),
        (
            state(faults=[SILENT], breaker_open=True, asked_next=AT),
            "tax did not answer: within 10 s, since 2026-11-28 12:00:00; it is asked again at 12:01:30",
        ),
        (
            state(faults=[SILENT]),
            "tax did not answer: within 10 s, since 2026-11-28 12:00:00; it is asked again within a minute",
        ),
        (
            state(not_asked_because="paused: audit", paused="audit"),
            "it is not asked: paused: audit; it is asked again once that is over (`lianshen department resume tax`)",
        ),
        (state(attached_by="clerk"), "its clerk answers; `lianshen clerk questions tax`"),
        ({}, "verify-household, which asks it, does not answer; it is asked once that runs again"),
    ],
)
def test_a_department_with_why_it_has_not_answered_and_when_it_is_asked_next(
    states: dict[str, Any], words: str
) -> None:
    assert waiting(TAX, states).text == f"  waits for tax: answers by 2026-12-07 18:00; {words}"


def test_an_instant_that_moves_on_is_no_news_and_a_fault_is() -> None:
    first = waiting(TAX, state(faults=[SILENT], breaker_open=True, asked_next=AT))
    later = waiting(TAX, state(faults=[SILENT], breaker_open=True, asked_next="2026-11-28T04:02:30+00:00"))
    assert first.text != later.text
    assert first.lasting == later.lasting
    assert first.lasting != waiting(TAX, state()).lasting


def test_an_officer_and_the_calendar_are_told_without_a_look_at_departments() -> None:
    assert waiting(Wait("officer", "reviews it: `lianshen confirm`"), {}).text == (
        "  waits for officer: reviews it: `lianshen confirm`"
    )
    closes = Wait("calendar", "the public list closes", UNTIL, overdue=True)
    assert waiting(closes, {}).text == "  waits for calendar: the public list closes by 2026-12-07 18:00, OVERDUE"
