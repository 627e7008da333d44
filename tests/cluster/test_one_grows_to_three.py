"""The log of one server is taken over by three nodes with every record; a copy that was cut short is done again."""

from functools import partial

import nats.errors
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.errors import Unavailable
from chassis.log.journal import Journal
from chassis.log.provision import provision
from lianshen.catalog import durables
from lianshen.embedded.cluster.bus import ClusterBus
from lianshen.embedded.cluster.grow import ASIDE, grow
from lianshen.embedded.data_dir import GROWING, DataDir, DataDirError
from lianshen.embedded.stream_copy import NotCopied, _give
from tests.support.cluster import Cluster
from tests.support.readers import submit
from tests.support.real_bus import RealBus
from tests.support.waiting import until


async def test_every_record_and_every_consumer_stands_on_three_nodes(real_bus: RealBus) -> None:
    journal = Journal(await real_bus.connect(), within=20)
    await journal.start()
    numbers = await submit(journal, 30)
    await journal.stop()
    directory, said = real_bus.data_dir, []
    with pytest.raises(DataDirError, match="in use by process"):
        await grow(directory, durables(), said.append)
    for connection in real_bus.connections:
        await connection.close()
    await real_bus.server.stop()

    await _cut_short(directory)
    await grow(directory, durables(), said.append)
    assert "CASES: 30 records, each the same in the cluster" in said
    assert (directory.path / ASIDE / "jetstream" / "jetstream" / "LOG" / "streams" / "CASES").is_dir()

    three = Cluster(ClusterBus(directory, ()))
    await three.bus.start()
    try:
        nc = await three.connect("provisioner")
        assert await until(partial(nothing_to_change, nc), 40)
        history = Journal(nc, within=20)
        await history.start()
        assert (await history.load(numbers[0])).sequence > 0
        await history.stop()
    finally:
        for connection in three.connections:
            await connection.close()
        await three.bus.stop()
    with pytest.raises(DataDirError, match="there is no log of one server here"):
        await grow(directory, durables(), said.append)


async def nothing_to_change(nc: Client) -> bool:
    """A consumer that has no leader yet gives no answer at all."""
    try:
        return await provision(nc, durables(), replicas=3, dry_run=True) == []
    except Unavailable:
        return False


async def _cut_short(directory: DataDir) -> None:
    """As a loss of power in the middle leaves it: neither way of starting takes the copy for the log."""
    nodes = directory.nodes / "n1" / "jetstream" / "jetstream" / "LOG" / "streams" / "CASES"
    nodes.mkdir(parents=True)
    (directory.nodes / GROWING).touch()
    with pytest.raises(DataDirError, match="do `lianshen cluster grow` again"):
        DataDir(directory.path, "n1").prepare(())
    directory.prepare(())


class LateListener:
    """A bus on which it shows late, or never, that somebody listens to a copy."""

    def __init__(self, after: int) -> None:
        self.left = after

    async def request(self, subject: str, payload: bytes, timeout: float) -> Msg:
        if self.left:
            self.left -= 1
            raise nats.errors.NoRespondersError
        return Msg(_client=None, data=b"")  # type: ignore[arg-type]


async def test_a_chunk_that_nobody_listened_to_yet_is_given_again_and_after_a_while_it_is_said() -> None:
    await _give(LateListener(2), "restore.1", b"chunk")  # type: ignore[arg-type]
    with pytest.raises(NotCopied, match="begin it again"):
        await _give(LateListener(10**9), "restore.1", b"chunk")  # type: ignore[arg-type]
