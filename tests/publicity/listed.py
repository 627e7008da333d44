"""Families that are to be listed, and publicity running in this process on a real bus, wired as in production."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from publicity.service import NAME, Publicity, parts_of
from publicity.settings import PublicitySettings

from chassis.clock import WALL, Clock
from chassis.commands import serve_commands, stop_commands
from chassis.consume.consumer import PullConsumer
from chassis.log.journal import Journal
from chassis.log.stored import server_time
from chassis.process.service import Context
from chassis.timing import TIMING, Timing
from contracts.application import Applicant, ApplicationForm
from contracts.events import DeterminationMade
from procedures.hainan_2025.policy import POLICY
from procedures.registry import PROCEDURES
from tests.support.families import a_form, accepted, an_application_number, submitted
from tests.support.real_bus import RealBus
from tests.support.waiting import ended

QUICK = {"drill_publicity_seconds": 1.0, "publicity_grace_seconds": 0.2, "open_cases_every": 0.2}
NEVER = 3600.0
"""Seconds: longer than any test. The alarm rings in another second, the index looks in another hour."""


class Jump(Clock):
    """This machine's clock, that can be set wrong; and with it the bus's, as on one machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._offset = timedelta()

    def wall(self) -> datetime:
        return super().wall() + self._offset

    def by(self, offset: timedelta, of_the_bus: timedelta | None = None) -> None:
        self._offset = offset
        ahead = offset if of_the_bus is None else of_the_bus
        self._monkeypatch.setattr("publicity.closing_clock.server_time", lambda stamp: server_time(stamp) + ahead)


def form_of(name: str, id_number: str) -> ApplicationForm:
    """A family of three under this applicant."""
    return a_form(applicant=Applicant(name=name, id_number=id_number, phone="13800000000", marital_status="married"))


def determined(application: str, outcome: str = "eligible") -> DeterminationMade:
    return DeterminationMade.model_validate(
        {
            "application": application,
            "at": datetime.now(UTC),
            "round": 1,
            "policy": POLICY.name,
            "as_of": date(2025, 9, 26),
            "accepted_on": date(2025, 9, 1),
            "outcome": outcome,
            "findings": (),
            "used": (),
        }
    )


async def an_eligible_family(journal: Journal, form: ApplicationForm | None = None) -> str:
    """Its whole history up to the determination stands in the log when this returns."""
    number, form = an_application_number(), form or a_form()
    await journal.once(submitted(number, form), accepted(number, form), determined(number))
    return number


@asynccontextmanager
async def publicity(
    bus: RealBus, kind: type[Publicity] = Publicity, clock: Clock = WALL, timing: Timing = TIMING, **changed: Any
) -> AsyncIterator[Publicity]:
    """One instance of the service: a drill of a second, unless the settings are changed."""
    nc = await bus.connect()
    journal = Journal(nc, within=10, clock=clock, timing=timing)
    await journal.start()
    settings = PublicitySettings(**{**QUICK, **changed})
    service = kind(Context(settings, nc, journal), settings, PROCEDURES)
    parts = parts_of(service)
    readers = [
        PullConsumer(nc, listen.durable, listen.handle, timing=replace(timing, fetch_expires=0.1))
        for listen in parts.listens
    ]
    tasks = [asyncio.ensure_future(reader.run()) for reader in readers]
    tasks += [asyncio.ensure_future(index.run(nc)) for index in parts.indexes]
    tasks += [asyncio.ensure_future(work()) for work in parts.background]
    served = await serve_commands(nc, NAME, parts.commands)
    try:
        yield service
    finally:
        stopped = asyncio.create_task(stop_commands([served]))
        for reader in readers:
            reader.stopping = True
        await ended(*tasks, patience=2)
        await stopped
        await journal.stop()
