"""What grows with the work grows by something that exists, and nothing grows that has one writer."""

import json
from pathlib import Path

import jsonschema
import pytest

from chassis.log.journal import STREAM
from lianshen.bus_access.account_names import LOG
from lianshen.catalog import DOUBLED, SERVICES
from tests.deploy.pods import DISTRICT, of
from tests.deploy.walls import pods_of

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "scaledobject.json").read_text())
OF_PAGES = {"intake", "publicity", "allocation"}
OF_A_BACKLOG = {name for name, service in SERVICES.items() if service.manages}
ONE_WRITER = {"archive", "console", "notify"}


def scaled_object(name: str) -> dict[str, object]:
    return of(DISTRICT, "ScaledObject")[name]


@pytest.mark.parametrize("name", sorted(OF_A_BACKLOG))
def test_a_scaled_object_is_one_by_kedas_own_schema(name: str) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(scaled_object(name))


def test_the_schema_refuses_what_keda_does_not_know() -> None:
    found = json.loads(json.dumps(scaled_object("verify-property")))
    found["spec"]["maxReplicas"] = found["spec"].pop("maxReplicaCount")
    with pytest.raises(jsonschema.ValidationError, match="maxReplicas"):
        jsonschema.Draft202012Validator(SCHEMA).validate(found)


def test_what_serves_pages_grows_by_its_cpu_and_what_asks_by_its_backlog() -> None:
    by_cpu = {item["spec"]["scaleTargetRef"]["name"] for item in of(DISTRICT, "HorizontalPodAutoscaler").values()}
    by_backlog = {item["spec"]["scaleTargetRef"]["name"] for item in of(DISTRICT, "ScaledObject").values()}
    assert by_cpu == OF_PAGES
    assert by_backlog == OF_A_BACKLOG
    assert by_cpu | by_backlog == set(DOUBLED)


@pytest.mark.parametrize("name", sorted(OF_A_BACKLOG))
def test_a_backlog_is_that_of_every_department_it_asks(name: str) -> None:
    triggers = of(DISTRICT, "ScaledObject")[name]["spec"]["triggers"]
    assert {trigger["type"] for trigger in triggers} == {"nats-jetstream"}
    pulled = {durable.name for durable in SERVICES[name].durables if durable.is_read}
    assert {trigger["metadata"]["consumer"] for trigger in triggers} == pulled
    monitor = pods_of(DISTRICT)["nats"].ports["monitor"]
    (namespace,) = of(DISTRICT, "Namespace")
    for trigger in triggers:
        asked = trigger["metadata"]
        assert (asked["account"], asked["stream"]) == (LOG, STREAM)
        assert asked["natsServerMonitoringEndpoint"] == f"nats.{namespace}.svc.cluster.local:{monitor}"
    assert monitor in {port["port"] for port in of(DISTRICT, "Service")["nats"]["spec"]["ports"]}


def test_a_deployment_that_is_scaled_names_no_number_itself() -> None:
    numbers = {name: item["spec"].get("replicas") for name, item in of(DISTRICT, "Deployment").items()}
    scaled = OF_PAGES | OF_A_BACKLOG
    assert {name for name, number in numbers.items() if number is None} == scaled
    assert {name for name, number in numbers.items() if number == 1} == {*ONE_WRITER, "collector"}
    least = [item["spec"]["minReplicas"] for item in of(DISTRICT, "HorizontalPodAutoscaler").values()]
    least += [item["spec"]["minReplicaCount"] for item in of(DISTRICT, "ScaledObject").values()]
    assert min(least) == 2


def test_what_is_there_twice_is_spread_and_is_not_taken_away_at_once() -> None:
    pairs = {name for name, item in of(DISTRICT, "Deployment").items() if item["spec"].get("replicas") != 1}
    assert set(of(DISTRICT, "PodDisruptionBudget")) == {*pairs, "nats"}
    for item in of(DISTRICT, "PodDisruptionBudget").values():
        assert item["spec"]["maxUnavailable"] == 1
    for name in pairs:
        spread = of(DISTRICT, "Deployment")[name]["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert [one["topologyKey"] for one in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]


def test_what_has_one_writer_ends_before_it_starts_again() -> None:
    for name in ONE_WRITER:
        assert of(DISTRICT, "Deployment")[name]["spec"]["strategy"] == {"type": "Recreate"}
