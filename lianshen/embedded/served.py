"""What a server on a data directory was configured for, and its configuration, both under run/."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianshen.bus_access.bus_listen import BusListen
from lianshen.bus_access.node import Node
from lianshen.bus_access.server_config import MAX_PAYLOAD, BusPlaces, server_config
from lianshen.embedded.data_dir import DataDir
from lianshen.errors import CommandError

if TYPE_CHECKING:
    from chassis.process.service import Service

LOG_FILE = "nats-server.log"
CONFIG_FILE = "nats-server.conf"
SERVED_FILE = "bus.json"


class BusError(CommandError):
    """The embedded bus does not run; the text says why."""


@dataclass(frozen=True)
class Served:
    """What a running server was configured for; kept under run/, so that its accounts can be read again."""

    departments: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    """The names of the services of each process."""
    port: int | None = None
    """As asked for: a running server keeps to it."""
    max_payload: int = MAX_PAYLOAD
    host: str = "127.0.0.1"
    certificate: str | None = None
    private_key: str | None = None
    hops: int = 0
    """Percent of messages whose way through the server is reported."""
    drill: bool = False
    node: Node | None = None
    nodes: tuple[str, ...] = ()
    """Of a cluster, in the record of the whole: each node has one of its own."""

    @property
    def listen(self) -> BusListen:
        files = (Path(file) if file else None for file in (self.certificate, self.private_key))
        return BusListen(self.host, *files)

    @classmethod
    def read(cls, data_dir: DataDir) -> "Served":
        """Raises BusError where nothing was started on this directory."""
        try:
            found = json.loads((data_dir.run / SERVED_FILE).read_text())
        except FileNotFoundError:
            raise BusError("no bus was started on this data directory; start it with `lianshen up`") from None
        groups = {name: tuple(services) for name, services in found["groups"].items()}
        since = {key: found[key] for key in ("host", "certificate", "private_key", "hops", "drill") if key in found}
        since |= {"node": _node(found.get("node")), "nodes": tuple(found.get("nodes", ()))}
        return cls(tuple(found["departments"]), groups, found["port"], found["max_payload"], **since)

    def write(self, data_dir: DataDir) -> None:
        path = data_dir.run / SERVED_FILE
        fresh = path.with_suffix(".new")
        with open(fresh, "w", opener=_private) as file:
            json.dump(asdict(self), file, default=str)
        fresh.replace(path)


def write_config(data_dir: DataDir, served: Served) -> Path:
    """Writes the server's configuration under run/ for a prepared data directory; returns where."""
    served.write(data_dir)
    keys = data_dir.public_keys(served.departments, served.groups)
    groups = {name: services_named(services) for name, services in served.groups.items()}
    places = BusPlaces(store=data_dir.jetstream, run=data_dir.run, log=data_dir.logs / LOG_FILE)
    how = served.port, served.max_payload, served.listen, served.hops, served.drill, served.node
    text = server_config(keys, places, groups, *how)
    return put_config(data_dir, text)


def _node(found: dict[str, Any] | None) -> Node | None:
    if found is None:
        return None
    files = {name: Path(found[name]) for name in ("certificate", "private_key", "ca_file")}
    return Node(found["name"], found["port"], tuple(found["routes"]), **files)


def put_config(data_dir: DataDir, text: str) -> Path:
    """Where the server reads it."""
    path = data_dir.run / CONFIG_FILE
    fresh = path.with_suffix(".new")
    with open(fresh, "w", opener=_private) as file:
        file.write(text)
    fresh.replace(path)
    return path


def services_named(names: Iterable[str]) -> "list[Service]":
    """Of the catalog, which is loaded late: the command line needs it only where it starts something."""
    from lianshen.catalog import SERVICES

    return [SERVICES[name] for name in names]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
