"""The housing bureau is told of our bans where it asks, so that it and we say the same of a person (Art. 32)."""

from typing import Any

from allocation.desk import Desk
from chassis.commands import Command
from chassis.log.every_stream import EveryStream
from contracts.bans import QUERY, BanImposed, Bans, BansAsked, person_under
from evidence.streams import BANS


class ForTheBureau:
    """One deployment's answers to its housing bureau."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        # Of all bans at once: few are imposed in a year, and the bureau asks about families.
        self._bans: EveryStream[Bans, BanImposed] = EveryStream(desk.journal.history, BANS)

    def table(self) -> tuple[Command[Any], ...]:
        return (Command("ban-query", BansAsked, self.bans, QUERY),)

    async def bans(self, asked: BansAsked) -> dict[str, Any]:
        """Those that bind today, each with its first free day; nothing of why, and of no case."""
        known, today = await self._bans.look(), self._desk.today()
        found = []
        for id_number in dict.fromkeys(asked.id_numbers):
            of_person = known.get(person_under(self._desk.ban_key, id_number))
            ban = of_person.state.says(today) if of_person is not None else None
            if ban is not None:
                found.append({"id_number": id_number, **ban.model_dump(mode="json")})
        return {"bans": found}
