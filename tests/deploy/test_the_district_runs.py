"""The three nodes of the overlay `district`, as its manifests say them: a cluster under TLS that takes a service."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from lianshen.lasting_ports import lasting_port
from tests.deploy.pods import DEPLOY, DISTRICT, Node, config_map, of, provisioned
from tests.deploy.test_the_base_runs import WITHIN, probed, runs_and_drains, started, written
from tests.support.waiting import wait_until

Secrets = dict[str, dict[str, bytes]]


def with_a_certificate_for_this_machine(secrets: Secrets, place: Path, folder: Path) -> Secrets:
    """The README's own certificate, for 127.0.0.1 as well: here no node has a name."""
    made = folder / "bus-tls"
    made.mkdir()
    command = re.findall(r"^openssl .* -CAkey .*$", (DEPLOY / "README.md").read_text(), re.MULTILINE)[0]
    command = command.replace("DNS:nats,", "DNS:nats,IP:127.0.0.1,").replace("$PLACE/bus-tls/tls.", f"{made}/tls.")
    subprocess.run(shlex.split(command.replace("$PLACE", str(place))), check=True, capture_output=True, timeout=30)
    files = {path.name: path.read_bytes() for path in made.iterdir()}
    return {**secrets, "bus-tls": {**secrets["bus-tls"], **files}}


def free_ports(number: int) -> list[int]:
    with ExitStack() as open_ones:
        return [lasting_port(open_ones) for _ in range(number)]


@contextmanager
def one_node(node: Node, routes: list[int]) -> Iterator[tuple[str, str]]:
    """Gives the addresses of its clients' port and of its monitor."""
    pod = of(DISTRICT, "StatefulSet")["nats"]["spec"]["template"]["spec"]
    (check,), (server,) = pod["initContainers"], pod["containers"]
    node.lay_out(pod)
    subprocess.run(node.command(check), env={**node.environment(check), "PATH": "/usr/bin:/bin"}, check=True)
    text = node.here(config_map("bus", DISTRICT)["bus.conf"], server)
    text = text.replace("0.0.0.0:6222", f"127.0.0.1:{routes[int(node.pod[-1])]}")
    for number, port in enumerate(routes):
        text = text.replace(f"nats-{number}.nats:6222", f"127.0.0.1:{port}")
    text = re.sub(r"0\.0\.0\.0:(4222|8222)", "127.0.0.1:-1", text)
    (node.root / "etc/nats/bus.conf").write_text(f'{text}\nports_file_dir: "{node.root}"\n')
    log = node.root / "bus.log"
    with started(node.command(server), node.environment(server), log) as process:
        ports = wait_until(lambda: written(node.root / f"nats-server_{process.pid}.ports"), WITHIN, log.read_text)
        yield str(ports["nats"][0]), str(ports["monitoring"][0])  # type: ignore[index]


@pytest.mark.slow
def test_three_nodes_are_one_bus_that_keeps_three_copies_and_takes_a_service(
    tmp_path: Path, place: Path, secrets: Secrets
) -> None:
    secrets = with_a_certificate_for_this_machine(secrets, place, tmp_path)
    (server,) = of(DISTRICT, "StatefulSet")["nats"]["spec"]["template"]["spec"]["containers"]
    with ExitStack() as running:
        nodes = [Node(tmp_path / f"nats-{number}", secrets, DISTRICT, f"nats-{number}") for number in range(3)]
        ports = free_ports(len(nodes))
        found = [running.enter_context(one_node(node, ports)) for node in nodes]
        for node, (_, monitor) in zip(nodes, found, strict=True):
            probed(server, monitor, node.root / "bus.log")
        url = ",".join(client.replace("nats://", "tls://") for client, _ in found)

        assert "did create stream CASES" in provisioned(Node(tmp_path / "provision", secrets, DISTRICT), url)
        runs_and_drains("determination", Node(tmp_path / "determination", secrets, DISTRICT), url)
