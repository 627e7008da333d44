"""What a drill does to the bus while applications come in: one plan a name."""

import asyncio
import dataclasses
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.system.faults.figures import Bars
from tests.system.faults.nodes import Nodes

Do = Callable[[Nodes, random.Random, tuple[float, float]], Awaitable[None]]


@dataclass(frozen=True)
class Plan:
    """What is done once, again and again; on how many nodes; and what has to hold."""

    about: str
    do: Do
    bars: Bars
    nodes: tuple[int, ...]
    every: tuple[float, float] = (30.0, 30.0)
    """Seconds between two faults, from and to."""
    apart: bool = False
    """Whether its nodes have to be in network namespaces."""
    small: bool = False
    """Whether each store has to lie on a small disk of its own."""

    def bars_on(self, nodes: int) -> Bars:
        """One node alone is away while it starts; of three, two go on."""
        return self.bars if nodes == 1 else dataclasses.replace(self.bars, after_it_serves=False)


async def kill(nodes: Nodes, chance: random.Random, every: tuple[float, float]) -> None:
    name = await nodes.leader()
    nodes.send(name, signal.SIGKILL, f"kill -9 of {_called(nodes, name)}")


async def stop(nodes: Nodes, chance: random.Random, every: tuple[float, float]) -> None:
    name = await nodes.leader()
    nodes.send(name, signal.SIGSTOP, f"SIGSTOP of {_called(nodes, name)} for {STOPPED_FOR:.0f} s")
    try:
        await asyncio.sleep(STOPPED_FOR)
    finally:
        nodes.send(name, signal.SIGCONT)
    await nodes.whole()


async def replace(nodes: Nodes, chance: random.Random, every: tuple[float, float]) -> None:
    await nodes.replace(await (nodes.leader() if chance.random() < 0.5 else nodes.follower()))
    await nodes.whole()


async def leave(nodes: Nodes, chance: random.Random, every: tuple[float, float]) -> None:
    """Each in its turn, the next once the one before is back: as a rolling restart does it."""
    for name in nodes.names:
        before = nodes.node(name).restarts
        nodes.send(name, signal.SIGUSR2, f"lame duck of {name}")
        while nodes.node(name).restarts == before:
            await asyncio.sleep(0.2)
        await nodes.serves(name)
        await nodes.whole()


async def kill_all(nodes: Nodes, chance: random.Random, every: tuple[float, float]) -> None:
    for name in nodes.names:
        nodes.send(name, signal.SIGKILL, f"kill -9 of {name}, one of all")
    await nodes.mended()


async def part_the_leader(nodes: Nodes, chance: random.Random, every: tuple[float, float]) -> None:
    name = await nodes.leader()
    await nodes.part(name, STOPPED_FOR, f"the leader {name} cut off for {STOPPED_FOR:.0f} s")


async def part_a_minority(nodes: Nodes, chance: random.Random, every: tuple[float, float]) -> None:
    name = await nodes.follower()
    await nodes.part(name, STOPPED_FOR, f"{name}, which follows, cut off for {STOPPED_FOR:.0f} s")


async def fill(nodes: Nodes, chance: random.Random, every: tuple[float, float]) -> None:
    """The leader's disk first, then that of another one, in turn."""
    follows = len(nodes.names) > 1 and len(nodes.faults) % 2
    name = await (nodes.follower() if follows else nodes.leader())
    what = f"the disk of {name}, which follows," if follows else f"the disk of {_called(nodes, name)}"
    await nodes.fill(name, FULL_FOR, f"{what} full for {FULL_FOR:.0f} s")


def _called(nodes: Nodes, name: str) -> str:
    return "the server" if len(nodes.names) == 1 else f"the leader {name}"


STOPPED_FOR = 40.0
FULL_FOR = 20.0
AWAY = Bars(10, after_it_serves=True)
PLANS = {
    "kills": Plan("the server, or the leader, killed every 5 to 40 s", kill, Bars(40, 40), (1, 3), (5.0, 40.0)),
    "kills-apart": Plan("the server killed every 30 s", kill, AWAY, (1,)),
    "leader-kill": Plan("the leader killed every 30 s", kill, Bars(10), (3,)),
    "replaced": Plan("a node replaced by an empty one", replace, Bars(10), (3,)),
    "stopped": Plan("the leader stopped (SIGSTOP) for 40 s", stop, Bars(10), (3,), (20.0, 20.0)),
    "lame-duck": Plan("a rolling restart in lame-duck mode", leave, Bars(10, beyond=5.0), (3,), (5.0, 5.0)),
    "partition-leader": Plan("the leader cut off for 40 s", part_the_leader, Bars(10), (3,), (20.0, 20.0), apart=True),
    "partition-minority": Plan("a follower cut off", part_a_minority, Bars(10), (3,), (20.0, 20.0), apart=True),
    "full-disk": Plan("the disk of one node full for 20 s, then freed", fill, AWAY, (1, 3), (20.0, 20.0), small=True),
    "whole-cluster": Plan("every node killed at once", kill_all, Bars(30), (3,)),
}
