"""`retry`: handles a dead letter once more, after whatever made it impossible was mended."""

from collections.abc import Sequence
from typing import Any, Protocol

from nats.aio.client import Client
from pydantic import Field

from chassis.clock import WALL, Clock
from chassis.commands import Command
from chassis.consume.consumer import Delivery, Handler
from chassis.consume.turn import turn_commands
from chassis.errors import CommandRefused, Later, Poison
from chassis.log.dead_letters import settle
from chassis.log.durables import Durable
from chassis.log.history import History
from chassis.log.stored import Stored, Unreadable, recorded
from contracts.model import Frozen

SECOND_TRY = 2
"""A handler that is given a retried message loads the case first, as on any redelivery."""


class Listening(Protocol):
    """One line of a service's table."""

    @property
    def durable(self) -> Durable: ...

    @property
    def handle(self) -> Handler: ...


class Retry(Frozen):
    durable: str
    sequence: int = Field(ge=1)


def all_commands(
    nc: Client, service: str, own: Sequence[Command[Any]], listens: Sequence[Listening], clock: Clock = WALL
) -> tuple[Command[Any], ...]:
    """All that a service serves: its own commands, `retry`, and in a rehearsal `turn-clock`."""
    return (*own, retry_command(nc, service, listens, clock), *turn_commands(clock))


def retry_command(nc: Client, service: str, listens: Sequence[Listening], clock: Clock = WALL) -> Command[Retry]:
    """The command for one service: names a durable of its own and a sequence of its stream."""

    logs: dict[str, History] = {}

    async def _stored(durable: Durable, sequence: int) -> Stored:
        if durable.stream not in logs:
            logs[durable.stream] = History(nc, durable.stream)
            await logs[durable.stream].start()
        found = await logs[durable.stream].after(sequence - 1, ">", most=1)
        if not found or found[0].sequence != sequence:
            raise CommandRefused(404, "no such message", f"the stream has no sequence {sequence}")
        return found[0]

    async def do(request: Retry) -> dict[str, Any]:
        named = [it for it in listens if request.durable in (it.durable.name, it.durable.former)]
        if not named:
            own = ", ".join(listen.durable.name for listen in listens) or "none"
            raise CommandRefused(404, "no such durable", f"{service} reads: {own}")
        stored = await _stored(named[0].durable, request.sequence)
        try:
            item = None if named[0].durable.subjects else recorded(stored)
            # A letter of a version before names a durable in whose place there are several now, of one kind each.
            listen = next((it for it in named if item is None or isinstance(item.event, it.durable.to)), None)
            if listen is None:
                raise CommandRefused(404, "no such message", f"{request.durable} does not read what stands there")
            await listen.handle(Delivery(stored, item, SECOND_TRY, clock.now(), after_gap=True))
        except Later as wait:
            raise CommandRefused(503, "not now", f"{wait}; retry later") from None
        except (Poison, Unreadable) as poison:
            raise CommandRefused(409, "still impossible", f"{poison}; the letter stays open") from None
        await settle(nc, listen.durable.stream, request.durable, request.sequence, "retried by command", clock.now())
        return {"durable": request.durable, "sequence": request.sequence, "settled": True}

    return Command("retry", Retry, do)
