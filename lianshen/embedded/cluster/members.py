"""Which nodes a cluster on this machine has, and the ports by which they reach each other: nodes/nodes.json."""

import json
import socket
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from lianshen.embedded.data_dir import DataDir
from lianshen.lasting_ports import lasting_port

FILE = "nodes.json"
NAMES = ("n1", "n2", "n3")
"""Of a cluster that begins here. Three keep a majority when one is gone; more would only cost more."""


@dataclass(frozen=True)
class Members:
    """The ports of the routes by the names of the nodes."""

    ports: dict[str, int]

    @classmethod
    def of(cls, directory: DataDir) -> "Members":
        """Those of the last start; a port that somebody else has by now is chosen anew."""
        file = directory.nodes / FILE
        known = json.loads(file.read_text()) if file.is_file() else dict.fromkeys(NAMES, 0)
        with ExitStack() as bound:
            return cls({name: _free(bound, port) for name, port in known.items()})

    def write(self, directory: DataDir) -> None:
        directory.nodes.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = directory.nodes / f"{FILE}.new"
        fresh.write_text(json.dumps(self.ports))
        fresh.replace(directory.nodes / FILE)


def _free(until: ExitStack, wanted: int) -> int:
    probe = until.enter_context(socket.socket())
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with suppress(OSError):
        if wanted:
            probe.bind(("127.0.0.1", wanted))
            return wanted
    return lasting_port(until)
