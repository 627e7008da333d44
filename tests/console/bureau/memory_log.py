"""The log in memory, and services at work on it: pages are tried with what services really say, without a bus."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from pydantic import ValidationError

from chassis.clock import Clock
from chassis.commands import Command, invalid
from chassis.errors import CommandRefused, Conflict
from chassis.log.group_commit import EXPECTED, EXPECTED_SUBJECT, Entry
from chassis.log.history import History
from chassis.log.journal import Journal
from chassis.log.stored import Stored
from chassis.process.service import Context


def matches(pattern: str, subject: str) -> bool:
    """As the server compares subjects."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^.]+").replace(">", ".+"), subject) is not None


class MemoryHistory(History):
    """Reads a list."""

    def __init__(self, log: list[Stored]) -> None:
        self.log = log

    async def under(self, *subjects: str) -> list[Stored]:
        return [one for one in self.log if any(matches(it, one.subject) for it in subjects)]

    async def last(self, subject: str) -> Stored | None:
        return next((one for one in reversed(self.log) if one.subject == subject), None)

    async def under_at_once(self, subjects: str) -> list[Stored] | None:
        return await self.under(subjects)


class MemoryJournal(Journal):
    """Appends to a list, by the same comparison as the server's; everything above that is the journal's own."""

    def __init__(self, clock: Clock) -> None:
        self.nc: Any = SimpleNamespace(is_connected=True, new_inbox=lambda: "inbox")
        super().__init__(self.nc, within=1, clock=clock)
        self.log: list[Stored] = []
        self.history = MemoryHistory(self.log)

    async def _store(self, stream: str, entries: Sequence[Entry], *also: str) -> int:
        for entry in entries:
            if EXPECTED in entry.headers and self._newest(entry) != int(entry.headers[EXPECTED]):
                raise Conflict(entry.subject)
        for entry in entries:
            said = (entry.subject, len(self.log) + 1, self.clock.wall(), entry.headers, entry.body)
            self.log.append(Stored(*said))
        return len(self.log)

    def _newest(self, entry: Entry) -> int:
        pattern = entry.headers.get(EXPECTED_SUBJECT, entry.subject)
        return max((one.sequence for one in self.log if matches(pattern, one.subject)), default=0)


@dataclass
class AtWork:
    """Services as their commands; what one refuses is refused as on the bus."""

    journal: MemoryJournal
    commands: dict[tuple[str, str], Command[Any]] = field(default_factory=dict)
    sent: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def context(self, settings: Any = None) -> Context:
        return Context(settings, self.journal.nc, self.journal)

    def serve(self, service: str, commands: Iterable[Command[Any]]) -> None:
        self.commands |= {(service, command.verb): command for command in commands}

    async def call(self, service: str, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((service, verb, request))
        command = self.commands[service, verb]
        try:
            asked = command.asks.model_validate_json(json.dumps(request, ensure_ascii=False))
        except ValidationError as error:
            raise CommandRefused(**invalid(error)) from None
        found: dict[str, Any] = json.loads(json.dumps(await command.do(asked), ensure_ascii=False, default=str))
        return found
