"""SIGTERM to every process at once, under load: nothing is left pending, and the next start finds all (fault 17)."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from chassis.log.durables import is_there
from evidence.audit import audit
from lianshen.catalog import durables
from lianshen.demo.synthetic_world import make_crowd
from tests.support.running_system import Start
from tests.support.waiting import until
from tests.system.in_trouble.ledger import Ledger, hand_in

pytestmark = pytest.mark.slow
APPLICATIONS = 60


async def test_sigterm_to_all_under_load_leaves_nothing_pending_and_no_case_behind(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", APPLICATIONS)
    running = await start(world)
    ledger = Ledger(tmp_path / "ledger.jsonl")
    bodies = [path.read_bytes() for path in sorted((world / "applications").glob("*.json"))]
    services = [child for child in running.system.children.values() if child.program.ready_file is not None]
    async with httpx.AsyncClient(base_url=running.system.intake_url, timeout=15, trust_env=False) as client:
        handed_in = [asyncio.create_task(hand_in(client, body, ledger)) for body in bodies]
        await until(lambda: sum(task.done() for task in handed_in) > 5, within=30)
        began = time.monotonic()
        await asyncio.gather(*(child.stop() for child in services))
        took = time.monotonic() - began
        nc = await running.connect("provisioner")
        pending = {it.name: (await is_there(nc, it) or {}).get("num_ack_pending", 0) for it in durables()}
        assert {name: number for name, number in pending.items() if number} == {}
        assert took < 15, "a drain has fifteen seconds at most"
        await asyncio.gather(*(child.start() for child in services))
        await running.system.ready(60)
        numbers = set(await asyncio.gather(*handed_in))
    assert len(numbers) == APPLICATIONS

    async def all_determined() -> bool:
        await running.tail.read()
        return numbers <= {number for number, case in running.tail.cases.items() if case.determination}

    await until(all_determined, within=90)
    assert await audit(running.nc, ledger.path) == []
