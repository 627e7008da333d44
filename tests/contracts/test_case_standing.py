"""Where a case stands by the small fold is, in every field, what the whole fold says; and what comes next."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.case.standing import Standing, follow, standing_of
from contracts.case.states import State
from contracts.case.waits import Next, Turn, next_by_itself, waits_of
from contracts.events import EVENTS, Event
from tests.contracts.examples import (
    ACCEPTED,
    ANSWERED,
    AT,
    DEFERRED,
    DETERMINED,
    LATER,
    NUMBER,
    OPENED,
    OVERDUE,
    SIX,
    SUBMITTED,
)
from tests.contracts.test_case import MAY_FOLLOW

OTHERS = tuple(ANSWERED.model_copy(update={"department": name}) for name in SIX if name != "tax")
PROMISE = DEFERRED.model_copy(update={"promised_at": AT + timedelta(hours=5)})


def stands(*events: Event) -> Standing:
    case: Standing | None = None
    for event in events:
        tail = EVENTS.subject_of(event).split(".")[2:]
        case = follow(case, type(event).__name__, tail, EVENTS.write(event), event.at)
    assert case is not None
    return case


@pytest.mark.parametrize("situation", [name for name, (state, _, _) in MAY_FOLLOW.items() if state])
def test_in_every_situation_both_folds_say_the_same(situation: str) -> None:
    whole, since = Case(NUMBER), datetime.min.replace(tzinfo=UTC)
    for n, event in enumerate(MAY_FOLLOW[situation][1], start=1):
        before, whole = whole.state, evolve(whole, Recorded(n, event, "", event.at))
        since = event.at if whole.state is not before or whole.determination is event else since
    assert stands(*MAY_FOLLOW[situation][1]) == standing_of(whole, since)


def test_what_nobody_handed_in_is_no_case() -> None:
    assert follow(None, "NoticeSent", ("notice-sent", "accepted", "folder"), b"{}", AT) is None


@pytest.mark.parametrize(
    ("events", "now", "comes"),
    [
        ((SUBMITTED,), AT, (Next.INTAKE, None)),
        ((SUBMITTED, ACCEPTED), AT, (Next.OVERDUE, ACCEPTED.answer_by)),
        ((SUBMITTED, ACCEPTED, PROMISE), AT, (Next.ASKED_AGAIN, PROMISE.promised_at)),
        ((SUBMITTED, ACCEPTED, OVERDUE), LATER + timedelta(days=90), (Next.ASKED_ON, None)),
        ((SUBMITTED, ACCEPTED, *OTHERS, ANSWERED), AT, (Next.DETERMINES, None)),
        ((SUBMITTED, ACCEPTED, *OTHERS, ANSWERED, DETERMINED), AT, (Next.OPENS, None)),
        ((SUBMITTED, ACCEPTED, *OTHERS, ANSWERED, DETERMINED, OPENED), AT, (Next.CLOSES, OPENED.closes_at)),
        ((SUBMITTED, ACCEPTED, *OTHERS, ANSWERED, DETERMINED.model_copy(update={"outcome": "review"})), AT, None),
    ],
)
def test_what_happens_next_by_itself(events: tuple[Event, ...], now: datetime, comes: object) -> None:
    assert next_by_itself(stands(*events), now) == comes


def test_every_wait_says_whose_turn_it_is() -> None:
    case = stands(SUBMITTED, ACCEPTED, *OTHERS, OVERDUE.model_copy(update={"department": "tax"}))
    assert (case.state, case.overdue) == (State.VERIFYING, {"tax"})
    assert [(wait.whom, wait.turn) for wait in waits_of(case, AT)] == [
        ("tax", Turn.ANSWERS),
        ("officer", Turn.BY_HAND),
    ]
