"""What an officer says about an exit (Art. 31), and of a home that is not left after it (Art. 28)."""

from typing import Any

from after_care.decide.buy_back import hand_to_court
from after_care.decide.exits import confirm, drop, propose
from after_care.desk import Desk
from chassis.commands import Command
from contracts.events.after_care import Ground
from contracts.events.allocation import Document
from contracts.events.values import Officer, Reason
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber


class ProposeExit(Frozen):
    """That a family counts as having left, on one ground of Art. 31; it is heard before anybody confirms."""

    application: ApplicationNumber
    ground: Ground
    document: Document | None = None
    reason: Reason
    by: Officer


class DecideExit(Frozen):
    """An officer confirms a proposed exit, or drops it."""

    application: ApplicationNumber
    reason: Reason
    by: Officer


class HandToCourt(Frozen):
    """A home that was not left: the court's file number goes on record."""

    application: ApplicationNumber
    file_number: Document
    by: Officer


class ExitCommands:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("propose-exit", ProposeExit, self.propose),
            Command("confirm-exit", DecideExit, self.confirm),
            Command("drop-exit", DecideExit, self.drop),
            Command("hand-to-court", HandToCourt, self.hand_to_court),
        )

    async def propose(self, asked: ProposeExit) -> dict[str, Any]:
        home, desk = (await self.desk.home_of(asked.application)).state, self.desk
        said = (asked.ground, asked.document, asked.reason, asked.by)
        return await desk.decide(
            asked.application, lambda case: propose(case, home, *said, desk.calendar, desk.law_of(case), desk.now())
        )

    async def confirm(self, asked: DecideExit) -> dict[str, Any]:
        return await self.desk.decide(
            asked.application, lambda case: confirm(case, asked.reason, asked.by, self.desk.now())
        )

    async def drop(self, asked: DecideExit) -> dict[str, Any]:
        return await self.desk.decide(
            asked.application, lambda case: drop(case, asked.reason, asked.by, self.desk.now())
        )

    async def hand_to_court(self, asked: HandToCourt) -> dict[str, Any]:
        return await self.desk.decide(
            asked.application, lambda case: hand_to_court(case, asked.file_number, asked.by, self.desk.now())
        )
