"""`lianshen status`: one case as officers see it, after it stands on record that somebody looked."""

from pathlib import Path
from typing import Any

from lianshen.embedded.client import connected, history_of
from lianshen.signed_in.looking import looking
from procedures.registry import PROCEDURES
from procedures.shown_to_officers import shown_to_officers


async def status(application: str, why: str | None, data_dir: Path | None) -> dict[str, Any] | None:
    """The view of a case; None for an application nobody has heard of."""
    shown = await looking("status", application, why, data_dir)
    if shown is not None:
        return shown
    async with connected(data_dir) as nc:
        history = await (await history_of(nc)).of(application)
    return shown_to_officers(PROCEDURES, history, application) if history else None
