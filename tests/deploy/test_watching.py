"""Who watches: the collector gets what our processes send, Prometheus has its rules, and alerts say what to do."""

from urllib.parse import urlsplit

import pytest
import yaml

from tests.deploy.pods import DEPLOY, DISTRICT, Manifest, config_map, of
from tests.deploy.walls import pods_of

PROMETHEUS = DEPLOY / "prometheus"


def rules(name: str) -> list[Manifest]:
    return [rule for group in yaml.safe_load((PROMETHEUS / name).read_text())["groups"] for rule in group["rules"]]


def test_spans_are_sent_to_where_the_collector_takes_them() -> None:
    to = urlsplit(config_map("settings", DISTRICT)["OTEL_EXPORTER_OTLP_ENDPOINT"])
    (port,) = of(DISTRICT, "Service")[str(to.hostname)]["spec"]["ports"]
    listens = yaml.safe_load(config_map("collector", DISTRICT)["collector-config.yaml"])
    assert port["port"] == to.port == pods_of(DISTRICT)["collector"].ports[port["targetPort"]]
    assert listens["receivers"]["otlp"]["protocols"]["http"]["endpoint"] == f"0.0.0.0:{to.port}"
    health = pods_of(DISTRICT)["collector"].ports["health"]
    assert listens["extensions"]["health_check"]["endpoint"] == f"0.0.0.0:{health}"


def test_a_pipeline_of_the_collector_names_only_what_is_configured() -> None:
    config = yaml.safe_load(config_map("collector", DISTRICT)["collector-config.yaml"])
    (pipeline,) = config["service"]["pipelines"].values()
    for part, names in pipeline.items():
        assert set(names) <= set(config[part])
    # Or a burst of spans ends the process that should show it.
    assert pipeline["processors"][0] == "memory_limiter"


def test_prometheus_is_given_every_file_it_names() -> None:
    given = of(DISTRICT, "ConfigMap")["prometheus"]["data"]
    for name in yaml.safe_load(given["prometheus.yaml"])["rule_files"]:
        assert given[name] == (PROMETHEUS / name).read_text()


@pytest.mark.parametrize("rule", rules("cluster.yaml"), ids=lambda rule: str(rule["alert"]))
def test_an_alert_of_the_cluster_is_about_something_that_is_there_and_says_what_to_do(rule: Manifest) -> None:
    (namespace,) = of(DISTRICT, "Namespace")
    assert f'namespace="{namespace}"' in rule["expr"]
    named = {"statefulset": "StatefulSet", "cronjob": "CronJob"}
    assert [kind for word, kind in named.items() for name in of(DISTRICT, kind) if f'{word}="{name}"' in rule["expr"]]
    page, _, section = rule["annotations"]["runbook_url"].partition("#")
    headings = [
        line.lstrip("# ").lower().replace(" ", "-") for line in (DEPLOY.parent / page).read_text().splitlines()
    ]
    assert section in headings
    assert rule["annotations"]["action"]
