"""What is said and asked about a home itself: owners, repairs, its file (Art. 27, 29-31, 34)."""

from typing import Any, Literal

from after_care.decide.homes import as_csv, closed_management, file_of, record_repair
from after_care.decide.owners import Cause, change_owners
from after_care.desk import Desk
from chassis.commands import Command, allowed, retrying
from contracts.events.allocation import Document, Home
from contracts.events.values import Officer, Reason
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from evidence.streams import HOMES

CLOSED_MANAGEMENT = "housing.closed-management.query.v1"
"""Where the real-estate register asks, on the bus."""


class ChangeOwners(Frozen):
    """Owners changed by divorce or inheritance, by the paper that says so (Art. 29, 30)."""

    application: ApplicationNumber
    cause: Cause
    document: Document
    by: Officer


class RecordRepair(Frozen):
    """The structure is damaged, was repaired, or the owner refuses the repair (Art. 31(4))."""

    home: Home
    what: Literal["damaged", "repaired", "refused"]
    reason: Reason
    by: Officer


class ShowHome(Frozen):
    """Asks for one home's file, across all families."""

    home: Home


class AskClosedManagement(Frozen):
    """The real-estate register asks before it takes a transfer in: may this unit be sold on the market? (Art. 27)"""

    unit_code: Home


class HomeCommands:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("change-owners", ChangeOwners, self.change_owners),
            Command("record-repair", RecordRepair, self.record_repair),
            Command("show-home", ShowHome, self.show),
            Command("closed-management", ShowHome, self.closed_management),
            Command("closed-management-query", AskClosedManagement, self.for_the_register, CLOSED_MANAGEMENT),
        )

    async def change_owners(self, asked: ChangeOwners) -> dict[str, Any]:
        said = (asked.cause, asked.document, asked.by)
        return await self.desk.decide_with_home(
            asked.application, lambda case, home: change_owners(case, home, *said, self.desk.now())
        )

    async def record_repair(self, asked: RecordRepair) -> dict[str, Any]:
        async def attempt() -> dict[str, Any]:
            home = await self.desk.home(asked.home)
            with allowed():
                record = record_repair(home.state, asked.what, asked.reason, asked.by, self.desk.now())
            after = await self.desk.journal.append(HOMES, home, record)
            return {"home": asked.home, "stands": after.state.stands.value, "damage": after.state.damage}

        return await retrying(attempt)

    async def show(self, asked: ShowHome) -> dict[str, Any]:
        """The same as CSV stands beside it."""
        home = (await self.desk.home(asked.home)).state
        stored = await self.desk.journal.history.under(f"{HOMES.stream(asked.home)}.>")
        file = file_of(home, map(HOMES.recorded, stored))
        return {**file, "csv": as_csv(file)}

    async def closed_management(self, asked: ShowHome) -> dict[str, Any]:
        """Of a home that nobody listed: no. Who lives there is not said."""
        known = await self.desk.journal.history.read(HOMES, asked.home)
        return {"home": asked.home, "closed_management": closed_management(known.state)}

    async def for_the_register(self, asked: AskClosedManagement) -> dict[str, Any]:
        """Yes or no; nothing of who lives there."""
        known = await self.desk.journal.history.read(HOMES, asked.unit_code)
        return {"unit_code": asked.unit_code, "closed_management": closed_management(known.state)}
