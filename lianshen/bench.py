"""`lianshen bench`: cases a second through the whole system, from the kiosk's POST to the determination."""

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from chassis.bus import Bus
from chassis.history import History
from chassis.journal import STREAM
from contracts.events import DeterminationMade
from lianshen.audit import audit
from lianshen.crowd import make_crowd
from lianshen.data_dir import DataDir
from lianshen.log_tail import LogTail
from lianshen.system import System
from lianshen.table import console

AT_ONCE = 32
AT_MOST = 600.0


async def bench(cases: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Posts a crowd's applications, 32 at once, and waits until every one is determined."""
    with tempfile.TemporaryDirectory(prefix="lianshen-bench-") as temporary:
        world = make_crowd(Path(temporary) / "world", cases)
        system = System(DataDir(Path(temporary) / "data"), world=world, say=say)
        try:
            await system.start()
            return await _measure(world, cases, system, say)
        finally:
            await system.stop()


async def _measure(world: Path, cases: int, system: System, say: Callable[[str], None]) -> dict[str, Any]:
    bodies = [path.read_bytes() for path in sorted((world / "applications").glob("*.json"))]
    posted: dict[str, float] = {}
    waits: list[float] = []
    bus = await Bus.connect(system.url, "bench", system.data_dir.seed("operator"))
    history = History(bus.nc, STREAM)
    await history.start()
    tail = LogTail(history)
    began = time.time()

    async def kiosk(client: httpx.AsyncClient) -> None:
        while bodies:
            body = bodies.pop()
            headers = {"Idempotency-Key": secrets.token_urlsafe(24), "Content-Type": "application/json"}
            sent = time.time()
            reply = await client.post("/v1/applications", content=body, headers=headers)
            reply.raise_for_status()
            posted[reply.json()["receipt"]["application_number"]] = sent

    async with httpx.AsyncClient(base_url=system.intake_url, timeout=60, trust_env=False) as client:
        work = asyncio.gather(*(kiosk(client) for _ in range(AT_ONCE)))
        ended = began
        determined: dict[str, float] = {}
        while len(determined) < cases and time.time() - began < AT_MOST:
            for item in await tail.read():
                if isinstance(item.event, DeterminationMade):
                    determined[item.event.application] = item.stored_at.timestamp()
                    ended = item.stored_at.timestamp()
            await asyncio.sleep(0.2)
        await work
    waits = sorted(determined[number] - sent for number, sent in posted.items() if number in determined)
    violations = await audit(bus.nc)
    await bus.close()
    say(f"{len(determined)} of {cases} determined")
    return {
        "cases": cases,
        "determined": len(determined),
        "cases_per_second": round(len(determined) / (ended - began), 1) if ended > began else None,
        "p50_seconds": round(statistics.median(waits), 3) if waits else None,
        "p99_seconds": round(waits[int(len(waits) * 0.99)], 3) if waits else None,
        "audit_clean": not violations,
    }


def bench_table(found: dict[str, Any]) -> None:
    for name, value in found.items():
        console.print(f"{name.replace('_', ' '):18} {value}")
