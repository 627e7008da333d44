"""A person looks at a family's case: outside a drill the console records it first, under the signed-in name."""

from pathlib import Path
from typing import Any, Literal

from contracts.looks import LookReason
from lianshen.signed_in.acting import is_drill
from lianshen.signed_in.console import signed_in


async def looking(
    what: Literal["status", "look"], application: str, why: str | None, data_dir: Path | None
) -> dict[str, Any] | None:
    """What the console shows; None in a drill, in which whoever asks reads the log themselves.

    Raises ValueError without a reason, NotSignedIn, and CommandRefused.
    """
    if is_drill(data_dir):
        return None
    if why not in tuple(LookReason):
        raise ValueError(f"--why: say why you look: {' · '.join(LookReason)}")
    async with signed_in(data_dir) as console:
        return await console.ask(what, {"application": application, "reason": why})
