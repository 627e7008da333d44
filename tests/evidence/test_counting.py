"""The gauges of cases: from the archive's pages, from the log where it is silent, NaN until counted."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from archive.counting import Counting
from prometheus_client import REGISTRY

from chassis.errors import Unavailable
from chassis.log.history import History
from chassis.log.stored import Stored
from tests.contracts.examples import ACCEPTED, DETERMINED, SUBMITTED
from tests.evidence.test_standing import stored

LOG = [stored(event, n) for n, event in enumerate((SUBMITTED, ACCEPTED), start=1)]


class Log:
    """Stands for the log; counts how often it was read."""

    def __init__(self) -> None:
        self.records = list(LOG)
        self.reads = 0
        self.away = False

    async def after(self, sequence: int, subjects: str, most: int) -> list[Stored]:
        self.reads += 1
        if self.away:
            raise Unavailable("away")
        return [item for item in self.records if item.sequence > sequence][:most]


@asynccontextmanager
async def counts(log: Log, alone_after: float = 15.0) -> AsyncIterator[Counting]:
    found = Counting(("tax", "nobody-asked"), rest=0.0, shown_every=0.01, alone_after=alone_after)
    task = asyncio.create_task(found.run(cast(History, log)))
    yield found
    task.cancel()


def shown(name: str, **labels: str) -> float:
    value = REGISTRY.get_sample_value(f"lianshen_{name}", labels)
    assert value is not None
    return value


async def settled(reads: int, log: Log) -> None:
    async with asyncio.timeout(5):
        while log.reads < reads:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)


async def test_what_was_in_the_log_before_is_read_and_until_then_nothing_is_said() -> None:
    log = Log()
    log.away = True
    async with counts(log):
        await settled(2, log)
        assert math.isnan(shown("cases", state="verifying"))
        assert math.isnan(shown("department_backlog", department="tax"))
        log.away = False
        await settled(log.reads + 1, log)
        assert shown("cases", state="verifying") == 1
        assert shown("cases", state="review") == 0
        assert shown("department_backlog", department="tax") == 1
        assert shown("department_backlog", department="nobody-asked") == 0
        assert shown("department_oldest_question_age_seconds", department="tax") > 0
        assert shown("overdue_cases") == 0


async def test_what_the_archive_reads_is_read_once() -> None:
    log = Log()
    async with counts(log) as found:
        await settled(1, log)
        found.take([stored(DETERMINED, 3)])
        await asyncio.sleep(0.1)
        assert shown("cases", state="verifying") == 1  # eligible, its entry not opened yet
        assert shown("department_backlog", department="tax") == 0
        assert log.reads == 1


async def test_a_page_that_was_missed_and_a_silent_archive_are_read_from_the_log() -> None:
    log = Log()
    async with counts(log) as found:
        await settled(1, log)
        log.records += [stored(DETERMINED, 3)]
        found.take([stored(DETERMINED, 9)])
        await settled(2, log)
        assert shown("department_backlog", department="tax") == 0
    async with counts(log, alone_after=0.05):
        reads = log.reads
        await settled(reads + 3, log)
