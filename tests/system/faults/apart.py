"""Three nodes in network namespaces of their own, on one bridge: a cable can be pulled. Linux, and the right to do so.

All of it lies in a namespace that the drill was started in (`unshare --net`), and is gone with it.
"""

import ipaddress
import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.cluster import certificates
from lianshen.embedded.cluster.bus import ClusterBus
from lianshen.embedded.cluster.members import NAMES, Members
from lianshen.embedded.supervised import Program
from lianshen.embedded.system import System

INSIDE = "LIANSHEN_DRILL_APART"
NOT_RUN = 77
"""What the drill ends with where it may not make namespaces."""
NET = "10.77.0"


def go_inside() -> None:
    """Starts this very drill once more, in a network namespace; ends with NOT_RUN where that is not allowed."""
    if os.environ.get(INSIDE):
        return
    tried = subprocess.run(["unshare", "--net", "ip", "link", "set", "lo", "up"], capture_output=True, text=True)
    if tried.returncode:
        print(f"NOT RUN: no network namespace may be made here ({tried.stderr.strip()})")
        sys.exit(NOT_RUN)
    command = ["unshare", "--net", sys.executable, "-m", "tests.system.faults", *sys.argv[1:]]
    os.execvpe("unshare", command, {**os.environ, INSIDE: "1"})


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Cables:
    """A namespace a node, each with its cable to a bridge."""

    def __init__(self, names: list[str]) -> None:
        self.hosts = {name: f"{NET}.{n}" for n, name in enumerate(names, start=1)}
        self.holders: dict[str, subprocess.Popen[bytes]] = {}
        _ip("link", "set", "lo", "up")
        _ip("link", "add", "bridge", "type", "bridge")
        _ip("addr", "add", f"{NET}.254/24", "dev", "bridge")
        _ip("link", "set", "bridge", "up")
        for name, host in self.hosts.items():
            self._lay(name, host)

    def _lay(self, name: str, host: str) -> None:
        holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"], stdout=subprocess.PIPE
        )
        self.holders[name] = holder
        assert holder.stdout is not None
        holder.stdout.readline()
        _ip("link", "add", f"to-{name}", "type", "veth", "peer", "name", "cable", "netns", str(holder.pid))
        _ip("link", "set", f"to-{name}", "master", "bridge", "up")
        for words in ("link set lo up", f"addr add {host}/24 dev cable", "link set cable up"):
            subprocess.run([*self.inside(name), "ip", *words.split()], check=True, capture_output=True)

    def inside(self, name: str) -> tuple[str, ...]:
        return "nsenter", "--target", str(self.holders[name].pid), "--net"

    def pull(self, name: str) -> None:
        """What is sent goes nowhere, and nobody is told."""
        _ip("link", "set", f"to-{name}", "nomaster")

    def plug(self, name: str) -> None:
        _ip("link", "set", f"to-{name}", "master", "bridge")

    def end(self) -> None:
        for holder in self.holders.values():
            holder.kill()
            holder.wait()


class NodeApart(EmbeddedBus):
    """A node at an address of its own."""

    cables: Cables

    @property
    def host(self) -> str:
        assert self.node is not None
        return self.cables.hosts[self.node.name]

    @property
    def url(self) -> str:
        return super().url.replace("127.0.0.1", self.host)

    def _program(self, lock: int) -> Program:
        assert self.node is not None
        program = super()._program(lock)
        return replace(program, command=(*self.cables.inside(self.node.name), *program.command))

    def _write_config(self) -> Any:
        assert self.node is not None
        file = super()._write_config()
        text = file.read_text().replace('"127.0.0.1:', f'"{self.host}:')
        for port, host in zip(self.node.routes, self.cables.hosts.values(), strict=True):
            text = text.replace(f"tls://127.0.0.1:{port}", f"tls://{host}:{port}")
        file.write_text(text)
        return file


class ClusterApart(ClusterBus):
    """The cluster, its nodes by cables."""

    cables: Cables

    @property
    def url(self) -> str:
        return ",".join(node.url for node in self.nodes.values())

    def _node(self, name: str, members: Members) -> EmbeddedBus:
        certificates.HERE = ipaddress.ip_address(self.cables.hosts[name])  # type: ignore[assignment]
        node = super()._node(name, members)
        node.__class__ = NodeApart
        node.cables = self.cables  # type: ignore[attr-defined]
        return node


def put_apart(system: System) -> Cables:
    """Before it is started: its three nodes are at addresses of their own."""
    assert isinstance(system.bus, ClusterBus)
    cables = Cables(list(NAMES))
    system.bus.__class__ = ClusterApart
    system.bus.cables = cables  # type: ignore[attr-defined]
    return cables
