"""Three nodes on one machine: each keeps the whole log, and one of them may go at any time."""

import asyncio
import signal
import ssl

import pytest

from chassis.log.journal import Journal
from chassis.log.provision import STREAMS
from lianshen.embedded.reload_accounts import reload_accounts
from tests.support.cluster import Cluster
from tests.support.readers import submit

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVERY_STREAM = [stream["name"] for stream in STREAMS]


async def test_every_stream_has_a_copy_on_each_node(cluster: Cluster) -> None:
    nc = await cluster.connect("provisioner")
    for name in EVERY_STREAM:
        found = await cluster.replicas(nc, name)
        assert found.whole
        assert {found.leader, *(copy.node for copy in found.copies)} == {"n1", "n2", "n3"}


async def test_nobody_takes_part_between_the_nodes_without_a_certificate(cluster: Cluster) -> None:
    node = cluster.node("n1").node
    assert node is not None
    context = ssl.create_default_context(cafile=str(node.ca_file))
    reader, writer = await asyncio.open_connection("127.0.0.1", node.port, ssl=context)
    # By TLS 1.3 the server says only now that it wanted one.
    with pytest.raises(ssl.SSLError, match="CERTIFICATE_REQUIRED"):
        await reader.readline()
    writer.close()


async def test_the_leader_is_killed_and_what_was_acknowledged_stands_on_every_node(cluster: Cluster) -> None:
    nc = await cluster.connect("provisioner")
    journal = Journal(await cluster.connect(), within=20)
    await journal.start()
    await submit(journal, 20)
    cluster.send(await cluster.leader(nc), signal.SIGKILL)
    await submit(journal, 20)
    await cluster.whole(nc, EVERY_STREAM)
    await journal.stop()


async def test_a_node_with_an_empty_store_is_filled_by_the_others(cluster: Cluster) -> None:
    nc = await cluster.connect("provisioner")
    await cluster.replace("n3")
    await cluster.whole(nc, EVERY_STREAM)
    assert (cluster.node("n3").data_dir.jetstream / "node").read_text() == "n3\n"


async def test_every_node_reads_its_accounts_again(cluster: Cluster) -> None:
    await asyncio.to_thread(reload_accounts, cluster.bus.data_dir)
