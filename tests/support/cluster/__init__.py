"""Three nodes for a test: started once, and each killed, stopped, frozen, or replaced by an empty one."""

import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nats.errors
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.log.durables import Durable
from chassis.log.provision import provision
from chassis.log.replicas import LOG, Replicas, replicas_of, until_whole
from lianshen.catalog import DEPARTMENTS, durables
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.cluster.bus import ClusterBus
from lianshen.embedded.cluster.members import Members
from lianshen.embedded.data_dir import USERS, DataDir
from lianshen.lasting_ports import lasting_port
from tests.support.real_bus import EVERYTHING


@dataclass
class Cluster:
    """Nodes by their names, and connections as one of the users. A node that is killed is started again at once."""

    bus: ClusterBus
    connections: list[Bus] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.bus.url

    def node(self, name: str) -> EmbeddedBus:
        return self.bus.nodes[name]

    @property
    def data_dir(self) -> DataDir:
        return self.bus.data_dir

    def seed(self, user: str = EVERYTHING) -> Path:
        """As on a server alone (tests/support/real_bus.py)."""
        own = {name: self.data_dir.seed(name) for name in USERS}
        return own[user] if user in own else self.data_dir.group_seed(user)

    async def connect(self, user: str = EVERYTHING, only: str | None = None) -> Client:
        """To whichever node takes it, or at first to one alone."""
        url = self.url if only is None else self.node(only).url
        connection = await Bus.connect(url, f"test-{user}", self.seed(user))
        self.connections.append(connection)
        return connection.nc

    async def disconnect(self) -> None:
        """Ends all connections, those that look for a node, too."""
        while self.connections:
            connection = self.connections.pop()
            try:
                await connection.close()
            except nats.errors.Error:
                await connection.nc.close()

    async def replicas(self, nc: Client, stream: str = LOG) -> Replicas:
        return await replicas_of(nc, stream)

    async def leader(self, nc: Client, stream: str = LOG) -> str:
        leader = (await replicas_of(nc, stream)).leader
        assert leader is not None
        return leader

    def send(self, name: str, number: signal.Signals) -> None:
        """SIGKILL, SIGSTOP, SIGCONT, SIGUSR2 (lame duck) …"""
        pid = self.node(name).pid
        assert pid is not None
        os.kill(pid, number)

    async def down(self, name: str) -> None:
        """Ends a node, which stays away until `again`."""
        if self.node(name).pid is not None:
            # One that is frozen would not hear anything else.
            self.send(name, signal.SIGKILL)
        await self.node(name).stop()

    async def again(self, name: str) -> None:
        await self.node(name).start()

    async def replace(self, name: str) -> None:
        """The node is started with an empty store, under the name it had."""
        await self.down(name)
        shutil.rmtree(self.node(name).data_dir.jetstream)
        await self.again(name)

    async def add(self, name: str) -> None:
        """One node more, with an empty store: it calls the others, and they learn of it."""
        ports = {known: node.node.port for known, node in self.bus.nodes.items() if node.node is not None}
        ports[name] = lasting_port()
        self.bus.nodes[name] = self.bus._node(name, Members(ports))
        await self.bus.nodes[name].start()

    async def whole(self, nc: Client, streams: Iterable[str] = (LOG,), within: float = 60) -> None:
        """Until every copy is current."""
        await until_whole(nc, streams, within)


@asynccontextmanager
async def three_nodes(data: Path, *more: Durable, provisioned: bool = True) -> AsyncIterator[Cluster]:
    """A cluster with every stream and durable, each with three copies; it takes some six seconds."""
    bus = ClusterBus(DataDir(data), tuple(DEPARTMENTS), groups={EVERYTHING: (EVERYTHING,)}, drill=True)
    cluster = Cluster(bus)
    await bus.start()
    try:
        if provisioned:
            owner = await cluster.connect("provisioner")
            await provision(owner, [*durables(), *more], replicas=3)
        yield cluster
    finally:
        await cluster.disconnect()
        for name, node in bus.nodes.items():
            if node.pid is not None:
                cluster.send(name, signal.SIGKILL)
        await bus.stop()
