"""The bus as a cluster on one machine: three nats-servers, each supervised, with a store of its own."""

import asyncio
import os
from collections.abc import Coroutine, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Unpack

from chassis.bus import Bus
from chassis.errors import Unavailable
from chassis.log.provision import STREAMS
from chassis.log.replicas import until_led
from lianshen.bus_access.bus_listen import BusListen
from lianshen.bus_access.node import Node
from lianshen.bus_access.server_config import MAX_PAYLOAD
from lianshen.embedded.bus_server import EmbeddedBus, ServerOptions
from lianshen.embedded.cluster.certificates import route_files
from lianshen.embedded.cluster.members import Members
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.served import BusError, Served

LED_WITHIN = 60.0


class ClusterBus:
    """Looks from outside like the embedded bus with one server, but that its URL names all of them."""

    def __init__(
        self,
        data_dir: DataDir,
        departments: Iterable[str],
        groups: Mapping[str, tuple[str, ...]] | None = None,
        listen: BusListen | None = None,
        **options: Unpack[ServerOptions],
    ) -> None:
        self.data_dir = data_dir
        self.departments = tuple(departments)
        self.groups = groups
        self.nodes: dict[str, EmbeddedBus] = {}
        self._listen = listen or BusListen()
        self._options = options
        self._lock: int | None = None
        self._watches: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """All nodes, with commas between, also those that are away."""
        return ",".join(f"{self._listen.scheme}://127.0.0.1:{node.port}" for node in self.nodes.values())

    @property
    def restarts(self) -> int:
        return sum(node.restarts for node in self.nodes.values())

    async def start(self) -> str:
        """Returns the URL once every server takes connections. Raises DataDirError or BusError."""
        if not self.data_dir.growing:  # then the one who copies holds it
            self._lock = await asyncio.to_thread(self.data_dir.own)
        try:
            for folder in (self.data_dir.run, self.data_dir.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            members = Members.of(self.data_dir)
            members.write(self.data_dir)
            self.nodes = {name: self._node(name, members) for name in members.ports}
            await asyncio.gather(*(node.start() for node in self.nodes.values()))
            self._write_served()
            await self._led()
        except BaseException:
            await self.stop()
            raise
        return self.url

    def _node(self, name: str, members: Members) -> EmbeddedBus:
        files = route_files(self.data_dir.credentials / "routes", name, datetime.now(UTC))
        routes = tuple(members.ports.values())
        node = Node(name, members.ports[name], routes, files.certificate, files.private_key, files.ca_file)
        directory = DataDir(self.data_dir.path, name, self.data_dir.growing)
        return EmbeddedBus(
            directory, self.departments, groups=self.groups, listen=self._listen, node=node, **self._options
        )

    async def _led(self) -> None:
        """Until the nodes have chosen who leads each stream: before, they answer nothing."""
        seed = self.data_dir.seed("provisioner")
        bus = await Bus.connect(self.url, "start", seed, ca_file=self._listen.certificate)
        try:
            for stream in STREAMS:
                await until_led(bus.nc, stream["name"], LED_WITHIN)
        except Unavailable as error:
            raise BusError(f"the nodes do not come together ({error}); see nodes/*/logs/nats-server.log") from None
        finally:
            await bus.close()

    def _write_served(self) -> None:
        """For those who look at the whole: which processes it lets in, and which nodes there are."""
        first = next(iter(self.nodes.values()))
        assert first.groups is not None
        self.groups = first.groups
        largest = self._options.get("max_payload", MAX_PAYLOAD)
        Served(self.departments, self.groups, max_payload=largest, nodes=tuple(self.nodes)).write(self.data_dir)
        (self.data_dir.run / "port").write_text(f"{first.port}\n")

    def watch(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs this until the bus is stopped."""
        watch = asyncio.create_task(work, name="watch of the cluster")
        self._watches.add(watch)
        watch.add_done_callback(self._watches.discard)

    async def restart(self) -> None:
        """Ends one server after the other; each is then started again as after any end."""
        for node in self.nodes.values():
            await node.restart()

    async def stop(self) -> None:
        for watch in tuple(self._watches):
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        await asyncio.gather(*(node.stop() for node in self.nodes.values()))
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
