"""Runs what was installed under a root: `python -m tests.deploy.offline_machine ROOT [SERVICE…]`.

Starts the bus, provisions, starts services (all, if none is named), waits until each is ready, and, with all of them,
lets `lianshen doctor` look. Prints what doctor says; exit 1 where something is wrong.
"""

import os
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

from lianshen.catalog import SERVICES
from tests.deploy.units import Machine, Unit, read_unit

WITHIN = 150.0


def main(root: Path, named: list[str]) -> int:
    machine = Machine(root)
    bus = read_unit("lianshen-bus.service")
    units = [read_unit(f"lianshen@{name}.service") for name in named or SERVICES]
    with ExitStack() as running:
        start(machine, bus, running)
        provisioned(machine)
        for unit in units:
            start(machine, unit, running)
        for unit in units:
            ready(machine, unit)
        print(f"ready: {len(units)}", flush=True)
        return 0 if named else doctor(machine)


def start(machine: Machine, unit: Unit, running: ExitStack) -> None:
    process = machine.start(unit)
    running.callback(process.wait)
    running.callback(process.terminate)


def provisioned(machine: Machine) -> None:
    """As systemd does it: tried again until the bus is there."""
    deadline = time.monotonic() + WITHIN
    while True:
        try:
            print(machine.run(read_unit("lianshen-provision.service")).count("did create"), "made", flush=True)
            return
        except AssertionError as refused:
            if time.monotonic() > deadline:
                sys.exit(f"not provisioned: {refused}\n{machine.log(read_unit('lianshen-bus.service'))[-2000:]}")
            time.sleep(0.5)


def ready(machine: Machine, unit: Unit) -> None:
    port, deadline = unit.environment()["LIANSHEN_HEALTH_PORT"], time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    sys.exit(f"{unit.name} is not ready:\n{machine.log(unit)[-3000:]}")


def doctor(machine: Machine) -> int:
    seed = machine.root / "etc/lianshen/place/credentials/operator.seed"
    environment = {"LIANSHEN_NATS_URL": "nats://127.0.0.1:4222", "LIANSHEN_NATS_SEED_FILE": str(seed)}
    command = [machine.root / "opt/lianshen/bin/lianshen", "doctor"]
    return subprocess.run(command, env={"PATH": os.environ["PATH"], **environment}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
