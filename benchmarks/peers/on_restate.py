"""Restate: its server from npm, and a Python service whose handler runs six durable steps at the same time."""

import http.client
import json
from collections.abc import Mapping
from pathlib import Path

from benchmarks.figures import Figures
from benchmarks.install import Kit
from benchmarks.peers.peer import A_CALL, Peer
from benchmarks.stage import Failed, Stage, free_port, listens

# On two cores, cases a second with 32 cases under way: 24 partitions (the default) 460, 8 partitions 480, 4 partitions
# 590-615, 1 partition 475. 64 and 96 cases under way were no faster than 32, and waited longer. The service over
# HTTP/2, other work beside it: hypercorn, as in Restate's documentation (its HTTP/2 is in Python), one worker 293;
# granian, one worker 372, two 393. Two workers of hypercorn, or uvloop below it, were no faster than one.
PARTITIONS = 4
AT_ONCE = 32
WARM = 100
# Asked to end, granian waits for Restate's connections to close, which they do not.
GRANIAN = ("--interface", "asgi", "--http", 2, "--loop", "uvloop", "--workers", 2, "--workers-kill-timeout", 1)


def install(kit: Kit) -> dict[str, str]:
    kit.pip("restate_sdk", "granian", "aiohttp")
    package = kit.npm("@restatedev/restate-server") / "@restatedev" / "restate-server" / "package.json"
    server(kit)
    return {"restate-server": json.loads(package.read_text())["version"], "restate_sdk": kit.version("restate_sdk")}


def server(kit: Kit) -> Path:
    """The binary itself, without the Node.js wrapper around it. Raises Failed."""
    for found in (kit.folder / "node_modules" / "@restatedev").glob("restate-server-*/bin/restate-server"):
        return found
    raise Failed("npm brought no restate-server for this kind of machine")


def run(kit: Kit, cases: int) -> Figures:
    with Stage("restate") as stage:
        url = serve(stage, kit, "benchmarks.apps.restate_app:app")
        load = (kit.python, "-m", "benchmarks.apps.restate_load", "--ingress", url)
        return stage.measure((*load, "--cases", cases, "--at-once", AT_ONCE, "--warm", WARM))


def serve(stage: Stage, kit: Kit, application: str, environment: Mapping[str, str] | None = None) -> str:
    """Starts Restate's server and the service that it calls; returns the address of its ingress. Raises Failed."""
    ingress, admin, node, app = (free_port() for _ in range(4))
    settings = {
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
    stage.start("server", server(kit), "--no-logo", env=settings)
    granian = (kit.bin / "granian", *GRANIAN, "--host", "127.0.0.1", "--port", app, "--log-level", "warning")
    stage.start("service", *granian, application, env=environment)
    stage.until(lambda: listens(app) and listens(ingress), "Restate")
    stage.until(lambda: registered(admin, app), "Restate's registry of services")
    return f"http://127.0.0.1:{ingress}"


def registered(admin: int, app: int) -> bool:
    """Tells the server where the service is; whether it has taken it."""
    connection = http.client.HTTPConnection("127.0.0.1", admin, timeout=10)
    try:
        body = json.dumps({"uri": f"http://127.0.0.1:{app}/", "force": True})
        connection.request("POST", "/deployments", body, {"Content-Type": "application/json"})
        return connection.getresponse().status in (200, 201)
    finally:
        connection.close()


PEER = Peer("restate", 6000, A_CALL, "fsync by default; 4 partitions, 2 workers, 32 cases at a time", install, run)
