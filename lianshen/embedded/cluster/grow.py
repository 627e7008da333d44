"""`lianshen cluster grow`: three nodes take over the log of one server. Nothing else makes a cluster of a store.

Files that are copied to a node are not the cluster's: the other nodes would begin an empty log, and one of them may
lead. So the server's own snapshot of each stream is restored into the cluster, given its replicas, and compared; only
then the old store is put aside.
"""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

from nats.aio.client import Client

from chassis.bus import Bus
from chassis.log.append_health import STREAM as PROBE
from chassis.log.durables import Durable
from chassis.log.follow import records
from chassis.log.history import History
from chassis.log.provision import STREAMS, provision
from chassis.log.provision import stream as replicated
from chassis.log.replicas import LOG
from chassis.process.keys import write_secret
from evidence.copies import Digests, compared
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.cluster.bus import ClusterBus
from lianshen.embedded.data_dir import GROWING, DataDir, DataDirError
from lianshen.embedded.store_version import Store
from lianshen.embedded.stream_copy import NotCopied, api, compare, give, snapshot

Say = Callable[[str], None]
ASIDE = "before-three-nodes"
NODES = 3
COPIED = tuple(stream["name"] for stream in STREAMS if stream["storage"] == "file" and stream["name"] != PROBE)
"""What lies in memory, and trial appends, are made anew."""


async def grow(directory: DataDir, durables: tuple[Durable, ...], say: Say) -> None:
    """Raises DataDirError where the system runs, or there is no log of one server, BusError or NotCopied."""
    unfinished = directory.nodes / GROWING
    if not Store.in_(directory.jetstream).logs:
        _refuse_or_finish(directory, say)
        return
    if not unfinished.exists() and any(Store.in_(store).logs for store in directory.nodes.glob("*/jetstream")):
        raise DataDirError("there are two logs here, of one server and of three nodes: which is the right one?")
    alone = EmbeddedBus(DataDir(directory.path, growing=True), (), groups={})
    async with AsyncExitStack() as stack:
        source = await stack.enter_async_context(_started(alone, directory))
        shutil.rmtree(directory.nodes, ignore_errors=True)
        directory.nodes.mkdir(mode=0o700)
        write_secret(unfinished, "a copy of the log is being made by `lianshen cluster grow`")
        three = ClusterBus(DataDir(directory.path, growing=True), (), groups={})
        target = await stack.enter_async_context(_started(three, directory))
        await _copy(source, target, durables, say)
    (directory.path / ASIDE).mkdir(mode=0o700, exist_ok=True)
    directory.jetstream.rename(directory.path / ASIDE / "jetstream")
    unfinished.unlink()
    say(f"the log is kept by three nodes now: `lianshen up --nodes 3`; the old one lies in {directory.path / ASIDE}")


def _refuse_or_finish(directory: DataDir, say: Say) -> None:
    unfinished = directory.nodes / GROWING
    if not unfinished.exists():
        raise DataDirError("there is no log of one server here: `lianshen up --nodes 3` begins a cluster")
    unfinished.unlink()  # the old log was put aside, so the copy was whole
    say("the log is kept by three nodes already: `lianshen up --nodes 3`")


async def _copy(source: Client, target: Client, durables: tuple[Durable, ...], say: Say) -> None:
    there = [stream for stream in COPIED if await _info(source, stream) is not None]
    for stream in there:
        await _replicated(source, target, stream)
    await provision(target, durables, NODES)
    for stream in there:
        say(f"{stream}: {await compare(source, target, stream)} records, each the same in the cluster")
    await _every_copy(target)
    for durable in durables:
        await _same_place(source, target, durable)
    say(f"{len(durables)} consumers stand where they stood")


async def _every_copy(target: Client) -> None:
    """Raises NotCopied where one node has another log than the others."""
    history, read = History(target, LOG), Digests()
    await history.start()
    async for stored in records(history, ">"):
        read.take(stored)
    if faults := await compared(target, read):
        raise NotCopied("; ".join(faults))


async def _replicated(source: Client, target: Client, stream: str) -> None:
    """A stream of one copy cannot always be given more later: it is made with all of them."""
    async with snapshot(source, stream) as taken:
        config = replicated(taken.what["config"], NODES)
        await give(target, stream, replace(taken, what={**taken.what, "config": config}))


async def _same_place(source: Client, target: Client, durable: Durable) -> None:
    """Raises NotCopied where a consumer would be given again what it acknowledged, or miss what it did not."""
    was, now = [await _consumer(nc, durable) for nc in (source, target)]
    if was is not None and was != now:
        raise NotCopied(f"{durable.name} does not stand where it stood: {was} → {now}")


async def _info(nc: Client, stream: str) -> dict[str, Any] | None:
    try:
        return await api(nc, f"STREAM.INFO.{stream}")
    except LookupError:
        return None


async def _consumer(nc: Client, durable: Durable) -> tuple[int, int] | None:
    """Until where it acknowledged, and how many are under way."""
    try:
        found = await api(nc, f"CONSUMER.INFO.{durable.stream}.{durable.name}")
    except LookupError:
        return None
    return found["ack_floor"]["stream_seq"], found["num_ack_pending"]


@asynccontextmanager
async def _started(bus: EmbeddedBus | ClusterBus, directory: DataDir) -> AsyncIterator[Client]:
    """The bus, and a connection as the owner of the log; nobody else is let in."""
    url = await bus.start()
    try:
        connection = await Bus.connect(url, "grow", directory.seed("provisioner"))
        try:
            yield connection.nc
        finally:
            await connection.close()
    finally:
        await bus.stop()
