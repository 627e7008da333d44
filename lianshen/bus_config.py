"""The configuration of nats-server: who may do what on the bus. Pure: settings in, text out.

Accounts are the walls. A permission inside an account does not bind the reply subject of a request, and the server
delivers a reply wherever it is told to; between accounts only what is exported and imported passes, replies under a
name of the server's own. So departments and the command line, which must not write to the log, live outside LIANSHEN.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianshen.bus_keys import PublicKeys

HOME = "LIANSHEN"
OPERATOR = "OPERATOR"
KEY_VARIABLE = "LIANSHEN_JETSTREAM_KEY"
"""The server's environment holds the key of the store: neither the configuration nor an argument shows it."""

MAX_PAYLOAD = 1024 * 1024
LATE_REPLIES = "15m"
"""How long a department's late reply still finds its way; an outage may hold one for ten minutes."""

READS = (
    "$JS.API.INFO",
    "$JS.API.STREAM.INFO.*",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.LIST",
    "$JS.API.STREAM.MSG.GET.*",
    "$JS.API.DIRECT.GET.>",
    "$JS.API.CONSUMER.INFO.*.*",
    "$JS.API.CONSUMER.NAMES.*",
    "$JS.API.CONSUMER.LIST.*",
)
"""What looks at streams and consumers and changes nothing."""

SERVICE_PUBLISHES = (
    "case.>",
    "claim.>",
    "dead.>",
    "timer.>",
    "checkpoint.>",
    "telemetry.>",
    "command.>",
    "department.*.query.v1",
    "_INBOX.>",
    "_R_.>",  # replies to the other accounts
    "$SRV.>",
    "$JS.ACK.>",
    "$JS.FC.>",
    "$JS.API.CONSUMER.MSG.NEXT.*.*",
    *READS,
)
"""No making, changing, emptying or deleting of a stream or consumer. A service still writes the log, and by a chosen
reply subject could reach what is not here: its seed is as precious as the log."""

OPERATOR_ASKS = ("command.>", "$SRV.>", *READS)
OPERATOR_WATCHES = ("case.>", "telemetry.>")


@dataclass(frozen=True)
class BusPlaces:
    """Where the server keeps what it writes."""

    store: Path
    run: Path
    log: Path


def server_config(keys: PublicKeys, places: BusPlaces, port: int | None = None, max_payload: int = MAX_PAYLOAD) -> str:
    """The whole configuration file; without a port the OS chooses one. It holds no secret."""
    config = {
        "server_name": "lianshen",
        "listen": f"127.0.0.1:{port or -1}",
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
            "sync_interval": "always",
            "cipher": "chachapoly",
            "encryption_key": f"${KEY_VARIABLE}",
        },
        "system_account": "SYS",
        "accounts": _accounts(keys),
    }
    # JSON is a subset of the server's format, but for \u escapes and for variables, which stand unquoted.
    text = json.dumps(config, indent=2, ensure_ascii=False)
    return text.replace(f'"${KEY_VARIABLE}"', f"${KEY_VARIABLE}") + "\n"


def account_of(department: str) -> str:
    return f"DEPARTMENT-{department}"


def _accounts(keys: PublicKeys) -> dict[str, Any]:
    return {
        "SYS": {},
        HOME: _home(keys),
        OPERATOR: {
            "users": [
                {
                    "nkey": keys.operator,
                    "permissions": {
                        "publish": {"allow": OPERATOR_ASKS},
                        "subscribe": {"allow": ["_INBOX.>", *OPERATOR_WATCHES]},
                    },
                }
            ],
            "imports": [
                *(_import("service", HOME, subject) for subject in OPERATOR_ASKS),
                *(_import("stream", HOME, subject) for subject in OPERATOR_WATCHES),
            ],
        },
        **{account_of(name): _department(name, key) for name, key in keys.departments.items()},
    }


def _home(keys: PublicKeys) -> dict[str, Any]:
    names = tuple(keys.departments)
    return {
        "jetstream": "enabled",
        "users": [
            {"nkey": keys.provisioner},
            {"nkey": keys.service, "permissions": {"publish": {"allow": SERVICE_PUBLISHES}}},
        ],
        "exports": [
            # A multi-get and a $SRV.PING have many replies.
            *({"service": it, "accounts": [OPERATOR], "response_type": "stream"} for it in OPERATOR_ASKS),
            *({"stream": it, "accounts": [OPERATOR]} for it in OPERATOR_WATCHES),
            *({"service": f"answer.{name}.v1", "accounts": [account_of(name)]} for name in names),
        ],
        "imports": [_import("service", account_of(name), f"department.{name}.query.v1") for name in names],
    }


def _department(name: str, key: str) -> dict[str, Any]:
    """Answers its own questions, brings what it had deferred, shows itself as a service, and nothing else."""
    asked, deferred = f"department.{name}.query.v1", f"answer.{name}.v1"
    permissions = {
        "subscribe": {"allow": [asked, "$SRV.>", "_INBOX.>"]},
        "publish": {"allow": [deferred]},
        "allow_responses": {"max": 1, "expires": LATE_REPLIES},
    }
    return {
        "users": [{"nkey": key, "permissions": permissions}],
        "exports": [{"service": asked, "accounts": [HOME], "threshold": LATE_REPLIES}],
        "imports": [_import("service", HOME, deferred)],
    }


def _import(kind: str, account: str, subject: str) -> dict[str, Any]:
    return {kind: {"account": account, "subject": subject}}
