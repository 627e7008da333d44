"""A node of a cluster: its name, and how the others reach it. Between nodes there is TLS, and each shows its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLUSTER = "lianshen"
"""The name by which nodes know that they belong together."""
ALONE = "lianshen"
"""The name of a server that is no node."""


@dataclass(frozen=True)
class Node:
    """Listens for its peers on this machine; `routes` are the ports of all, its own among them."""

    name: str
    port: int
    routes: tuple[int, ...]
    certificate: Path
    private_key: Path
    ca_file: Path


def server_identity(node: Node | None) -> dict[str, Any]:
    """What the server's configuration says of who it is."""
    if node is None:
        return {"server_name": ALONE}
    tls = {
        "cert_file": str(node.certificate),
        "key_file": str(node.private_key),
        "ca_file": str(node.ca_file),
        # Whoever calls has to show a certificate, too: a route may do all that a server may.
        "verify": True,
        "timeout": 5,
    }
    cluster = {
        "name": CLUSTER,
        "listen": f"127.0.0.1:{node.port}",
        "tls": tls,
        # Until the others give up a node that hangs, every third read goes to it and is lost.
        "ping_interval": "2s",
        "ping_max": 2,
        "routes": [f"tls://127.0.0.1:{port}" for port in node.routes],
    }
    return {"server_name": node.name, "cluster": cluster}
