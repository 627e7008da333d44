"""What the head of the bureau may have done with who objected; one table."""

from dataclasses import asdict, dataclass
from typing import Any

from pydantic import Field

from chassis.commands import Command, decide_and_append
from chassis.errors import CommandRefused, Later
from chassis.process.service import Context
from contracts.case.case import Case
from contracts.events import Event
from contracts.events.values import Officer, Reason
from contracts.jws import KeyId
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from publicity.closing_clock import ClosingClock
from publicity.decide import identify_objector
from publicity.objectors.erasing import Erasing
from publicity.objectors.store import ObjectorStore


class IdentifyObjector(Frozen):
    """The bureau head opens who raised an objection; it is recorded before the sealed box is handed over."""

    application: ApplicationNumber
    n: int = Field(ge=1)
    kid: KeyId
    reason: Reason
    by: Officer


class EraseObjectors(Frozen):
    """Erases who objected where the year is over, now and not within the hour."""


@dataclass(frozen=True)
class ObjectorCommands:
    """The commands about those who objected in one deployment."""

    context: Context
    clock: ClosingClock
    store: ObjectorStore
    erasing: Erasing

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("identify-objector", IdentifyObjector, self.identify),
            Command("erase-objectors", EraseObjectors, self.erase),
        )

    async def identify(self, request: IdentifyObjector) -> dict[str, Any]:
        """The box, for the holder of the key; whoever asks with another key opens nothing and leaves no record."""
        await self.clock.begun()
        kept = await self.store.find(request.application, request.n)
        if kept is None:
            raise CommandRefused(404, "nobody is named", "whoever objected did not say so, or it is erased by now")
        if kept.sealed.kid != request.kid:
            raise CommandRefused(409, "another key", f"this is sealed to the key {kept.sealed.kid}")

        def decide(case: Case) -> tuple[Event, ...]:
            now, _ = self.clock.between()
            return (identify_objector(case, request.n, request.reason, request.by, now),)

        await decide_and_append(self.context.journal, request.application, decide)
        return kept.sealed.model_dump()

    async def erase(self, request: EraseObjectors) -> dict[str, Any]:
        try:
            return asdict(await self.erasing.erase_due())
        except Later as doubt:
            raise CommandRefused(503, "nothing is erased now", str(doubt)) from None
