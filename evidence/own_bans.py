"""What our own record says of somebody's ban (Art. 32): read as a round of questions is opened, kept in its event."""

from dataclasses import dataclass
from datetime import date

from chassis.log.history import History
from contracts.bans import person_under
from contracts.events.values import OwnBan
from evidence.streams import BANS


@dataclass(frozen=True)
class OwnBans:
    """Found under a keyed hash of the person: whoever has the log alone finds nobody."""

    key: bytes
    history: History

    async def about(self, id_number: str, today: date) -> OwnBan | None:
        """The ban that binds on this day, the longest of several. Raises Unavailable, Unreadable."""
        return (await self.history.read(BANS, person_under(self.key, id_number))).state.says(today)
