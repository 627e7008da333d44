"""Notices as files to be printed from, a folder a day: needs nothing else installed.

Letters of one moment are one file. A letter lies in the folder of the day on which happened what it tells, so one that
is delivered again after a crash, however late, is looked for there and found.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from chassis.errors import Drift
from contracts.local_time import SHANGHAI
from notify.outgoing import ChannelUnavailable, Outgoing
from notify.settings import NotifySettings
from notify.spool.day import Day
from notify.spool.form import Letter

TOGETHER = 0.5
"""Seconds that a notice waits for others to be written with."""
DAYS = 4
"""Of how many days it is remembered what stands in their files."""


@dataclass
class FolderChannel:
    """Letters in the files of their day; what stands in one was delivered. For their owner only."""

    folder: Path
    _waiting: dict[str, Outgoing] = field(default_factory=dict)
    _written: asyncio.Task[None] | None = None
    _days: OrderedDict[str, Day] = field(default_factory=OrderedDict)
    _one: threading.Lock = field(default_factory=threading.Lock, compare=False)

    async def deliver(self, notice: Outgoing) -> None:
        """Raises ChannelUnavailable if the folder cannot be written; a crash leaves a whole file or none."""
        self._waiting[notice.notice_id] = notice
        if self._written is None:
            self._written = asyncio.create_task(self._write())
        try:
            await asyncio.shield(self._written)
        except OSError as error:
            raise ChannelUnavailable(f"the notice folder cannot be written: {error.strerror}") from None

    async def _write(self) -> None:
        await asyncio.sleep(TOGETHER)
        notices, self._waiting, self._written = self._waiting, {}, None
        await asyncio.to_thread(self._write_together, notices.values())

    def _write_together(self, notices: Iterable[Outgoing]) -> None:
        by_day: dict[str, list[Letter]] = {}
        for notice in notices:
            # Of before there were days: a file a letter.
            if not (self.folder / f"{notice.notice_id}.txt").exists():
                by_day.setdefault(_day_of(notice), []).append(_letter(notice))
        for day, letters in by_day.items():
            self._day(day).add(letters)

    def _day(self, name: str) -> Day:
        with self._one:
            day = self._days.setdefault(name, Day(self.folder / name))
            self._days.move_to_end(name)
            if len(self._days) > DAYS:
                self._days.popitem(last=False)
            return day


def _day_of(notice: Outgoing) -> str:
    return notice.at.astimezone(SHANGHAI).date().isoformat()


def _letter(notice: Outgoing) -> Letter:
    return Letter(notice.notice_id, notice.application, notice.subject, f"{notice.subject}\n\n{notice.body}")


def folder_channel(settings: NotifySettings) -> FolderChannel:
    """Raises Drift where nothing says which folder."""
    if settings.folder is None:
        raise Drift("this user has no home folder to keep notices in: set LIANSHEN_NOTIFY_FOLDER")
    return FolderChannel(settings.folder)
