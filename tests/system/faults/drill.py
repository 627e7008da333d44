"""One drill: applications at a steady rate, a plan of faults, and what both showed."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from chassis.log.history import History
from chassis.log.journal import STREAM
from contracts.events import DeterminationMade
from evidence.audit import audit
from lianshen.cases.log_tail import LogTail
from lianshen.demo.synthetic_world import make_crowd
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import System
from tests.support.running_system import QUICK
from tests.support.waiting import ended
from tests.system.faults.apart import put_apart
from tests.system.faults.disk import small_disks, stores
from tests.system.faults.figures import Figures, stalls, waits
from tests.system.faults.nodes import Nodes
from tests.system.faults.plans import Plan
from tests.system.in_trouble.ledger import Ledger, hand_in

KIOSKS = 64
PATIENCE = 600.0
"""Seconds a kiosk goes on with one form. How long it was silent is for the bars of a plan; loss, for the audit."""
SETTLED_WITHIN = 180.0
FIRST_FAULT_AFTER = 3.0
LOST = "the connection to the bus is lost"


@dataclass
class Drill:
    """A running system, and the record of a client outside it."""

    system: System
    nodes: Nodes
    tail: LogTail
    ledger: Ledger
    began: float = field(default_factory=time.time)

    @classmethod
    @asynccontextmanager
    async def prepared(cls, folder: Path, cases: int, plan: Plan, nodes: int = 1) -> AsyncIterator["Drill"]:
        """Raises NotAllowed where it takes a small disk, and none may be mounted."""
        world = make_crowd(folder / "world", cases)
        system = System(DataDir(folder / "data"), world=world, nodes=nodes, environment=QUICK)
        with small_disks(stores(system.data_dir, nodes) if plan.small else {}) as disks:
            cables = put_apart(system) if plan.apart else None
            try:
                await system.start()
                async with system.connected("operator") as nc:
                    history = History(nc, STREAM)
                    await history.start()
                    known = Nodes(system, nc, cables, disks)
                    yield cls(system, known, LogTail(history), Ledger(folder / "ledger.jsonl"))
            finally:
                await system.stop()
                if cables is not None:
                    cables.end()

    async def run(self, bodies: Sequence[bytes], plan: Plan, rate: float, seed: int = 1) -> Figures:
        """Ends when every form was acknowledged, at least one fault is over, and all has settled."""
        self.began = time.time()
        enough = asyncio.Event()
        faults = asyncio.create_task(self._faults(plan, random.Random(seed), enough))
        try:
            await self._hand_in(bodies, rate)
            enough.set()
            await faults
        finally:
            await ended(faults)
        await self.nodes.mended()
        return await self._figures()

    async def _faults(self, plan: Plan, chance: random.Random, enough: asyncio.Event) -> None:
        """One after the other, each to its end."""
        await asyncio.sleep(FIRST_FAULT_AFTER)
        while True:
            await plan.do(self.nodes, chance, plan.every)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(chance.uniform(*plan.every)):
                    await enough.wait()
            if enough.is_set():
                return

    async def _hand_in(self, bodies: Sequence[bytes], rate: float) -> None:
        left: asyncio.Queue[bytes | None] = asyncio.Queue()

        async def kiosk(client: httpx.AsyncClient) -> None:
            while (body := await left.get()) is not None:
                await hand_in(client, body, self.ledger, PATIENCE)

        url = self.system.intake_url
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=KIOSKS)
        async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False, limits=limits) as client:
            kiosks = [asyncio.create_task(kiosk(client)) for _ in range(KIOSKS)]
            for body in bodies:
                left.put_nowait(body)
                await asyncio.sleep(1 / rate)
            for _ in kiosks:
                left.put_nowait(None)
            await asyncio.gather(*kiosks)

    async def _figures(self) -> Figures:
        received = receipts(self.ledger.path)
        times: dict[str, list[float]] = {}
        deadline = time.monotonic() + SETTLED_WITHIN
        while received.keys() - times.keys() and time.monotonic() < deadline:
            for item in await self.tail.read():
                if isinstance(item.event, DeterminationMade):
                    times.setdefault(item.event.application, []).append(item.stored_at.timestamp())
            await asyncio.sleep(0.3)
        met = stalls(self.nodes.faults, list(received.values()))
        determined = {number: at[0] for number, at in times.items()}
        return Figures(
            cases=len(received),
            lost=len(received.keys() - self.tail.cases.keys()),
            not_once=sum(len(times.get(number, ())) != 1 for number in received),
            stalls=met,
            waits=waits(received, determined, met),
            ended=sum(child.restarts for child in self.system.children.values()),
            audit=tuple(await self._audit()),
            slowest=slowest_answer(self.ledger.path),
            notes=(f"connections lost, all processes together: {self._connections_lost()}",),
        )

    async def _audit(self) -> list[str]:
        async with self.system.connected("operator") as nc:
            return await audit(nc, self.ledger.path)

    def _connections_lost(self) -> int:
        return sum(log.read_text(errors="replace").count(LOST) for log in self.system.data_dir.logs.glob("*.log"))


def slowest_answer(ledger: Path) -> float:
    """Seconds that a kiosk waited for whatever it was answered, a receipt or "come back"."""
    lines = (json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines())
    return max((line["took"] for line in lines if line["took"] is not None), default=0.0)


def receipts(ledger: Path) -> dict[str, float]:
    """When each application was acknowledged."""
    lines = (json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines())
    return {line["application"]: line["at"] for line in lines if line["step"] == "ok"}
