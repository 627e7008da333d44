"""The public list: how many stand on it, and whether a clock in doubt keeps it from closing."""

from datetime import UTC, datetime
from typing import Any

from nats.aio.client import Client

from chassis.commands import call
from lianshen.doctor.finding import Finding

MEND = (
    "look at the clock of this machine, and at the bus's; if they are right, `lianshen trust-clock`; "
    "LIANSHEN_CLOCK_WITNESS names a server whose clock vouches for it"
)


async def public_list(nc: Client) -> list[Finding]:
    return [about_list(await call(nc, "publicity", "list", {}, timeout=5), datetime.now(UTC))]


def about_list(shown: dict[str, Any], now: datetime) -> Finding:
    """Pure; `shown` is publicity's own answer."""
    entries = shown["entries"]
    if shown["clock"] is None:
        return Finding("the public list", True, f"{len(entries)} shown")
    due = sum(datetime.fromisoformat(entry["closes_at"]) <= now for entry in entries)
    return Finding("the public list", False, f"nothing is closed while {shown['clock']}", cases=due, mend=MEND)
