"""The worklist: whom a case waits for, what is overdue, and which cases are listed."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from chassis.log.stored import Stored
from contracts.case.waits import Wait
from contracts.events import EVENTS, DeterminationConfirmed, Event
from contracts.numbers import application_number
from lianshen.cases.cases import Wanted, Worklist, WorklistRow, age, line_of, read_wanted, summary, table
from tests.contracts.examples import (
    ACCEPTED,
    ANSWERED,
    AT,
    CLOSED,
    DEFERRED,
    DETERMINED,
    FORM,
    LATER,
    NUMBER,
    OBJECTION,
    OBJECTION_DECIDED,
    OPENED,
    OVERDUE,
    POOL_CONFIRMED,
    REFUSED,
    REVERIFIED,
    SIX,
    SUBMITTED,
    SUPPLEMENT_WANTED,
    WITHDRAWN,
)
from tests.contracts.examples_after_pool import (
    CALL,
    DEPOSIT_ASKED,
    EXITED_WITH_KEYS,
    IN_DRAW,
    MISSED,
    NOT_DRAWN,
    OFFER,
    SINCE_POOL,
    WITH_KEYS,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OTHERS = tuple(ANSWERED.model_copy(update={"department": name}) for name in SIX if name != "tax")
ALL = (*OTHERS, ANSWERED)
REVIEW = DETERMINED.model_copy(update={"outcome": "review"})
PROPOSED = DETERMINED.model_copy(update={"outcome": "ineligible"})
INELIGIBLE = DeterminationConfirmed(
    application=NUMBER, at=LATER, round=1, outcome="ineligible", reason="as proposed", by="officer 17"
)


def stored(*events: Event, number: str = NUMBER) -> list[Stored]:
    return [
        Stored(
            EVENTS.subject_of(event.model_copy(update={"application": number})),
            sequence,
            event.at,
            {"ce-type": type(event).__name__},
            EVENTS.write(event.model_copy(update={"application": number})),
        )
        for sequence, event in enumerate(events, start=1)
    ]


POOLED = (SUBMITTED, ACCEPTED, *ALL, DETERMINED, OPENED, CLOSED, POOL_CONFIRMED)


def line(*events: Event, after: timedelta = MINUTE) -> WorklistRow:
    return line_of(NUMBER, stored(*events), AT + after)


def whom(*events: Event, after: timedelta = MINUTE) -> list[str]:
    return [wait.whom for wait in line(*events, after=after).waits]


@pytest.mark.parametrize(
    ("events", "waits_for"),
    [
        ((SUBMITTED,), ["lianshen"]),
        ((SUBMITTED, SUPPLEMENT_WANTED), ["family"]),
        ((SUBMITTED, REFUSED), []),
        ((SUBMITTED, ACCEPTED), list(SIX)),
        ((SUBMITTED, ACCEPTED, *OTHERS), ["tax"]),
        ((SUBMITTED, ACCEPTED, *ALL), ["lianshen"]),
        ((SUBMITTED, ACCEPTED, *ALL, REVIEW), ["officer"]),
        ((SUBMITTED, ACCEPTED, *ALL, PROPOSED), ["officer"]),
        ((SUBMITTED, ACCEPTED, *ALL, PROPOSED, INELIGIBLE), []),
        ((SUBMITTED, ACCEPTED, *ALL, PROPOSED, REVERIFIED), list(SIX)),
        ((SUBMITTED, ACCEPTED, *ALL, DETERMINED), ["lianshen"]),
        ((SUBMITTED, ACCEPTED, *ALL, DETERMINED, OPENED), ["calendar"]),
        ((SUBMITTED, ACCEPTED, *ALL, DETERMINED, OPENED, OBJECTION), ["officer"]),
        ((SUBMITTED, ACCEPTED, *ALL, DETERMINED, OPENED, OBJECTION, OBJECTION_DECIDED), ["calendar"]),
        ((SUBMITTED, ACCEPTED, *ALL, DETERMINED, OPENED, CLOSED, POOL_CONFIRMED), []),
        ((SUBMITTED, ACCEPTED, WITHDRAWN), []),
        ((*POOLED, DEPOSIT_ASKED), ["family"]),
        ((*POOLED, *IN_DRAW), ["project-unit"]),
        ((*POOLED, *IN_DRAW, NOT_DRAWN), []),
        ((*POOLED, *CALL, MISSED), ["officer"]),
        ((*POOLED, *WITH_KEYS), []),
        ((*POOLED, *OFFER), ["family"]),
        ((*POOLED, *EXITED_WITH_KEYS), ["project-unit"]),
    ],
)
def test_whom_a_case_waits_for_at_every_step(events: tuple[Event, ...], waits_for: list[str]) -> None:
    assert whom(*events) == waits_for


def test_a_department_beyond_its_time_is_overdue_and_an_officer_may_answer_for_it() -> None:
    waits = line(SUBMITTED, ACCEPTED, *[one for one in ALL if one.department != "housing"], OVERDUE).waits
    assert waits == (
        Wait("housing", "answers", LATER, overdue=True),
        Wait("officer", "may answer for housing: `lianshen answer`"),
    )


def test_a_department_is_overdue_from_its_instant_on_even_before_that_is_recorded() -> None:
    assert not line(SUBMITTED, ACCEPTED, *OTHERS, after=timedelta(days=7) - MINUTE).overdue
    assert line(SUBMITTED, ACCEPTED, *OTHERS, after=timedelta(days=7)).overdue


def test_a_promise_is_told_and_the_deadline_that_stands_for_a_clerk_is_none() -> None:
    promised = DEFERRED.model_copy(update={"promised_at": AT + 3 * HOUR})
    rest = [one for one in ALL if one.department != "housing"]
    [wait] = line(SUBMITTED, ACCEPTED, *rest, promised).waits
    assert wait.what == "answers, as promised for 2026-11-23 13:00"
    [wait] = line(SUBMITTED, ACCEPTED, *rest, DEFERRED).waits
    assert wait.what == "answers"


def test_what_we_have_to_do_ourselves_is_overdue_after_two_minutes() -> None:
    assert not line(SUBMITTED, ACCEPTED, *ALL, after=2 * MINUTE).overdue
    assert line(SUBMITTED, ACCEPTED, *ALL, after=2 * MINUTE + timedelta(seconds=1)).overdue


def test_a_family_has_until_the_end_of_its_last_day_in_wuhai() -> None:
    [wait] = line(SUBMITTED, SUPPLEMENT_WANTED).waits
    assert wait.by is not None
    assert wait.by.isoformat() == "2026-12-08T00:00:00+08:00"
    assert line(SUBMITTED, SUPPLEMENT_WANTED, after=wait.by - AT).overdue
    assert not line(SUBMITTED, SUPPLEMENT_WANTED, after=wait.by - AT - MINUTE).overdue


def test_an_entry_that_should_be_closed_and_is_not_is_overdue() -> None:
    closes = OPENED.closes_at - AT
    events = (SUBMITTED, ACCEPTED, *ALL, DETERMINED, OPENED)
    assert not line(*events, after=closes + MINUTE).overdue
    assert line(*events, after=closes + HOUR).overdue


def test_since_is_when_the_case_came_into_its_state() -> None:
    assert line(SUBMITTED, ACCEPTED, *OTHERS).since == AT
    opened = OPENED.model_copy(update={"at": AT + HOUR})
    assert line(SUBMITTED, ACCEPTED, *ALL, DETERMINED, opened).since == AT + HOUR


def test_a_history_that_cannot_be_read_waits_for_operations_and_hides_no_other() -> None:
    found = listed(Wanted(), [*stored(ANSWERED, number="X"), *stored(SUBMITTED, ACCEPTED, *OTHERS)])
    assert [(one.number, one.state, one.waits[0].whom) for one in found] == [
        (NUMBER, "verifying", "tax"),
        ("X", "unreadable", "operations"),
    ]


@pytest.mark.parametrize("since", SINCE_POOL)
def test_a_case_that_was_in_the_pool_is_listed_by_its_standing_as_by_its_whole_history(since: str) -> None:
    events = (*POOLED, *SINCE_POOL[since][1])
    whole = line(*events)
    assert listed(Wanted(), stored(*events), MINUTE) == ([whole] if whole.waits else [])


def listed(wanted: Wanted, messages: Iterable[Stored], after: timedelta = HOUR) -> list[WorklistRow]:
    work = Worklist(wanted)
    for message in messages:
        work.take(message)
    return work.lines(AT + after)


NUMBERS = {letter: application_number(letter, b"k" * 32) for letter in "ABCDEF"}
MANY = [
    *stored(SUBMITTED, ACCEPTED, *OTHERS, number=NUMBERS["A"]),
    *stored(SUBMITTED, ACCEPTED, *ALL, REVIEW, number=NUMBERS["B"]),
    *stored(SUBMITTED, ACCEPTED, *ALL, DETERMINED, OPENED, CLOSED, POOL_CONFIRMED, number=NUMBERS["C"]),
    *stored(SUBMITTED, REFUSED, number=NUMBERS["D"]),
    *stored(SUBMITTED, ACCEPTED, *ALL, PROPOSED, INELIGIBLE, number=NUMBERS["E"]),
    *stored(SUBMITTED, ACCEPTED, *ALL, number=NUMBERS["F"]),
]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), ["F", "A", "B"]),
        (Wanted(waits_for="officer"), ["B"]),
        (Wanted(waits_for="tax"), ["A"]),
        (Wanted(states=frozenset({"verifying"})), ["F", "A"]),
        (Wanted(states=frozenset({"pool_confirmed", "refused"})), ["D", "C"]),
        (Wanted(states=frozenset({"ineligible"})), ["E"]),
        (Wanted(older=HOUR), ["F", "A", "B"]),
        (Wanted(older=HOUR + MINUTE), []),
    ],
)
def test_cases_are_listed_by_state_by_whom_they_wait_for_and_by_age(wanted: Wanted, numbers: list[str]) -> None:
    assert [one.number for one in listed(wanted, MANY)] == [NUMBERS[letter] for letter in numbers]


def test_the_table_says_all_of_a_case_in_one_line_and_nothing_of_a_person() -> None:
    found = listed(Wanted(), MANY, timedelta(days=8))
    said = list(table(found))
    assert said[1].split(maxsplit=4) == [
        NUMBERS["A"],
        "verifying",
        "2026-11-23",
        "10:00",
        "tax: answers, by 2026-11-30 10:00, OVERDUE",
    ]
    assert summary(found) == "3 cases: 1 for tax, 1 for lianshen, 1 for officer; 2 overdue"
    assert FORM.applicant.name not in "\n".join(said)
    assert FORM.applicant.name not in str([one.as_dict() for one in found])
    assert found[0].as_dict()["waits_for"] == [
        {"whom": "tax", "what": "answers", "by": LATER.isoformat(), "overdue": True}
    ]


def test_an_age_is_a_number_and_a_unit() -> None:
    assert [age(text) for text in ("90m", "36h", "2d", "1w")] == [1.5 * HOUR, 36 * HOUR, 48 * HOUR, 168 * HOUR]


@pytest.mark.parametrize(
    ("states", "waits_for", "older", "words"),
    [
        (("reviewing",), None, None, "--state: there is no state 'reviewing'; there are submitted,"),
        ((), "police", None, "--waits-for: nobody is called 'police'; there are tax, officer,"),
        ((), None, "2 days", "--older: '2 days' is no age; write it like 90m, 36h, 2d or 1w"),
        ((), None, "999999d", "--older: "),
    ],
)
def test_a_mistyped_option_is_named(
    states: tuple[str, ...], waits_for: str | None, older: str | None, words: str
) -> None:
    with pytest.raises(ValueError, match="--") as told:
        read_wanted(states, waits_for, older, ("tax",))
    assert str(told.value).startswith(words)
