"""Families with a paid deposit in a real log, and a ceremony's commands and consumer in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from allocation.ceremony.commands import Ceremony
from allocation.ceremony.draw_reader import DrawReader
from allocation.ceremony.entrants import entrants_of
from allocation.ceremony.for_families import DURABLE, ForFamilies
from allocation.draw.hashes import commitment
from allocation.draw.offline import checker
from allocation.draw.rules import Pool, Rules
from allocation.service import NAME

from chassis.clock import TurnedClock
from chassis.commands import call, serve_commands, stop_commands
from chassis.consume.consumer import PullConsumer
from chassis.log.journal import Journal
from chassis.process.service import Context
from chassis.process.settings import Settings
from chassis.timing import TIMING
from contracts.draws.events import Entrant
from contracts.events import (
    DepositAsked,
    DepositPaid,
    DeterminationMade,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
)
from contracts.events.values import PublicEntry
from procedures.working_days import Calendar
from tests.allocation.ceremonies import FIGURES, KEY, PARTIES, SECRETS
from tests.publicity.listed import determined
from tests.support.families import a_form, accepted, an_application_number, submitted
from tests.support.real_bus import RealBus
from tests.support.waiting import ended

PROJECT = "HN-2026-01"
RULES = Rules(PROJECT, "1", 20, "", "", PARTIES, (Pool("A-60", 12, 4), Pool("B-85", 10, 3, (("disabled", 2),))))
DRAW = {"project": PROJECT, "serial": "1"}


async def paid_families(journal: Journal, count: int) -> list[str]:
    """Their whole histories up to the paid deposit stand in the log when this returns."""
    numbers = [an_application_number() for _ in range(count)]
    gate = asyncio.Semaphore(100)

    async def write(n: int, number: str) -> None:
        async with gate:
            await journal.once(*_history(n, number))

    await asyncio.gather(*(write(n, number) for n, number in enumerate(numbers)))
    return numbers


def _history(n: int, number: str) -> list[Any]:
    at, form = datetime.now(UTC), a_form()
    entry = PublicEntry(
        application=number, name="王*国", id_number="1503**********001X", family_size=2, outcome="o", how_to_object="h"
    )
    opened = PublicityOpened(
        application=number,
        at=at,
        n=1,
        last_day=date(2026, 12, 2),
        closes_at=at,
        provisional=False,
        derivation=(),
        entry=entry,
    )
    pool, group = (("A-60", "none"), ("B-85", "none"), ("B-85", "disabled"))[n % 3]
    found: DeterminationMade = determined(number)
    return [
        *(submitted(number, form), accepted(number, form), found, opened),
        PublicityClosed(application=number, at=at, n=1, shown_from=at, shown_until=at),
        PoolConfirmed(application=number, at=at),
        DepositAsked(application=number, at=at, n=1, project=PROJECT, amount="20000.00", pay_by=date(2027, 1, 1)),
        DepositPaid(
            application=number,
            at=at,
            n=1,
            amount="20000.00",
            reference=f"bank-{number}",
            paid_on=date(2026, 12, 1),
            by="unit 1",
            pool=pool,
            group=group,
        ),
    ]


async def without(left_out: str, *asked: Any) -> list[Entrant]:
    """The list as a read that was too early gives it."""
    return [entrant for entrant in await entrants_of(*asked) if entrant.application != left_out]


class Hall:
    """Everybody who has a part in a ceremony, over the commands of allocation."""

    def __init__(self, nc: Any, clock: TurnedClock) -> None:
        self.nc = nc
        self.clock = clock

    async def do(self, verb: str, by: str = "unit 1", **asked: Any) -> dict[str, Any]:
        return await call(self.nc, NAME, f"draw-{verb}", {**DRAW, "by": by, **asked})

    async def announce(self, serial: str = "1") -> dict[str, Any]:
        held_at = (self.clock.now() + timedelta(days=7)).isoformat()
        rules = replace(RULES, serial=serial).to_bytes().decode()
        return await self.do("announce", serial=serial, rules=rules, held_at=held_at, place="the hall")

    async def commit(self) -> dict[str, Any]:
        for party in PARTIES:
            await self.do("commit", party, party=party, commitment=commitment(PROJECT, "1", party, SECRETS[party]))
        return await self.do("manifest", "notary 1")

    async def throw(self) -> dict[str, Any]:
        self.clock.ahead += timedelta(days=8)
        await self.do("dice", "clerk 1", dice=FIGURES)
        return await self.do("dice", "clerk 2", dice=FIGURES)

    async def open(self) -> dict[str, Any]:
        for party in PARTIES:
            opened = await self.do("open", "notary 1", party=party, secret=SECRETS[party])
        return opened

    async def show(self) -> dict[str, Any]:
        return await call(self.nc, NAME, "draw-show", DRAW)


@asynccontextmanager
async def a_hall(bus: RealBus, kind: type[ForFamilies] = ForFamilies) -> AsyncIterator[tuple[Hall, Journal]]:
    nc, clock = await bus.connect(), TurnedClock(timedelta())
    journal = Journal(nc, within=10, clock=clock)
    await journal.start()
    ceremony = Ceremony(Context(Settings(), nc, journal), Calendar(), KEY, checker(), DrawReader(journal.history))
    timing = replace(TIMING, fetch_expires=0.1)
    reader = PullConsumer(nc, DURABLE, kind(journal).handle, concurrency=1, timing=timing)
    task = asyncio.ensure_future(reader.run())
    served = await serve_commands(nc, NAME, ceremony.table())
    try:
        yield Hall(nc, clock), journal
    finally:
        stopped = asyncio.create_task(stop_commands([served]))
        reader.stopping = True
        await ended(task, patience=5)
        await stopped
        await journal.stop()
