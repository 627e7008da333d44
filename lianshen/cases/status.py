"""`lianshen status`: one case as officers see it."""

from pathlib import Path
from typing import Any

from lianshen.embedded.client import connected, history_of
from procedures.registry import PROCEDURES
from procedures.shown_to_officers import shown_to_officers


async def status(application: str, data_dir: Path | None) -> dict[str, Any] | None:
    """The view of a case; None for an application nobody has heard of."""
    async with connected(data_dir) as nc:
        history = await (await history_of(nc)).of(application)
    return shown_to_officers(PROCEDURES, history, application) if history else None
