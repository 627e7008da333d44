"""The disk of one node of three is full: the others go on, it is named, and once there is room it is restarted."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chassis.log.append_health import GAVE_UP, try_append
from chassis.log.journal import Journal
from lianshen.doctor.copies import copies
from lianshen.embedded.disk_watch import keep_writing
from tests.support.cluster import Cluster
from tests.support.readers import submit
from tests.support.waiting import until
from tests.system.faults.disk import Disk, NotAllowed, small_disk

pytestmark = pytest.mark.asyncio(loop_scope="session")


@asynccontextmanager
async def on_a_small_disk(cluster: Cluster, name: str) -> AsyncIterator[Disk]:
    """A node's store lies on a disk of its own for a while; empty before and after, it is filled by the others."""
    await cluster.down(name)
    store = cluster.node(name).data_dir.jetstream
    shutil.rmtree(store)
    try:
        with small_disk(store) as disk:
            await cluster.again(name)
            await cluster.whole(await cluster.connect("provisioner"))
            yield disk
            await cluster.down(name)
    except NotAllowed as why:
        pytest.skip(str(why))
    finally:
        await cluster.again(name)
    await cluster.whole(await cluster.connect("provisioner"))


async def test_the_others_go_on_it_is_named_and_with_room_again_it_is_restarted(cluster: Cluster) -> None:
    nc, owner, operator = [await cluster.connect(user) for user in ("everything", "provisioner", "operator")]
    journal = Journal(nc, within=20)
    await journal.start()
    async with on_a_small_disk(cluster, "n3") as disk:
        disk.fill()

        async def is_named() -> bool:
            await submit(journal, 5)
            found = {finding.what: finding.detail for finding in await copies(operator) if not finding.well}
            return found == {"node n3": GAVE_UP}

        await until(is_named, within=60)
        assert await try_append(nc, "everything") is None, "a node that gave up stops nobody"

        said: list[str] = []
        watch = asyncio.create_task(keep_writing(cluster.node("n3"), operator, said.append, every=0.3))
        await until(lambda: any("is then done by itself" in words for words in said), within=30)
        assert cluster.node("n3").restarts == 0
        disk.free()
        await until(lambda: cluster.node("n3").restarts == 1, within=30)
        watch.cancel()
        await submit(journal, 5)
        await cluster.whole(owner)
    await journal.stop()
