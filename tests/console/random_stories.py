"""Histories of families that never lived: every turn that a case can take, by a seed, across a year's end."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from chassis.log.stored import Stored
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.case.states import WITHDRAWABLE
from contracts.events import (
    EVENTS,
    AnsweredByHand,
    ApplicationRefused,
    ApplicationSupplemented,
    ApplicationWithdrawn,
    DepartmentDeferred,
    DepartmentOverdue,
    DeterminationConfirmed,
    DeterminationMade,
    Event,
    ObjectionDecided,
    ObjectionRaised,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
    ReverificationOpened,
    SupplementRequested,
)
from contracts.events.values import Condition, Finding, Ground, PublicEntry
from contracts.inquiries import Answer
from contracts.local_time import SHANGHAI
from procedures.deadlines import answer_by
from procedures.hainan_2025.policy import POLICY
from procedures.hainan_2025.rules import ARTICLES
from procedures.working_days import Calendar
from tests.support.families import DEPARTMENTS, a_form, accepted, an_application_number, answered, submitted

CALENDAR = Calendar()
FROM = datetime(2026, 11, 20, tzinfo=UTC)
FORM = a_form()
Happened = list[tuple[datetime, Event]]
Told = Iterator[tuple[datetime, Event]]


def stories(seed: int, families: int) -> tuple[Stored, ...]:
    """The log of so many, in the order of time."""
    rng = random.Random(seed)
    told = [item for _ in range(families) for item in _kept(rng, _story(rng, an_application_number()))]
    told.sort(key=lambda item: item[0])
    return tuple(_stored(n, at, event) for n, (at, event) in enumerate(told, start=1))


def _stored(sequence: int, at: datetime, event: Event) -> Stored:
    headers = {"ce-type": type(event).__name__, "ce-time": at.isoformat()}
    return Stored(EVENTS.subject_of(event), sequence, at, headers, EVENTS.write(event))


def _kept(rng: random.Random, story: Told) -> Told:
    """Some stop on the way, some are withdrawn there; every event is one that may follow."""
    case: Case | None = None
    stop = rng.randint(3, 60)
    for n, (at, event) in enumerate(story):
        case = evolve(case or Case(event.application), Recorded(n + 1, event, "", at))
        yield at, event
        if n == stop:
            if rng.random() < 0.5 and case.state in WITHDRAWABLE:
                at += _some(rng, 40)
                yield at, ApplicationWithdrawn(application=event.application, at=at, reason="moves away", by="family")
            return


def _some(rng: random.Random, hours: float) -> timedelta:
    return timedelta(seconds=round(rng.lognormvariate(0, 1.2) * hours * 3600, 3))


def _at(event: Event, at: datetime) -> tuple[datetime, Event]:
    return at, event.model_copy(update={"at": at})


def _story(rng: random.Random, number: str) -> Told:
    at = FROM + timedelta(seconds=rng.randrange(60 * 86400))
    yield _at(submitted(number, FORM), at)
    if rng.random() < 0.3:
        at += _some(rng, 0.001)
        by = (at + timedelta(days=14)).date()
        yield at, SupplementRequested(application=number, at=at, n=1, gaps=(), hand_in_by=by)
        at += _some(rng, 60)
        yield at, ApplicationSupplemented(application=number, at=at, n=1, documents=(), consents=())
    at += _some(rng, 0.001)
    if rng.random() < 0.2:
        grounds = (Ground(rule="R17c", article="17", text="-"), Ground(rule="R32", article="32", text="-"))
        yield at, ApplicationRefused(application=number, at=at, as_of=at.date(), grounds=grounds)
        return
    due = answer_by(CALENDAR, POLICY.on(date(2026, 11, 23)), at, None)
    yield _at(accepted(number, FORM, answer_by=due), at)
    yield from _rounds(rng, number, at, due)


def _rounds(rng: random.Random, number: str, at: datetime, due: datetime) -> Told:
    for round in (1, 2, 3):
        happened = _asked(rng, number, round, at, due)
        yield from happened
        at = (happened[-1][0] if happened else due) + _some(rng, 0.001)
        outcome = rng.choice(("eligible", "eligible", "review", "ineligible"))
        yield at, _determined(rng, number, round, outcome, at)
        if outcome == "eligible":
            yield from _list(rng, number, at)
            return
        at += _some(rng, 30)
        if rng.random() < 0.7:
            word = rng.choice(("eligible", "ineligible"))
            yield (
                at,
                DeterminationConfirmed.model_validate(
                    {
                        "application": number,
                        "at": at,
                        "round": round,
                        "outcome": word,
                        "reason": "seen",
                        "by": "officer 1",
                    }
                ),
            )
            if word == "eligible":
                yield from _list(rng, number, at)
                return
            at += _some(rng, 100)
        due = answer_by(CALENDAR, POLICY.on(date(2026, 11, 23)), at, None)
        yield at, ReverificationOpened(
            application=number, at=at, round=round + 1, persons=(), asked=DEPARTMENTS, answer_by=due, reason="again",
            by="officer 2",
        )  # fmt: skip


def _determined(rng: random.Random, number: str, round: int, outcome: str, at: datetime) -> DeterminationMade:
    truths = ("met", "met", "not_met", "unknown")
    findings = tuple(
        Finding.model_validate({"rule": rule, "article": article, "truth": rng.choice(truths), "text": "-"})
        for rule, article in ARTICLES.items()
    )
    conditions = (Condition(rule="G20", article="20", text="-"),) if rng.random() < 0.3 else ()
    return DeterminationMade.model_validate(
        {
            "application": number, "at": at, "round": round, "policy": POLICY.name, "as_of": at.date(), "used": (),
            "accepted_on": at.date(), "outcome": outcome, "findings": findings, "conditions": conditions,
        }
    )  # fmt: skip


def _asked(rng: random.Random, number: str, round: int, asked_at: datetime, due: datetime) -> Happened:
    """What each department does, in the order of time; some never answer, some not by themselves."""
    happens: Happened = []
    for name in DEPARTMENTS:
        happens += _of_department(rng, number, round, name, asked_at, due)
    return sorted(happens, key=lambda item: item[0])


def _of_department(
    rng: random.Random, number: str, round: int, name: str, asked_at: datetime, due: datetime
) -> Happened:
    at = asked_at + _some(rng, rng.choice((0.01, 20, 80)))
    found: Happened = []
    said = answered(number, name, round=round)
    if rng.random() < 0.2:
        first = asked_at + (at - asked_at) / 2
        promised = rng.choice((due, at - timedelta(minutes=9), at, at + timedelta(minutes=9)))
        deferred = DepartmentDeferred(
            application=number, at=first, department=name, round=round, question_id="Q" * 26, promised_at=promised
        )
        found.append((first, deferred))
    # Now and then the one who says it was away at the due date.
    if at > due and rng.random() < 0.8:
        late = due + timedelta(seconds=1)
        found.append((late, DepartmentOverdue(
            application=number, at=late, department=name, round=round, asked_at=asked_at, answer_by=due,
        )))  # fmt: skip
        if rng.random() < 0.3:
            answer = Answer.model_validate({"question_id": "Q" * 26, "kind": "none", "persons": ()})
            by_hand = AnsweredByHand(
                application=number, at=at, department=name, round=round, answer=answer, reason="seen", by="officer 1"
            )
            return [*found, (at, by_hand)]
        if rng.random() < 0.2:
            return found
    return [*found, _at(said, at)]


def _list(rng: random.Random, number: str, at: datetime) -> Told:
    at += _some(rng, 0.001)
    due = CALENDAR.due(at.astimezone(SHANGHAI).date(), 7)
    entry = PublicEntry(
        application=number,
        name="赵*",
        id_number="1503***********1",
        family_size=3,
        outcome="eligible",
        how_to_object="-",
    )
    yield at, PublicityOpened(
        application=number, at=at, n=1, last_day=due.last_day, closes_at=due.due_instant, provisional=due.provisional,
        derivation=(), entry=entry,
    )  # fmt: skip
    ends = due.due_instant
    if rng.random() < 0.3:
        at += (ends - at) * rng.random()
        yield at, ObjectionRaised(application=number, at=at, n=1, received_at=at, in_time=True, text="-")
        at += _some(rng, 50)
        upheld = rng.random() < 0.4
        yield at, ObjectionDecided(application=number, at=at, n=1, upheld=upheld, reason="seen", by="officer 3")
        if upheld:
            return
    at = max(at, ends) + rng.choice((timedelta(seconds=3), timedelta(minutes=10), timedelta(minutes=30)))
    yield at, PublicityClosed(application=number, at=at, n=1, shown_from=FROM, shown_until=ends)
    yield at + timedelta(seconds=1), PoolConfirmed(application=number, at=at + timedelta(seconds=1))
