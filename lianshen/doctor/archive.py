"""Whether the archive is written on, as its service says: also where its files are not at hand."""

from datetime import datetime
from typing import Any

from nats.aio.client import Client

from chassis.commands import call
from lianshen.doctor.finding import Finding

MEND = (
    "find out who changed it; then `lianshen archive start-anew --reason WHY` keeps its files aside and "
    "begins another from the log"
)


async def archive(nc: Client) -> Finding:
    return about_archive(await call(nc, "archive", "state", {}, timeout=5))


def about_archive(state: dict[str, Any]) -> Finding:
    """Pure; `state` is the archive's own answer."""
    if state["trouble"] is None:
        return Finding("the archive", True, f"{state['archived'] or 0} records")
    since = datetime.fromisoformat(state["since"]) if state["since"] else None
    return Finding("the archive", False, f"nothing is written to it: {state['trouble']}", since, mend=MEND)
