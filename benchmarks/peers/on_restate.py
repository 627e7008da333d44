"""Restate: its server from npm, and a Python service whose handler runs six durable steps at the same time."""

import http.client
import json
from pathlib import Path

from benchmarks.figures import Figures
from benchmarks.install import Kit
from benchmarks.peers.peer import Peer
from benchmarks.stage import Failed, Stage, free_port, listens

# On two cores, cases a second with 32 cases under way: 24 partitions (the default) 460, 8 partitions 480, 4 partitions
# 590-615, 1 partition 475; with 4 partitions one hypercorn worker 600, two 500, two on uvloop 590. 64 and 96 cases
# under way were no faster than 32, and waited longer.
PARTITIONS = 4
AT_ONCE = 32
WARM = 100
# Without them hypercorn closes the connection after a thousand requests and Restate waits half a second.
HYPERCORN = """\
h2_max_concurrent_streams = 2147483647
keep_alive_max_requests = 2147483647
keep_alive_timeout = 2147483647
"""


def install(kit: Kit) -> dict[str, str]:
    kit.pip("restate_sdk", "hypercorn", "aiohttp")
    package = kit.npm("@restatedev/restate-server") / "@restatedev" / "restate-server" / "package.json"
    server(kit)
    return {"restate-server": json.loads(package.read_text())["version"], "restate_sdk": kit.version("restate_sdk")}


def server(kit: Kit) -> Path:
    """The binary itself, without the Node.js wrapper around it. Raises Failed."""
    for found in (kit.folder / "node_modules" / "@restatedev").glob("restate-server-*/bin/restate-server"):
        return found
    raise Failed("npm brought no restate-server for this kind of machine")


def run(kit: Kit, cases: int) -> Figures:
    ingress, admin, node, app = (free_port() for _ in range(4))
    with Stage("restate") as stage:
        environment = {
            "RESTATE_BASE_DIR": str(stage.folder / "data"),
            "RESTATE_NODE_NAME": "bench",
            "RESTATE_LISTEN_MODE": "tcp",
            "RESTATE_BIND_IP": "127.0.0.1",
            "RESTATE_BIND_PORT": str(node),
            "RESTATE_INGRESS__BIND_PORT": str(ingress),
            "RESTATE_ADMIN__BIND_PORT": str(admin),
            "RESTATE_DEFAULT_NUM_PARTITIONS": str(PARTITIONS),
            "RESTATE_DISABLE_TELEMETRY": "true",
            "RESTATE_LOG_FILTER": "warn",
        }
        stage.start("server", server(kit), "--no-logo", env=environment)
        config = stage.folder / "hypercorn.toml"
        config.write_text(HYPERCORN)
        hypercorn = (kit.bin / "hypercorn", "--config", config, "--bind", f"127.0.0.1:{app}")
        stage.start("service", *hypercorn, "benchmarks.apps.restate_app:app")
        stage.until(lambda: listens(app) and listens(ingress), "Restate")
        stage.until(lambda: registered(admin, app), "Restate's registry of services")
        url = f"http://127.0.0.1:{ingress}"
        load = (kit.python, "-m", "benchmarks.apps.restate_load", "--ingress", url)
        return stage.measure((*load, "--cases", cases, "--at-once", AT_ONCE, "--warm", WARM))


def registered(admin: int, app: int) -> bool:
    """Tells the server where the service is; whether it has taken it."""
    connection = http.client.HTTPConnection("127.0.0.1", admin, timeout=10)
    try:
        body = json.dumps({"uri": f"http://127.0.0.1:{app}/", "force": True})
        connection.request("POST", "/deployments", body, {"Content-Type": "application/json"})
        return connection.getresponse().status in (200, 201)
    finally:
        connection.close()


PEER = Peer("restate", 6000, "fsync by default; 4 partitions, 32 cases at a time", install, run)
