"""Faults 15 and 17 on three nodes: a process ends with what to do, comes back once that is done, and ends if told."""

import asyncio
import json
from pathlib import Path

import pytest
from determination.service import DURABLE

from chassis.log.journal import Journal
from chassis.log.provision import STREAMS, provision
from lianshen.bus_access.nkeys_of import make_user_seed
from lianshen.catalog import durables
from lianshen.embedded.reload_accounts import reload_accounts
from tests.process.ran import LATEST, process
from tests.support.cluster import Cluster
from tests.support.families import accepted, an_application_number, answered, submitted
from tests.support.readers import info
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")
STARTS = 60.0
FEW = 40


async def test_each_fault_ends_it_with_what_to_do_and_what_is_mended_starts_it(
    cluster: Cluster, tmp_path: Path
) -> None:
    owner, seed, aside = await cluster.connect("provisioner"), cluster.seed(), tmp_path / "aside.seed"
    async with process(cluster, tmp_path) as ran:
        await until(lambda: ran.ready, within=STARTS)
        await owner.request(f"$JS.API.CONSUMER.DELETE.CASES.{DURABLE.name}", b"", timeout=10)
        await until(lambda: ran.ended, within=LATEST)
        assert "ended: durable determination is not there; run `lianshen provision`, then start again" in ran.log
    await provision(owner, durables())

    async with process(cluster, tmp_path) as ran:
        await until(lambda: ran.ready, within=STARTS)
        changed = {**STREAMS[0], "num_replicas": 3, "subjects": ["case.>", "claim.>"]}
        answer = await owner.request("$JS.API.STREAM.UPDATE.CASES", json.dumps(changed).encode(), timeout=10)
        assert "error" not in json.loads(answer.data)
        await until(lambda: ran.ended, within=LATEST)
        assert "ended: not as provisioned: update stream CASES" in ran.log
    await provision(owner, durables())

    async with process(cluster, tmp_path) as ran:
        await until(lambda: ran.ready, within=STARTS)
        seed.rename(aside)
        make_user_seed(seed)
        await asyncio.to_thread(reload_accounts, cluster.data_dir)
        await until(lambda: ran.ended, within=LATEST)
        assert "ended: the bus refuses this process (authorization violation)" in ran.log
    aside.replace(seed)
    await asyncio.to_thread(reload_accounts, cluster.data_dir)

    async with process(cluster, tmp_path, user="operator") as ran:
        await until(lambda: ran.ended, within=LATEST)
        assert "is this the seed of its service?" in ran.log
        assert ran.process.returncode == 1


async def test_a_signal_under_load_leaves_nothing_pending_and_the_next_one_goes_on(
    cluster: Cluster, tmp_path: Path
) -> None:
    nc = await cluster.connect()
    journal = Journal(nc, within=20)
    await journal.start()
    numbers = [an_application_number() for _ in range(FEW)]
    async with process(cluster, tmp_path) as ran:
        await until(lambda: ran.ready, within=STARTS)
        for it in numbers:
            await journal.once(submitted(it), accepted(it, asked=("tax",)), answered(it, "tax"))
        ran.process.terminate()
        await until(lambda: ran.ended, within=LATEST)
        assert ran.process.returncode == 0
        assert (await info(nc, DURABLE))["num_ack_pending"] == 0

    async def all_are_determined() -> bool:
        return all([(await journal.load(it)).determination is not None for it in numbers])

    async with process(cluster, tmp_path):
        await until(all_are_determined, within=STARTS)
    await journal.stop()
