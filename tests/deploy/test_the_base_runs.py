"""What the manifests say is started as they say it, on real parts: bus, provisioner, and the services."""

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from lianshen.catalog import SERVICES
from tests.deploy.pods import Manifest, Node, base, of, pods, provisioned
from tests.support.waiting import wait_until

WITHIN = 60.0
Found = TypeVar("Found")


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended with the test."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def written(path: Path) -> dict[str, object] | None:
    """The JSON of a file, once it is there and whole."""
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        return None


def answers(url: str) -> bool | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return True if response.status == 200 else None
    except OSError:
        return None


def probed(container: Manifest, url: str, log: Path) -> None:
    """Every probe of a container finds what it asks for."""
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        path = container[probe]["httpGet"]["path"]
        wait_until(lambda path=path: answers(url + path), WITHIN, log.read_text)  # type: ignore[misc]


@contextmanager
def bus(node: Node) -> Iterator[str]:
    """The StatefulSet's containers, with free ports of this machine; gives the address."""
    pod = base("StatefulSet")["nats"]["spec"]["template"]["spec"]
    (check,), (server,) = pod["initContainers"], pod["containers"]
    node.lay_out(pod)
    subprocess.run(node.command(check), env={**node.environment(check), "PATH": "/usr/bin:/bin"}, check=True)
    config = node.root / "etc/nats/bus.conf"
    text = node.here(config.read_text(), server)
    for port in ("4222", "8222"):
        assert f"0.0.0.0:{port}" in text
        text = text.replace(f"0.0.0.0:{port}", "127.0.0.1:-1")
    config.write_text(f'{text}\nports_file_dir: "{node.root}"\n')
    log = node.root / "bus.log"
    with started(node.command(server), node.environment(server), log) as process:
        ports = wait_until(lambda: written(node.root / f"nats-server_{process.pid}.ports"), WITHIN, log.read_text)
        probed(server, str(ports["monitoring"][0]), log)  # type: ignore[index]
        assert (node.root / "var/lib/nats/jetstream/jetstream").is_dir()
        yield str(ports["nats"][0])  # type: ignore[index]


@pytest.mark.timeout(300)  # ten processes, one after the other
def test_the_base_starts_provisions_becomes_ready_and_drains(
    tmp_path: Path, secrets: dict[str, dict[str, bytes]], request: pytest.FixtureRequest
) -> None:
    with bus(Node(tmp_path, secrets)) as url:
        assert "did create stream CASES" in provisioned(Node(tmp_path / "provision", secrets), url)
        for name in SERVICES:
            runs_and_drains(name, Node(tmp_path / name, secrets), url)
        keeps(Node(tmp_path / "backup", secrets, "overlays/single"), url)


def keeps(node: Node, url: str) -> None:
    """The nightly backup, as its CronJob says it: every record is read back, and the keys lie in memory alone."""
    pod = pods(node.target)["CronJob backup"]
    (container,) = pod["containers"]
    node.lay_out(pod)
    command = [
        str(node.root / "run/lianshen") if word == "/run/lianshen" else word for word in node.command(container)
    ]
    environment = {**node.environment(container), "LIANSHEN_NATS_URL": url}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (apart,) = (volume for volume in pod["volumes"] if volume["name"] == "apart")
    assert apart["emptyDir"]["medium"] == "Memory"
    assert {path.name for path in (node.root / "run/lianshen/apart/keys").iterdir()} == {"archive.key", "seal.key"}
    assert not list((node.root / "var/lib/lianshen").rglob("*.key"))


def runs_and_drains(name: str, node: Node, url: str) -> None:
    """One Deployment's container: its probes, and how it ends within its grace."""
    pod = of(node.target, "Deployment")[name]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    node.lay_out(pod)
    run_file, log = node.root / "run.json", node.root / "log"
    here = {
        "LIANSHEN_NATS_URL": url,
        "LIANSHEN_HEALTH_HOST": "127.0.0.1",
        "LIANSHEN_HEALTH_PORT": "0",
        "LIANSHEN_INTAKE_HOST": "127.0.0.1",
        "LIANSHEN_INTAKE_PORT": "0",
        "LIANSHEN_INTAKE_FAMILY_HOST": "127.0.0.1",
        "LIANSHEN_INTAKE_FAMILY_PORT": "0",
        "LIANSHEN_DOOR_PORT": "0",
        "LIANSHEN_PUBLICITY_BOARD_PORT": "0",
        "LIANSHEN_ALLOCATION_DRAWS_PORT": "0",
        "LIANSHEN_INTAKE_KIOSK_PORT": "0",
        "LIANSHEN_CONSOLE_HOST": "127.0.0.1",
        "LIANSHEN_CONSOLE_PORT": "0",
        "LIANSHEN_RUN_FILE": str(run_file),
    }
    with started(node.command(container), {**node.environment(container), **here}, log) as process:
        endpoints = wait_until(lambda: written(run_file), WITHIN, log.read_text)
        probed(container, str(endpoints["health"]), log)
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(pod["terminationGracePeriodSeconds"]) == 0, log.read_text()[-2000:]
