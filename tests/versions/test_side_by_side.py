"""A rolling upgrade with a step back, under load: two versions on one bus lose nothing, and do nothing twice.

By day one process of the newest release is replaced; `VERSIONS=all` takes every release, one of each pair, and goes a
step back, too (`make test-nightly`).
"""

import asyncio
import os
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from chassis.log.dead_letters import open_letters
from chassis.log.history import History
from chassis.log.journal import STREAM
from contracts.events import DeterminationMade
from evidence.audit import audit
from lianshen.cases.log_tail import LogTail
from lianshen.demo.synthetic_world import make_crowd
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import System
from tests.support.running_system import QUICK
from tests.support.waiting import until
from tests.system.in_trouble.ledger import Ledger, hand_in
from tests.versions.balancer import Balancer
from tests.versions.old_code import NotThere, Versions, old_code

pytestmark = pytest.mark.slow
RELEASES = ("3abbe4f",)
"""Commits whose processes run beside today's, the newest last (docs/decisions/0033)."""
BY_NIGHT = os.environ.get("VERSIONS") == "all"
FAMILIES, PAUSE = 2000, 0.2
AT_LEAST = 5
"""Applications that are acknowledged between two steps, so that each meets work under way."""
HANDLED = re.compile(r"^lianshen_handled_total\{.*\} (\S+)$", re.MULTILINE)


@dataclass
class Rolling:
    """A system of pairs under load, whose processes are replaced one after another."""

    system: System
    versions: Versions
    ledger: Ledger
    numbers: set[str] = field(default_factory=set)

    async def replace(self, name: str, by_old: bool) -> None:
        """Kills a process in the midst of its work; it is started again by the other code."""
        await self.some_more()
        child = self.system.children[name]
        before = child.pid
        assert before is not None
        (self.versions.by_old.add if by_old else self.versions.by_old.discard)(name)
        os.kill(before, signal.SIGKILL)
        await until(lambda: child.pid != before and child.is_ready(), 90)
        await self.some_more()

    async def some_more(self) -> None:
        wanted = len(self.numbers) + AT_LEAST
        await until(lambda: len(self.numbers) >= wanted, 90)

    async def handled(self, name: str) -> float:
        """How many messages this process has handled."""
        where = str(self.system.children[name].endpoints()["health"])
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            said = (await client.get(f"{where}/metrics")).text
        return sum(float(count) for count in HANDLED.findall(said))

    def starts_by_old(self, name: str) -> int:
        log = (self.system.data_dir.logs / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        return log.count(f"code of {self.versions.old}")

    @asynccontextmanager
    async def load(self, forms: list[Path]) -> AsyncIterator[None]:
        """Families hand in, over a balancer, until the block ends; each is acknowledged in the end."""
        over, coming = asyncio.Event(), iter(forms)
        transport = Balancer(self.system, "decisions", "decisions-2")
        async with httpx.AsyncClient(transport=transport, base_url="http://kiosk", timeout=30) as client:

            async def kiosk() -> None:
                while not over.is_set():
                    self.numbers.add(await hand_in(client, next(coming).read_bytes(), self.ledger))
                    await asyncio.sleep(PAUSE)

            kiosks = [asyncio.create_task(kiosk()) for _ in range(4)]
            try:
                yield
            finally:
                over.set()
                await asyncio.gather(*kiosks)


@asynccontextmanager
async def rolling(folder: Path, version: str, by_old: set[str]) -> AsyncIterator[Rolling]:
    try:
        versions = Versions(old_code(version, folder / "old"), by_old)
    except NotThere as reason:
        pytest.skip(f"NOT RUN: {reason}")
    world = make_crowd(folder / "world", FAMILIES)
    data = DataDir(folder / "data")
    system = System(data, world=world, pairs=True, environment=QUICK, spawn=versions.spawn)
    try:
        await system.start()
        yield Rolling(system, versions, Ledger(folder / "ledger.jsonl"))
    finally:
        await system.stop()


async def determined(tail: LogTail, found: Counter[str]) -> set[str]:
    """The cases that are determined by now; how often each is added up in `found`."""
    found.update(item.event.application for item in await tail.read() if isinstance(item.event, DeterminationMade))
    return set(found)


@pytest.mark.timeout(1500 if BY_NIGHT else 400)
@pytest.mark.parametrize("version", RELEASES if BY_NIGHT else RELEASES[-1:])
async def test_a_rolling_upgrade_with_a_step_back_loses_nothing_and_does_nothing_twice(
    version: str, tmp_path: Path
) -> None:
    old = {"decisions", "asking-2", "archive"} if BY_NIGHT else {"decisions"}
    back = ("asking",) if BY_NIGHT else ()
    async with rolling(tmp_path, version, set(old)) as drill:
        async with drill.load(sorted((tmp_path / "world" / "applications").iterdir())):
            await drill.some_more()
            worked = {name: await drill.handled(name) for name in old}
            for name in sorted(old):
                await drill.replace(name, by_old=False)
            for name in back:
                await drill.replace(name, by_old=True)
                await drill.replace(name, by_old=False)
        assert [drill.starts_by_old(name) for name in (*old, *back)] == [1] * len((*old, *back))
        assert worked["decisions"] > 0, "old and new really shared the work"
        async with drill.system.connected("operator") as nc:
            history = History(nc, STREAM)
            await history.start()
            tail, found = LogTail(history), Counter[str]()
            await until(lambda: _all_determined(tail, found, drill.numbers), 120)
            assert drill.numbers == found.keys()
            assert set(found.values()) == {1}
            assert await open_letters(nc) == []
            assert await audit(nc, tmp_path / "ledger.jsonl") == []


async def _all_determined(tail: LogTail, found: Counter[str], numbers: set[str]) -> bool:
    return await determined(tail, found) >= numbers
