"""kill -9 of every service and of nats-server in turn, at random moments, while families apply (faults 1 and 2)."""

import asyncio
import contextlib
import os
import random
import signal
import time
from pathlib import Path

import httpx
import pytest

from contracts.events import DeterminationMade
from evidence.audit import audit
from lianshen.catalog import SERVICES
from lianshen.demo.synthetic_world import make_crowd
from tests.support.running_system import Running, Start
from tests.support.waiting import ended
from tests.system.in_trouble.ledger import Ledger, hand_in

APPLICATIONS = 500
KIOSKS = 12
SETTLED_WITHIN = 120.0
ACK_WAIT = 10.0
"""Seconds, in the place of the minute."""
OURS = {*SERVICES, "nats-server"}


async def kill_in_turn(running: Running, chance: random.Random, killed: list[str]) -> None:
    """Every process of ours and the bus, one after the other, until cancelled."""
    while True:
        names = sorted(OURS)
        chance.shuffle(names)
        for name in names:
            await asyncio.sleep(chance.uniform(0.3, 2.0))
            pid = running.system.bus.pid if name == "nats-server" else running.system.children[name].pid
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(name)


@pytest.mark.slow
@pytest.mark.timeout(420)
async def test_five_hundred_applications_survive_the_death_of_everything_in_turn(start: Start, tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", APPLICATIONS)
    running = await start(world, separate=True, ack_wait=ACK_WAIT, console=True)
    ledger = Ledger(tmp_path / "ledger.jsonl")
    bodies = [path.read_bytes() for path in sorted((world / "applications").glob("*.json"))]
    killed: list[str] = []
    chaos = asyncio.create_task(kill_in_turn(running, random.Random(7), killed))

    async def kiosk(client: httpx.AsyncClient) -> list[str]:
        numbers = []
        while bodies:
            numbers.append(await hand_in(client, bodies.pop(), ledger))
        return numbers

    async with httpx.AsyncClient(base_url=running.system.intake_url, timeout=15, trust_env=False) as client:
        taken = await asyncio.gather(*(kiosk(client) for _ in range(KIOSKS)))
    for _ in range(300):
        if set(killed) >= OURS:
            break
        await asyncio.sleep(0.2)
    await ended(chaos)
    acknowledged = [number for numbers in taken for number in numbers]

    determined: dict[str, int] = {}
    deadline = time.monotonic() + SETTLED_WITHIN
    while time.monotonic() < deadline and len(determined) < APPLICATIONS:
        for item in await running.tail.read():
            if isinstance(item.event, DeterminationMade):
                determined[item.event.application] = determined.get(item.event.application, 0) + 1
        await asyncio.sleep(0.3)

    assert len(set(acknowledged)) == APPLICATIONS, "each form opened one case"
    assert {number for number in acknowledged if determined.get(number) != 1} == set(), "each case determined once"
    assert set(running.tail.cases) == set(acknowledged), "nobody's case but theirs"
    assert await audit(running.nc, ledger.path) == []
    assert set(killed) >= OURS, "each of them was killed at least once"
