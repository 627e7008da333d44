"""The bus on three nodes: the one-node bus and a cluster, under TLS, spread, and ended in lame duck."""

import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lianshen.embedded.bus_server import ENDED_WITHIN
from tests.deploy.pods import BESIDE, DISTRICT, Manifest, Node, config_map, of, ours, pods
from tests.deploy.servers import flat
from tests.support.waiting import wait_until


def bus() -> Manifest:
    return dict(of(DISTRICT, "StatefulSet")["nats"]["spec"])


def server() -> Manifest:
    (container,) = bus()["template"]["spec"]["containers"]
    return dict(container)


def names() -> list[str]:
    return [f"nats-{number}" for number in range(bus()["replicas"])]


def test_the_bus_is_that_of_one_node_and_a_cluster_under_tls() -> None:
    one, three = flat(config_map("bus")["bus.conf"]), flat(config_map("bus", DISTRICT)["bus.conf"])
    assert three.pop("server_name") == "$LIANSHEN_SERVER_NAME"
    del one["server_name"]
    added = {name: three.pop(name) for name in list(three) if name not in one}
    assert three == one
    assert {name.partition(".")[0] for name in added} == {
        *("tls", "cluster"),
        *("lame_duck_duration", "lame_duck_grace_period"),
    }
    assert added["cluster.tls.verify"] == "true"
    assert added["cluster.no_advertise"] == "true"


def test_every_node_is_named_as_its_pod_and_by_a_route() -> None:
    environment = {one["name"]: one for one in server()["env"]}
    assert environment["LIANSHEN_SERVER_NAME"]["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}
    text = config_map("bus", DISTRICT)["bus.conf"]
    ports = {port["name"]: port["containerPort"] for port in server()["ports"]}
    for name in names():
        assert f'"nats-route://{name}.{bus()["serviceName"]}:{ports["route"]}"' in text
    assert text.count("nats-route://") == len(names())
    assert f'listen: "0.0.0.0:{ports["route"]}"' in text
    assert of(DISTRICT, "Service")["nats"]["spec"]["publishNotReadyAddresses"] is True


def test_clients_name_every_node_under_tls_and_trust_its_ca() -> None:
    settings = config_map("settings", DISTRICT)
    urls = [urlsplit(url) for url in settings["LIANSHEN_NATS_URL"].split(",")]
    assert [(url.scheme, url.hostname, url.port) for url in urls] == [
        ("tls", f"{name}.nats", 4222) for name in names()
    ]
    for name, pod in pods(DISTRICT).items():
        for container in (one for one in pod["containers"] if ours(one) and "command" not in one):
            mounts = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
            folder, _, file = settings["LIANSHEN_NATS_CA_FILE"].rpartition("/")
            (volume,) = (one for one in pod["volumes"] if one["name"] == mounts[folder])
            assert [item["key"] for item in volume["secret"]["items"]] == [file], name


def test_the_certificate_of_the_readme_is_for_every_node_both_as_server_and_as_peer(place: Path) -> None:
    folder = place / "bus-tls"
    shown = subprocess.run(
        ["openssl", "x509", "-in", folder / "tls.crt", "-noout", "-ext", "subjectAltName,extendedKeyUsage"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in names():
        assert f"DNS:{name}.nats" in shown
    assert "Server Authentication" in shown
    assert "Client Authentication" in shown
    assert not list(folder.glob("*ca.key"))


def test_two_nodes_are_never_on_one_machine_nor_taken_away_together() -> None:
    spread = bus()["template"]["spec"]["topologySpreadConstraints"]
    assert [(one["topologyKey"], one["whenUnsatisfiable"]) for one in spread] == [
        ("topology.kubernetes.io/zone", "DoNotSchedule"),
        ("kubernetes.io/hostname", "DoNotSchedule"),
    ]
    assert of(DISTRICT, "PodDisruptionBudget")["nats"]["spec"]["maxUnavailable"] == 1
    assert bus()["podManagementPolicy"] == "Parallel"


def test_a_node_is_replaced_only_after_the_one_before_has_all_streams() -> None:
    assert server()["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert server()["startupProbe"]["failureThreshold"] * server()["startupProbe"]["periodSeconds"] >= 1800


def test_before_it_ends_a_node_sends_its_clients_away_and_is_not_cut_short(tmp_path: Path) -> None:
    command = server()["lifecycle"]["preStop"]["exec"]["command"]
    assert command[-1] == "ldm=1"
    settings = flat(config_map("bus", DISTRICT)["bus.conf"])
    lasts = sum(int(settings[f"lame_duck_{part}"].rstrip("s")) for part in ("duration", "grace_period"))
    assert pods(DISTRICT)["StatefulSet nats"]["terminationGracePeriodSeconds"] >= lasts + ENDED_WITHIN

    run = tmp_path / "run.conf"
    run.write_text(f'listen: "127.0.0.1:-1"\nports_file_dir: "{tmp_path}"\n')
    started = subprocess.Popen([BESIDE / "nats-server", "--config", run], env={"PATH": "/usr/bin:/bin"})
    try:
        ports = tmp_path / f"nats-server_{started.pid}.ports"
        url = wait_until(lambda: ports.exists() and json.loads(ports.read_text())["nats"][0], 20, lambda: "no ports")
        client = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=20)
        client.sendall(b'CONNECT {"protocol":1}\r\nPING\r\n')
        assert b"PONG" in heard(client, b"PONG")
        subprocess.run([str(BESIDE / command[0]), *command[1:-1], f"ldm={started.pid}"], check=True, timeout=10)
        assert b'"ldm":true' in heard(client, b'"ldm":true')
        os.kill(started.pid, signal.SIGTERM)  # a kubelet sends it as soon as preStop returns
        with pytest.raises(subprocess.TimeoutExpired):
            started.wait(1)
    finally:
        started.kill()
        started.wait()


def heard(client: socket.socket, word: bytes) -> bytes:
    """What the server said, up to a word."""
    said = b""
    while word not in said and (more := client.recv(65536)):
        said += more
    return said


def test_nats_server_accepts_its_configuration(tmp_path: Path, secrets: dict[str, dict[str, bytes]]) -> None:
    node = Node(tmp_path, secrets, DISTRICT, "nats-0")
    node.lay_out(bus()["template"]["spec"])
    # The paths of the certificate stand in the file, which is mounted beside them.
    config = tmp_path / "etc/nats/bus.conf"
    config.write_text(node.here(config.read_text(), server()))
    checked = subprocess.run(
        [*node.command(server()), "-t"],
        env=node.environment(server()),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "accounts" in json.loads(secrets["bus-server"]["accounts.conf"])
