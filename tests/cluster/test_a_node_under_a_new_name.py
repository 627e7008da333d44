"""A node is lost for good and another one comes under a new name: the lost one is taken off the list."""

import pytest

from chassis.errors import Unavailable
from chassis.log.replicas import Replicas
from lianshen.embedded.cluster.remove import NotRemoved, remove
from tests.support.cluster import Cluster
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_node_that_answers_is_not_removed(clean_cluster: Cluster) -> None:
    with pytest.raises(NotRemoved, match="n2 answers: stop it first"):
        await remove(await clean_cluster.connect("system"), "n2")


async def test_a_name_that_nobody_has_is_told(clean_cluster: Cluster) -> None:
    with pytest.raises(NotRemoved, match="the bus does not remove n9"):
        await remove(await clean_cluster.connect("system"), "n9")


async def test_a_lost_node_leaves_the_list_and_the_new_one_gets_its_copies(clean_cluster: Cluster) -> None:
    owner, system = await clean_cluster.connect("provisioner"), await clean_cluster.connect("system")
    await clean_cluster.add("n4")
    await clean_cluster.down("n3")

    async def said() -> Replicas | None:
        """Nothing while the nodes choose who leads."""
        try:
            return await clean_cluster.replicas(owner)
        except Unavailable:
            return None

    async def has_a_leader() -> bool:
        return (found := await said()) is not None and found.leader is not None

    await until(has_a_leader, within=30)
    await remove(system, "n3")

    async def stands_on_the_new_one() -> bool:
        found = await said()
        return (
            found is not None
            and found.whole
            and {found.leader, *(copy.node for copy in found.copies)} == {"n1", "n2", "n4"}
        )

    await until(stands_on_the_new_one, within=40)


@pytest.mark.parametrize(
    "subject", ["$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.ACCOUNT.LOG.CONNZ", "$JS.API.STREAM.NAMES"]
)
async def test_the_system_user_may_remove_a_node_and_nothing_else(clean_cluster: Cluster, subject: str) -> None:
    system = await clean_cluster.connect("system")
    with pytest.raises(TimeoutError):
        await system.request(subject, b"", timeout=0.5)
    assert "permissions violation" in str(system.last_error).lower()
