"""Keeps the archive going. What is wrong with it is the archive's trouble: named, counted, never the end of a process.

A changed byte, or an older log that was restored, waits for a person, who has another archive begun; a full disk or a
second writer may pass by itself. All is looked at again every few seconds, so what was mended by hand goes on.
"""

import asyncio
import logging
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.aside import put_aside
from archive.writer import Archive
from chassis.clock import WALL
from chassis.commands import Command
from chassis.errors import CommandRefused, Drift
from chassis.telemetry.metrics import ARCHIVE_IN_TROUBLE
from contracts.events.values import Officer, Reason
from contracts.model import Frozen

AGAIN_AFTER = 10.0
"""Seconds until an archive in trouble is looked at again."""
log = logging.getLogger(__name__)


class State(Frozen):
    """The request for `state`: nothing."""


class StartAnew(Frozen):
    """Who has another archive begun, and why."""

    by: Officer
    reason: Reason


@dataclass
class _Wish:
    """That the files be put aside, and where they are once they are."""

    asked: StartAnew
    done: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Keeper:
    """Opens, follows, and after trouble opens again. `open_archive` raises Drift, ValueError or OSError."""

    def __init__(
        self,
        folder: Path,
        open_archive: Callable[[], Archive],
        again_after: float = AGAIN_AFTER,
        beside: "Keeper | None" = None,
    ) -> None:
        """What another one is in trouble with, `beside` it, is counted by this one, too."""
        self._folder = folder
        self._open_archive = open_archive
        self._again_after = again_after
        self._archive: Archive | None = None
        self._trouble: str | None = None
        self._since: datetime | None = None
        self._wish: _Wish | None = None
        self._wished = asyncio.Event()
        ARCHIVE_IN_TROUBLE.set_function(lambda: bool(self.trouble or (beside and beside.trouble)))

    @property
    def trouble(self) -> str | None:
        """Why nothing is written now; None while it goes on."""
        goes_on = self._archive is not None and self._archive.goes_on
        return None if goes_on else self._trouble

    async def run(self, nice: int) -> None:
        """Until cancelled."""
        os.nice(nice)
        while True:
            try:
                self._archive = await asyncio.to_thread(self._open_archive)
                await self._archive.follow()
            except (Drift, ValueError, OSError) as error:
                self._note(str(error))
            except Exception as error:
                log.exception("the archive failed")
                self._note(f"it failed with {type(error).__name__}; the log of its process says where")
            await self.close()
            await self._rest()

    def _note(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.error("the archive is not written any more: %s", trouble)
        if self.trouble is None:
            self._since = WALL.now()
        self._trouble = trouble

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._again_after):
                await self._wished.wait()
        self._wished.clear()
        wish, self._wish = self._wish, None
        if wish is None:
            return
        why = {**wish.asked.model_dump(), "at": WALL.now().isoformat(), "trouble": self._trouble}
        try:
            aside = await asyncio.to_thread(put_aside, self._folder, why)
        except (Drift, OSError) as error:
            wish.done.set_exception(CommandRefused(409, "the archive was left as it is", str(error)))
            return
        log.warning("another archive is begun; the old one is kept in %s", aside.name)
        wish.done.set_result(str(aside))

    async def close(self) -> None:
        """Seals what is sound, and lets the files go."""
        archive, self._archive = self._archive, None
        if archive is not None:
            try:
                await archive.close()
            except (Drift, OSError) as error:
                log.error("the archive could not be sealed at its end: %s", error)

    def commands(self) -> tuple[Command[Any], ...]:
        return (Command("state", State, self._state), Command("start-anew", StartAnew, self._start_anew))

    async def _state(self, _: State) -> dict[str, Any]:
        since = self._since.isoformat() if self.trouble is not None and self._since else None
        archived = self._archive.sequence if self._archive is not None else None
        return {"trouble": self.trouble, "since": since, "archived": archived, "free": _free(self._folder)}

    async def _start_anew(self, asked: StartAnew) -> dict[str, Any]:
        if self.trouble is None:
            raise CommandRefused(409, "nothing is wrong with the archive", "it goes on; none is begun beside it")
        self._wish = self._wish or _Wish(asked)
        self._wished.set()
        try:
            async with asyncio.timeout(self._again_after + 10):
                return {"kept": await asyncio.shield(self._wish.done)}
        except TimeoutError:
            self._wish = None
            raise CommandRefused(
                409, "the archive was left as it is", "it goes on again; nothing was put aside"
            ) from None


def _free(folder: Path) -> int | None:
    """Bytes free for us on its disk; None where there is no folder yet."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
