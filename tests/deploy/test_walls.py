"""The walls let through what the code connects to and nothing else: every pair of pods, every port and namespace."""

import tomllib
from functools import cache
from typing import Any

import grimp
import pytest
from notify.settings import NotifySettings

from lianshen.catalog import SERVICES
from tests.deploy.pods import DISTRICT, TOP, config_map, of
from tests.deploy.walls import OUTSIDE, Peer, Walls, pods_of

OVERLAYS = ("overlays/single", DISTRICT)
ON_THE_BUS = {*SERVICES, "provision", "memory-streams", "backup"}
CONTROLLER = Peer(namespace="ingress-nginx")
PROMETHEUS = Peer(namespace="monitoring")
KEDA = Peer(namespace="keda")
STRANGER = Peer(namespace="default")
NAMES = Peer(namespace="kube-system")
BEYOND = Peer(namespace=OUTSIDE)
HTTPS = 443
MAIL: int = NotifySettings.model_fields["smtp_port"].default

HTTP_CLIENTS = ("httpx", "aiosmtplib", "aiohttp", "requests", "urllib3", "smtplib", "websockets")
LEAVES_BY = {
    "inquiry.attachments.http": HTTPS,
    "inquiry.attachments.tls": HTTPS,
    "chassis.consume.other_clocks": HTTPS,
    "notify.channels.sms": HTTPS,
    "notify.channels.mail": MAIL,
    "console.sign_in.provider.provider": HTTPS,
}
"""The modules of services that open connections beyond the cluster, and the port they go to."""


@cache
def graph() -> Any:
    roots = tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    return grimp.build_graph(*roots, include_external_packages=True, cache_dir=None)


def leaving(service: str) -> set[int]:
    """The ports beyond the cluster that the code of a service can reach."""
    module = f"{service.replace('-', '_')}.service"
    return {port for by, port in LEAVES_BY.items() if module in graph().find_downstream_modules(by)}


def test_every_module_that_reaches_beyond_the_bus_is_known_here() -> None:
    libraries = [name for name in HTTP_CLIENTS if name in graph().modules]
    clients = {name for library in libraries for name in graph().find_modules_that_directly_import(library)}
    of_services = {name for name in clients if name.split(".")[0] not in ("lianshen", "benchmarks", "examples")}
    assert of_services == set(LEAVES_BY)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("target", OVERLAYS)
def test_a_service_leaves_the_cluster_by_the_ports_its_code_reaches(target: str, service: str) -> None:
    pod, walls = pods_of(target)[service], Walls(target)
    open_ports = {port for port in (25, 80, HTTPS, 465, MAIL, 4222, 5432, 8080) if walls.passes(pod, BEYOND, port)}
    assert open_ports == leaving(service)


@pytest.mark.parametrize("target", OVERLAYS)
def test_between_pods_nothing_passes_but_to_the_bus_and_to_the_collector(target: str) -> None:
    pods, walls = pods_of(target), Walls(target)
    passing = {
        (source, to, port)
        for source, pod in pods.items()
        for to, other in pods.items()
        for port, number in other.ports.items()
        if walls.passes(pod, other, number)
    }
    wanted = {(name, "nats", "client") for name in ON_THE_BUS}
    if target == DISTRICT:
        wanted |= {("nats", "nats", "route")}
        wanted |= {(name, "collector", "otlp") for name in ON_THE_BUS}
    assert passing == wanted


@pytest.mark.parametrize("target", OVERLAYS)
def test_from_other_namespaces_only_the_ports_that_are_for_them(target: str) -> None:
    pods, walls = pods_of(target), Walls(target)

    def reached(source: Peer) -> set[tuple[str, str]]:
        return {
            (name, port)
            for name, pod in pods.items()
            for port, number in pod.ports.items()
            if walls.passes(source, pod, number)
        }

    pages = {(name, "http") for name in ("intake", "publicity", "allocation", "console")}
    pages |= {("intake", "family"), ("intake", "kiosk"), ("verify-household", "door"), ("verify-property", "door")}
    assert reached(CONTROLLER) == pages
    assert reached(PROMETHEUS) == {(name, "health") for name in SERVICES}
    assert reached(KEDA) == ({("nats", "monitor")} if target == DISTRICT else set())
    assert reached(STRANGER) == set()
    assert reached(BEYOND) == set()


@pytest.mark.parametrize("target", OVERLAYS)
def test_what_no_policy_names_does_not_pass(target: str) -> None:
    assert of(target, "NetworkPolicy")["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("target", OVERLAYS)
def test_every_pod_asks_for_names_and_none_talks_with_the_cluster(target: str) -> None:
    walls = Walls(target)
    for name, pod in pods_of(target).items():
        assert walls.passes(pod, NAMES, 53), name
        assert not walls.passes(pod, NAMES, HTTPS), name
        assert not walls.passes(pod, STRANGER, HTTPS), name


def test_the_collector_sends_to_the_namespace_of_its_backend() -> None:
    collector = pods_of(DISTRICT)["collector"]
    assert Walls(DISTRICT).passes(collector, Peer(namespace="monitoring"), 4318)
    assert not Walls(DISTRICT).passes(collector, BEYOND, HTTPS)
    assert "endpoint: http://traces.monitoring:4318" in config_map("collector", DISTRICT)["collector-config.yaml"]
