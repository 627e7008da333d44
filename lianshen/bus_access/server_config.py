"""The configuration of nats-server. Pure: settings in, text out. Who may do what: lianshen/bus_access/accounts.py."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianshen.bus_access.account_names import SYSTEM
from lianshen.bus_access.accounts import accounts
from lianshen.bus_access.bus_listen import BusListen
from lianshen.bus_access.nkeys_of import PublicKeys
from lianshen.bus_access.node import Node, server_identity

if TYPE_CHECKING:
    from lianshen.bus_access.accounts import Groups

KEY_VARIABLE = "LIANSHEN_JETSTREAM_KEY"
"""The server's environment holds the key of the store: neither the configuration nor an argument shows it."""

MAX_PAYLOAD = 1024 * 1024


def _tls(listen: BusListen) -> dict[str, object]:
    """With it, the server takes nobody without TLS, also not from this machine."""
    if listen.certificate is None:
        return {}
    return {"tls": {"cert_file": str(listen.certificate), "key_file": str(listen.private_key), "timeout": 5}}


@dataclass(frozen=True)
class BusPlaces:
    """Where the server keeps what it writes."""

    store: Path
    run: Path
    log: Path


def server_config(
    keys: PublicKeys,
    places: BusPlaces,
    groups: "Groups",
    port: int | None = None,
    max_payload: int = MAX_PAYLOAD,
    listen: BusListen | None = None,
    hops: int = 0,
    drill: bool = False,
    node: Node | None = None,
) -> str:
    """The whole configuration file; without a port the OS chooses one. It holds no secret."""
    return config_with(accounts(keys, groups, hops, drill), places, port, max_payload, listen, node)


def config_with(
    made: Mapping[str, Any],
    places: BusPlaces,
    port: int | None = None,
    max_payload: int = MAX_PAYLOAD,
    listen: BusListen | None = None,
    node: Node | None = None,
    leafnodes: Mapping[str, Any] | None = None,
) -> str:
    """A configuration with these accounts. One with `leafnodes` is of a restore: its end syncs, not every record."""
    listen = listen or BusListen()
    config = {
        **server_identity(node),
        "listen": f"{listen.host}:{port or -1}",
        **_tls(listen),
        "ports_file_dir": str(places.run),
        "max_payload": max_payload,
        "log_file": str(places.log),
        "logfile_size_limit": 10 * 1024 * 1024,
        "logfile_max_num": 3,
        "logtime_utc": True,
        # The coming acknowledgement format breaks ordered consumers of nats-py.
        "feature_flags": {"js_ack_fc_v2": False},
        "jetstream": {
            "store_dir": str(places.store),
            "sync_interval": "2m" if leafnodes else "always",
            "cipher": "chachapoly",
            "encryption_key": f"${KEY_VARIABLE}",
        },
        "system_account": SYSTEM,
        **({"leafnodes": leafnodes} if leafnodes else {}),
        "accounts": made,
    }
    # JSON is a subset of the server's format, but for \u escapes and for variables, which stand unquoted.
    text = json.dumps(config, indent=2, ensure_ascii=False)
    return text.replace(f'"${KEY_VARIABLE}"', f"${KEY_VARIABLE}") + "\n"
