"""Synthetic families somewhere between the pool and the keys, whose whole history stands in the log."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chassis.log.journal import Journal
from contracts.application import ApplicationForm
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.events import (
    CalledToChoose,
    DepositAsked,
    DepositPaid,
    DrawResult,
    EnteredInDraw,
    Event,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
)
from contracts.events.values import PublicEntry
from tests.publicity.listed import determined
from tests.support.families import a_form, accepted, an_application_number, submitted

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
TICKET = "0" * 64
DRAW_NUMBER = "00000-00000-00000-00000-00000-0"


def of_a_case(number: str, *kinds: tuple[type[Event], dict[str, Any]]) -> list[Event]:
    """Events with their application and time."""
    return [kind.model_validate({"application": number, "at": NOW, **fields}) for kind, fields in kinds]


def until_the_pool(number: str, form: ApplicationForm) -> list[Event]:
    entry = PublicEntry(
        application=number,
        name="王*国",
        id_number="1503**********0012",
        family_size=3,
        outcome="eligible",
        how_to_object="at the counter",
    )
    days = {"last_day": date(2026, 11, 27), "closes_at": NOW - timedelta(hours=16)}
    shown = {"n": 1, "project": form.project, "entry": entry, "derivation": (), "provisional": False, **days}
    period = {"n": 1, "shown_from": NOW - timedelta(days=11), "shown_until": NOW}
    published = of_a_case(number, (PublicityOpened, shown), (PublicityClosed, period), (PoolConfirmed, {}))
    return [submitted(number, form), accepted(number, form), determined(number), *published]


def after(case: Case, *events: Event) -> Case:
    """The case after these, in memory."""
    for event in events:
        case = evolve(case, Recorded(case.sequence + 1, event, "", event.at))
    return case


def in_the_pool(project: str = "P-1") -> Case:
    number = an_application_number()
    return after(Case(number), *until_the_pool(number, a_form(project=project)))


async def a_confirmed_family(journal: Journal, project: str = "P-1", then: Sequence[Any] = ()) -> str:
    """In the pool; and `then` what follows."""
    number, form = an_application_number(), a_form(project=project)
    await journal.once(*until_the_pool(number, form), *of_a_case(number, *then))
    return number


DRAWN: tuple[tuple[type[Event], dict[str, Any]], ...] = (
    (DepositAsked, {"n": 1, "project": "P-1", "amount": "20000.00", "pay_by": "2026-12-10"}),
    (
        DepositPaid,
        {"n": 1, "pool": "two-rooms", "amount": "20000.00", "reference": "R1", "paid_on": "2026-11-28", "by": "unit"},
    ),
    (
        EnteredInDraw,
        {"n": 1, "project": "P-1", "serial": "1", "number": DRAW_NUMBER, "pool": "two-rooms", "group": "none",
         "entrants": TICKET},
    ),
    (DrawResult, {"n": 1, "fate": "drawn", "place": 1, "ticket": TICKET}),
)  # fmt: skip
CALLED = (
    CalledToChoose,
    {"n": 1, "slot_from": NOW, "slot_until": NOW + timedelta(minutes=15), "homes_left": 1, "by": "unit"},
)


async def a_family_that_was_called(journal: Journal) -> str:
    return await a_confirmed_family(journal, then=(*DRAWN, CALLED))
