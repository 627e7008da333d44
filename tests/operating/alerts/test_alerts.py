"""Every alert of deploy/prometheus/rules.yaml fires when what it is for happens, not before, and has its page."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from lianshen.cli.main import app
from tests.operating.alerts.causes import CAUSES
from tests.operating.alerts.promql import Labels, Scrapes, fires

TOP = Path(__file__).parents[3]
RULES = TOP / "deploy" / "prometheus" / "rules.yaml"
PROMTOOL = shutil.which("promtool")
ALERTS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
}


def test_every_alert_has_a_cause_and_every_cause_its_alert() -> None:
    assert CAUSES.keys() == ALERTS.keys()


@pytest.mark.parametrize("alert", ALERTS)
def test_it_fires_when_what_it_is_for_happens_and_not_before(alert: str, tmp_path: Path) -> None:
    cause, scrapes, expression = CAUSES[alert](), Scrapes(), ALERTS[alert]["expr"]
    cause.before()
    scrapes.scrape(here=cause.shows())
    assert of(fires(expression, scrapes), cause.where) == []
    before = scrapes.copy()
    for _ in range(3 if alert == "LianshenRestarts" else 2):
        cause.happens()
        scrapes.scrape(here=cause.shows())
    assert len(of(fires(expression, scrapes), cause.where)) == 1
    if PROMTOOL is not None:
        assert not promtool_fires(alert, cause.where, before, tmp_path)
        assert promtool_fires(alert, cause.where, scrapes, tmp_path)


def of(found: dict[Labels, float], where: dict[str, str]) -> list[Labels]:
    return [labels for labels in found if where.items() <= dict(labels).items()]


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian: prometheus)")
def test_prometheus_itself_reads_the_rules() -> None:
    checked = subprocess.run([str(PROMTOOL), "check", "rules", RULES], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def promtool_fires(alert: str, where: dict[str, str], scrapes: Scrapes, folder: Path) -> bool:
    """Whether Prometheus's own evaluation has the alert fire for these labels. `for` is left out: it only waits."""
    rules = yaml.safe_load(RULES.read_text())
    for group in rules["groups"]:
        group["rules"] = [rule | {"for": "0m"} for rule in group["rules"] if rule["alert"] == alert]
    rules["groups"] = [group for group in rules["groups"] if group["rules"]]
    (folder / "rules.yaml").write_text(yaml.safe_dump(rules))
    series = [
        {"series": f"{name}{{{shown(labels)}}}", "values": scrapes.values(name, labels)}
        for name, labels in scrapes.series
        if name.startswith(("lianshen_", "process_start", "up"))
    ]
    at = f"{round(scrapes.now / 60)}m"
    test = {"interval": "1m", "input_series": series}
    test["alert_rule_test"] = [{"eval_time": at, "alertname": alert, "exp_alerts": []}]
    (folder / "test.yaml").write_text(
        yaml.safe_dump({"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]})
    )
    ran = subprocess.run(
        [str(PROMTOOL), "test", "rules", folder / "test.yaml"], capture_output=True, text=True, check=False
    )
    # It is told to expect none, and says what it got.
    got = [line for line in (ran.stdout + ran.stderr).splitlines() if "Labels:{" in line]
    assert bool(got) == (ran.returncode != 0), ran.stdout + ran.stderr
    return any(all(f'{name}="{said}"' in line for name, said in where.items()) for line in got)


def shown(labels: Labels) -> str:
    return ", ".join(f'{name}="{said}"' for name, said in sorted(labels))


# --- the page that an alert sends somebody to ------------------------------------------------------------------------

PAGE = (TOP / "docs" / "operations.md").read_text()
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ACTIONS = " ".join(rule["annotations"]["action"] for rule in ALERTS.values())
COMMANDS = sorted({line.split("#")[0].strip() for line in re.findall(r"(?:`|^    )(lianshen [^`\n]*)", PAGE, re.M)})


def test_every_alert_has_its_section_and_every_section_its_alert() -> None:
    assert SECTIONS.keys() == ALERTS.keys()
    for alert, rule in ALERTS.items():
        assert rule["annotations"]["runbook_url"] == f"docs/operations.md#{alert.lower()}"
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]
        assert rule["labels"]["severity"] in ("critical", "warning")


@pytest.mark.parametrize("alert", ALERTS)
def test_a_section_says_what_it_means_where_to_look_what_mends_it_and_what_must_not_be_done(alert: str) -> None:
    meaning, *points = SECTIONS[alert].strip().splitlines()
    assert len(meaning) > 40
    assert [point.split("**")[1] for point in points] == ["Look", "Mend", "Do not"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_it_names_exists_with_these_options(command: str) -> None:
    found: Any = typer.main.get_command(app)
    words = command.split()[1:]
    while words and words[0] in getattr(found, "commands", {}):
        found = found.commands[words.pop(0)]
    if words == ["--help"]:
        return
    assert not getattr(found, "commands", {}), f"there is no such command: {command}"
    known = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known
    values = [word for word in words if not word.startswith("--")]
    arguments = sum(type(parameter).__name__.endswith("Argument") for parameter in found.params)
    options = sum(word.startswith("--") for word in words)
    assert len(values) <= arguments + options, "more words than it takes"


def test_every_command_that_an_alert_itself_names_exists() -> None:
    named = re.findall(r"lianshen ((?:[a-z][a-z-]+ ?)+)", ACTIONS)
    assert len(named) > 10
    for words in map(str.split, named):
        found: Any = typer.main.get_command(app)
        while words and getattr(found, "commands", {}):
            assert words[0] in found.commands, words
            found = found.commands[words.pop(0)]


def test_every_link_within_it_leads_to_a_section() -> None:
    assert set(re.findall(r"\(#(\w+)\)", PAGE)) <= {alert.lower() for alert in ALERTS}


def test_prometheus_finds_every_process_of_the_base_under_the_job_that_the_rules_go_by() -> None:
    [job] = yaml.safe_load((TOP / "deploy" / "prometheus" / "prometheus.yaml").read_text())["scrape_configs"]
    base = TOP / "deploy" / "k8s" / "base"
    service = yaml.safe_load((base / "every-service.yaml").read_text())["spec"]["template"]["spec"]
    namespace = yaml.safe_load((base / "namespace.yaml").read_text())["metadata"]["name"]
    [port] = service["containers"][0]["ports"]
    assert [rule["regex"] for rule in job["relabel_configs"] if rule.get("action") == "keep"] == [port["name"]]
    assert job["kubernetes_sd_configs"][0]["namespaces"]["names"] == [namespace]
    assert {name for rule in ALERTS.values() for name in re.findall(r'job="(\w+)"', rule["expr"])} == {job["job_name"]}
