"""`lianshen up`: everything on this machine until Ctrl-C."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from lianshen.catalog import DEPARTMENTS
from lianshen.data_dir import DataDir
from lianshen.system import System
from lianshen.table import worlds


async def up(
    data_dir: Path | None,
    world: Path | None,
    without: tuple[str, ...],
    separate: bool,
    departments_apart: bool,
    bus_memory: str,
    port: int,
    drill: float | None,
    say: Callable[[str], None],
) -> None:
    """Runs until SIGINT or SIGTERM, then drains."""
    directory = DataDir(data_dir) if data_dir else DataDir.default()
    environment = (
        {}
        if drill is None
        else {
            "LIANSHEN_DRILL_PUBLICITY_SECONDS": str(drill),
            "LIANSHEN_NOTIFY_DRILL": "true",
        }
    )
    ending = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    simulated = tuple(name for name in DEPARTMENTS if name not in without)
    folder = (world or worlds() / "sample") if simulated else None
    system = System(
        directory,
        folder,
        simulated,
        separate=separate,
        departments_apart=departments_apart,
        environment=environment,
        intake_port=port,
        bus_memory=bus_memory,
        say=say,
    )
    try:
        starting = asyncio.ensure_future(system.start())
        stopped = asyncio.ensure_future(ending.wait())
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            say("stopping before it was ready")
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return
        await starting
        say(f"intake: {system.intake_url}/v1/applications")
        say(f"bus: {system.url}   data: {directory.path}")
        if folder is not None:
            say(f"simulated from the world {folder.name!r}, demonstration data only: {', '.join(simulated)}")
        if without:
            say(f"waiting for departments of your own: {', '.join(without)}")
            say(f"their credentials: {directory.credentials / 'departments'}")
        say("Ctrl-C drains and ends")
        await ending.wait()
        say("draining")
    finally:
        await system.stop()
