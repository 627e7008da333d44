"""A rehearsal on a running system: its commands, its clock that is turned, and what is waited for."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from nats.aio.client import Client

from chassis.commands import call
from chassis.errors import CommandRefused
from chassis.log.history import History
from contracts.case.states import State
from contracts.events.values import TYPED
from contracts.local_time import SHANGHAI

TURNING = (
    *("intake", "verify-household", "verify-property", "determination", "publicity", "allocation", "after-care"),
    *("notify", "archive"),
)
UNIT, BUREAU, NOTARY = f"project unit{TYPED}", f"bureau{TYPED}", f"notary{TYPED}"
Say = Callable[[str], None]


@dataclass
class Rehearsal:
    """As the operator of a drill; `names` are what families are called, by application."""

    nc: Client
    history: History
    names: dict[str, str]
    say: Say
    ahead: float = 0.0
    """Days."""

    async def do(self, verb: str, by: str = UNIT, **asked: Any) -> dict[str, Any]:
        return await call(self.nc, "allocation", verb, {**asked, "by": by})

    async def those_in(self, families: list[str], states: set[State]) -> list[str]:
        return [number for number in families if (await self.history.load(number)).state in states]

    async def until_in(self, families: list[str], states: set[State]) -> None:
        async def there() -> bool:
            return len(await self.those_in(families, states)) == len(families)

        await self.until(there)

    async def until(self, look: Callable[[], Awaitable[bool]], within: float = 20.0) -> None:
        ends = time.monotonic() + within
        while not await look():
            if time.monotonic() > ends:
                raise CommandRefused(503, "the demo waits in vain", "what should follow by itself did not come")
            await asyncio.sleep(0.1)

    async def turn(self, days: float) -> None:
        """Every process goes on to a later day."""
        self.ahead += days
        self.say(f"DRILL: the clock is turned on by {days:g} days")
        for service in TURNING:
            await call(self.nc, service, "turn-clock", {"ahead_days": self.ahead})

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.ahead)

    def today(self) -> date:
        return self.now().astimezone(SHANGHAI).date()
