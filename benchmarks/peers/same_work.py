"""What both peers of the same work have around them, as Lianshen has it: a world, keys, a nats-server on which every
department has an account of its own, and the six simulated departments in processes of their own."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures
from benchmarks.install import Kit
from benchmarks.stage import CHECKOUT, Stage, free_port, listens
from chassis.process.keys import make_keys
from contracts.text_file import read_json
from lianshen.bus_access.accounts import asked
from lianshen.bus_access.nkeys_of import make_user_seed, public_key
from lianshen.catalog import SIMULATED
from lianshen.demo.synthetic_world import make_crowd
from lianshen.demo.worlds import worlds
from lianshen.embedded.bus_server import server_binary
from lianshen.embedded.simulated_keys import make_simulated_keys

BUREAU = "BUREAU"
SAMPLE = worlds() / "sample"
SPARE = 50
"""More than the families of the crowd who share a number with somebody in the sample world, and are left out."""


@dataclass(frozen=True)
class Around:
    """What runs around a peer; its programs find everything in `folder`."""

    stage: Stage
    folder: Path
    crowd: Path
    warm: int
    cases: int

    @property
    def environment(self) -> dict[str, str]:
        return {"BENCH_FOLDER": str(self.folder)}

    def serve(self, kit: Kit, app: str, workers: int, environment: dict[str, str]) -> list[str]:
        """Starts so many processes of an HTTP application, each on a port of its own; their addresses."""
        ports = [free_port() for _ in range(workers)]
        fast = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")
        for worker, port in enumerate(ports):
            # By its number a process that is started again finds what it had begun.
            own = {"BENCH_WORKER": str(worker)}
            where = ("--host", "127.0.0.1", "--port", port, "--backlog", 4096)
            command = (kit.python, "-m", "uvicorn", app, *where, *fast)
            self.stage.start(f"front-{port}", *command, env=self.environment | environment | own)
        self.stage.until(lambda: all(listens(port) for port in ports), app)
        return [f"http://127.0.0.1:{port}" for port in ports]

    def measure(self, urls: Sequence[str], at_once: int) -> Figures:
        """The sample world checked, then the crowd measured. Raises Failed where a determination is not ours."""
        load = (sys.executable, "-m", "benchmarks.apps.same_work.load")
        where = ("--folder", self.folder, "--crowd", self.crowd, "--sample", SAMPLE)
        each = [part for url in urls for part in ("--url", url)]
        numbers = ("--cases", self.cases, "--at-once", at_once, "--warm", self.warm)
        return self.stage.measure((*load, *where, *each, *numbers))


def install(kit: Kit, *peer: str) -> None:
    """The peer, and Lianshen beside it with the very versions it runs with itself. Raises Failed."""
    kit.pip(*peer, *("-c", str(CHECKOUT / "constraints.txt"), "-e", str(CHECKOUT)), mark=f"beside-{peer[0]}")


def around(stage: Stage, cases: int, warm: int) -> Around:
    """Starts the bus and the departments. Raises Failed."""
    folder = stage.folder / "bureau"
    folder.mkdir()
    make_keys(folder / "keys")
    make_simulated_keys(folder / "signing", SIMULATED)
    register = {name: read_json(folder / "signing" / f"{name}.jwk")["x"] for name in SIMULATED}
    (folder / "register.json").write_text(json.dumps(register))
    url = _bus(stage, folder)
    crowd = make_crowd(stage.folder / "crowd", cases + warm + SPARE)
    departments = (sys.executable, "-m", "lianshen.simulation", "--world", crowd, "--world", SAMPLE, "--nats", url)
    secret = ("--credentials", folder, "--signing", folder / "signing")
    for name in SIMULATED:
        stage.start(name, *departments, *secret, "--department", name)
    for name in SIMULATED:
        stage.until(lambda name=name: f"ready: {name}" in (stage.folder / f"{name}.log").read_text(), name)  # type: ignore[misc]
    return Around(stage, folder, crowd, warm, cases)


def _bus(stage: Stage, folder: Path) -> str:
    """A nats-server without JetStream: the peer keeps everything itself."""
    port = free_port()
    for user in ("bureau", *SIMULATED):
        make_user_seed(folder / f"{user}.seed")
    config = stage.folder / "nats-server.conf"
    listen = {"listen": f"127.0.0.1:{port}", "max_payload": 1024 * 1024}
    config.write_text(json.dumps(listen | {"accounts": accounts(folder)}))
    stage.start("nats-server", server_binary(), "--config", config)
    stage.until(lambda: listens(port), "nats-server")
    (folder / "url").write_text(url := f"nats://127.0.0.1:{port}")
    return url


def accounts(folder: Path) -> dict[str, dict[str, Any]]:
    """The bureau's account, which imports every department's one subject, and an account a department."""
    found: dict[str, dict[str, Any]] = {
        name: {
            "users": [{"nkey": public_key(folder / f"{name}.seed")}],
            "exports": [{"service": asked(name), "accounts": [BUREAU]}],
        }
        for name in SIMULATED
    }
    imports = [{"service": {"account": name, "subject": asked(name)}} for name in SIMULATED]
    return {BUREAU: {"users": [{"nkey": public_key(folder / "bureau.seed")}], "imports": imports}, **found}
