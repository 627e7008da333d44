"""What clients are told by the journal while the bus is in trouble: one register a key could have told it.

By night 30,000 operations (`OPERATIONS`) on one node and on three, by day some hundred.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from pathlib import Path

import pytest

from chassis.log import journal as journals
from lianshen.embedded import served
from tests.linearizable.checker import not_linearizable
from tests.linearizable.clients import Clients, clients
from tests.linearizable.history import Told
from tests.support.cluster import three_nodes
from tests.support.real_bus import RealBus, any_service
from tests.support.waiting import until

OPERATIONS = int(os.environ.get("OPERATIONS", "1200"))
A_FAULT_EVERY = 400


def explained(these: Clients) -> bool:
    """Whether there were answers of each kind, and all can be explained."""
    told = Counter(operation.told for operation in these.history)
    assert told[Told.UNKNOWN] > 0
    assert told[Told.OK] > OPERATIONS / 4
    assert told[Told.CONFLICT] > OPERATIONS / 20
    return not_linearizable(these.history) == []


@pytest.mark.timeout(1800)
async def test_one_node_killed_again_and_again(real_bus: RealBus) -> None:
    async def kill() -> None:
        while real_bus.server.pid is None:
            await asyncio.sleep(0.05)
        os.kill(real_bus.server.pid, signal.SIGKILL)

    async with clients(real_bus.connect) as these, these.meanwhile(kill, A_FAULT_EVERY) as faults:
        await these.run(OPERATIONS, seed=5)
    assert len(faults) >= 2
    assert explained(these)


@pytest.mark.timeout(3600)
async def test_three_nodes_of_which_the_leader_or_another_is_killed_or_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "services_named", any_service)
    chance = random.Random(7)
    async with three_nodes(tmp_path / "data") as cluster:
        nc = await cluster.connect("provisioner")

        async def fault() -> None:
            await cluster.whole(nc)
            leader = await cluster.leader(nc)
            node = chance.choice([leader, leader, *cluster.bus.nodes])
            # The leader may still count the copy of a node as current that was killed a moment ago.
            await until(lambda: cluster.node(node).pid)
            if chance.random() < 0.7:
                cluster.send(node, signal.SIGKILL)
            else:
                cluster.send(node, signal.SIGSTOP)
                await asyncio.sleep(chance.uniform(1, 6))
                cluster.send(node, signal.SIGCONT)

        async with clients(cluster.connect) as these, these.meanwhile(fault, A_FAULT_EVERY) as faults:
            await these.run(OPERATIONS, seed=6)
        assert len(faults) >= 2
        assert explained(these)


async def test_a_double_claim_is_found(real_bus: RealBus, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal that does not look at who holds a claim."""
    without = {"ce-type": "claim"}
    monkeypatch.setattr(
        journals, "_claim", lambda claim: journals._entry_of(claim.subject, claim.holder.encode(), "claim", without)
    )
    async with clients(real_bus.connect, 2) as these:
        await these.run(200, seed=1, keys_at_once=1)
    found = not_linearizable(these.history)
    assert len(found) >= 1
    assert all(key.startswith("claim.") for key in found)
