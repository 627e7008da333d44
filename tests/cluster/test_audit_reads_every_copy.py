"""I9 on a cluster: each node's copy is counted and read, and one that is not the same is named."""

import signal
from dataclasses import replace

import nats.errors
import pytest

from chassis.errors import Unavailable
from chassis.log.follow import records
from chassis.log.history import History
from chassis.log.journal import STREAM, Journal
from evidence.audit import audit
from evidence.copies import Another, Digests, _consumers, _first_fault, about_state, blamed, compared
from tests.support.cluster import Cluster
from tests.support.readers import submit
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

NODES = ("n1", "n2", "n3")


async def test_three_copies_that_are_the_same_are_sound(cluster: Cluster) -> None:
    journal = Journal(await cluster.connect(), within=20)
    await journal.start()
    await submit(journal, 600)
    await journal.stop()
    owner = await cluster.connect("provisioner")
    await cluster.whole(owner)
    found = await audit(await cluster.connect("operator"), owner=owner)
    assert [what for what in found if what.startswith("I9")] == []


async def _read(cluster: Cluster, change: int | None = None) -> Digests:
    history, read = History(await cluster.connect("operator"), STREAM), Digests()
    await history.start()
    async for stored in records(history, ">"):
        read.take(replace(stored, body=b"{}") if stored.sequence == change else stored)
    return read


async def test_what_is_read_of_a_node_is_its_own_copy(cluster: Cluster) -> None:
    """With both others frozen nobody else can have read it for that node."""
    read = await _read(cluster)
    nodes = await _consumers(await cluster.connect("provisioner"))
    assert sorted(nodes) == list(NODES)
    for name, consumer in nodes.items():
        nc = await cluster.connect("provisioner", only=name)
        others = [other for other in NODES if other != name]
        for other in others:
            cluster.send(other, signal.SIGSTOP)
        try:
            assert consumer is not None
            assert await _first_fault(nc, consumer, read) is None
        finally:
            for other in others:
                cluster.send(other, signal.SIGCONT)
    await cluster.whole(await cluster.connect("provisioner"))


async def test_a_record_that_is_another_one_is_named_on_its_node(cluster: Cluster) -> None:
    found = await compared(await cluster.connect("provisioner"), await _read(cluster, change=537))
    assert found == [
        f"I9 {name}: sequence 537 is another record here than where the log was read first" for name in NODES
    ]


FIRST_READ = "is another record here than where the log was read first"
FIVE, FIVE_TOO, SIX = Another(5, b"a"), Another(5, b"b"), Another(6, b"a")
ENDS = "its copy ends at sequence 4, the log at 9"
BLAMED: list[tuple[dict[str, str | Another | None], list[str]]] = [
    ({"n1": None, "n2": None, "n3": None}, []),
    ({"n1": None, "n2": FIVE, "n3": None}, [f"n2: sequence 5 {FIRST_READ}"]),
    # n2 was read first: the two others have what is right.
    ({"n1": FIVE, "n2": None, "n3": FIVE}, ["n2: sequence 5 is another record here than on n1, n3"]),
    ({"n1": FIVE, "n2": None, "n3": FIVE_TOO}, [f"n1: sequence 5 {FIRST_READ}", f"n3: sequence 5 {FIRST_READ}"]),
    ({"n1": FIVE, "n2": None, "n3": SIX}, [f"n1: sequence 5 {FIRST_READ}", f"n3: sequence 6 {FIRST_READ}"]),
    # What was read is on no node: each is told.
    ({"n1": FIVE, "n2": FIVE, "n3": FIVE}, [f"{name}: sequence 5 {FIRST_READ}" for name in NODES]),
    (
        {"n1": FIVE, "n2": ENDS, "n3": FIVE},
        [f"n1: sequence 5 {FIRST_READ}", f"n2: {ENDS}", f"n3: sequence 5 {FIRST_READ}"],
    ),
]


@pytest.mark.parametrize(("found", "said"), BLAMED)
async def test_of_three_copies_the_one_that_two_others_contradict_is_at_fault(
    found: dict[str, str | Another | None], said: list[str]
) -> None:
    assert [f"{name}: {fault}" for name, fault in blamed(found)] == said


async def test_a_node_that_is_away_is_named(cluster: Cluster) -> None:
    nc = await cluster.connect("provisioner")
    leader = await cluster.leader(nc)
    follower = next(name for name in NODES if name != leader)
    await cluster.down(follower)
    try:
        reader = await cluster.connect("operator")

        async def is_named() -> bool:
            try:
                found = await audit(reader)
            except (Unavailable, nats.errors.Error, TimeoutError):
                return False  # a read went to the node that is away, until the others know it
            return f"I9 {follower}: its copy was not counted: the node does not answer" in found

        await until(is_named, within=40)
    finally:
        await cluster.again(follower)
    await cluster.whole(nc)


async def test_what_a_node_counts_of_its_own_copy() -> None:
    whole = {"messages": 20, "first_seq": 1, "last_seq": 20}
    assert list(about_state(whole, 20)) == []
    assert list(about_state({**whole, "first_seq": 3}, 20)) == ["its copy begins at sequence 3, not 1"]
    assert list(about_state({**whole, "num_deleted": 2}, 20)) == ["deleted 2, lost None"]
    assert list(about_state({**whole, "last_seq": 12}, 20)) == ["its copy ends at sequence 12, the log at 20"]
    assert list(about_state({**whole, "messages": 19}, 20)) == ["19 messages under 20 sequences"]
