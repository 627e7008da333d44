"""Synthetic families that have their keys, with the home that they live in."""

from datetime import UTC, date, datetime
from typing import Any

from chassis.log.journal import Change, Journal
from contracts.case.case import Case, Recorded
from contracts.events import (
    ContractSigned,
    HandedOver,
    HomeChosen,
    PriceSettled,
)
from contracts.homes import HomeRecord
from contracts.homes.events import HomeListed, HomeTaken, KeysGiven
from contracts.homes.home import HomeFile, evolve
from evidence.streams import HOMES
from tests.allocation.families import CALLED, DRAWN, after, in_the_pool, of_a_case

HOME, KEYS_ON = "P-1-0001", datetime(2024, 2, 29, 2, tzinfo=UTC)
UNIT: dict[str, Any] = {"n": 1, "by": "unit"}
CHOSEN = (HomeChosen, {**UNIT, "home": HOME, "price": "221382.00", "contract_by": date(2028, 11, 28)})
WITH_KEYS = (
    CHOSEN,
    (
        ContractSigned,
        {**UNIT, "number": "C-1", "home": HOME, "price": "221382.00", "approval": 1, "deposit": "20000.00",
         "balance": "201382.00"},
    ),
    (PriceSettled, {**UNIT, "amount": "201382.00", "reference": "R2"}),
    (HandedOver, {**UNIT, "home": HOME}),
)  # fmt: skip


def chose_a_home() -> Case:
    case = in_the_pool()
    return after(case, *of_a_case(case.application, *DRAWN, CALLED, CHOSEN))


def with_keys() -> Case:
    """Handed over on 29 February 2024."""
    case = in_the_pool()
    events = of_a_case(case.application, *DRAWN, CALLED, *WITH_KEYS)
    return after(case, *events[:-1], events[-1].model_copy(update={"at": KEYS_ON}))


def records_of(application: str, code: str = HOME) -> tuple[HomeRecord, ...]:
    about: dict[str, Any] = {"home": code, "n": 1, "at": KEYS_ON, "by": "unit"}
    data = {"code": code, "building": "1", "floor": 1, "area": "75.30", "pool": "two-rooms"}
    return (
        HomeListed.model_validate({**about, "project": "P-1", "data": data}),
        HomeTaken.model_validate({**about, "application": application, "price": "221382.00"}),
        KeysGiven.model_validate({**about, "application": application}),
    )


def home_of(application: str, *then: HomeRecord) -> HomeFile:
    home = HomeFile(HOME)
    for n, record in enumerate((*records_of(application), *then), start=1):
        home = evolve(home, Recorded(n, record, "", record.at))
    return home


async def a_housed_family(journal: Journal) -> str:
    """Its case and its home stand in the log."""
    from tests.allocation.families import a_confirmed_family

    number = await a_confirmed_family(journal, then=(*DRAWN, CALLED, *WITH_KEYS))
    known = await journal.history.read(HOMES, HOME)
    await journal.append_together(Change(HOMES, known, records_of(number)))
    return number
