"""The units name what is there in the code: services, commands, settings, keys, paths; each is locked, none shares."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic_settings import BaseSettings

from lianshen.all_settings import ALL
from lianshen.catalog import SERVICES
from lianshen.cli.config import settings_rows
from lianshen.cli.main import app
from lianshen.embedded.bus_server import ENDED_WITHIN, MEMORY_LIMIT
from tests.deploy.pods import DEPLOY, base, config_map
from tests.deploy.servers import flat
from tests.deploy.units import UNITS, Unit, read_environment, read_unit, services

INSTANCES = {name: f"lianshen@{name}.service" for name in SERVICES}
LOCKED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectProc": "invisible",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectControlGroups": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallFilter": "@system-service",
    "DynamicUser": "yes",
    "UMask": "0077",
}


def settings_of(unit: Unit) -> dict[str, str]:
    """What its process reads; a file goes over what the unit says itself."""
    return {**unit.environment(), **read_environment(UNITS / "settings.env")}


def test_the_target_wants_every_service_the_bus_and_the_timers() -> None:
    jobs = {"bus", "provision", "memory-streams", "backup"}
    assert set(services()) == {*INSTANCES.values(), *(f"lianshen-{job}.service" for job in jobs)}
    files = {path.name for pattern in ("*.service", "*.timer") for path in UNITS.glob(pattern)}
    timers = {"lianshen-memory-streams.timer", "lianshen-backup.timer"}
    assert files == {"lianshen@.service", *(f"lianshen-{job}.service" for job in jobs), *timers}
    assert {path.name.removesuffix(".d") for path in UNITS.glob("*.d")} == set(INSTANCES.values())


@pytest.mark.parametrize("name", services())
def test_every_unit_is_locked_and_limited(name: str) -> None:
    unit = read_unit(name)
    wanted = dict(LOCKED)
    if "backup" in name:  # reads what root alone can read, and has no privilege for it
        assert unit.one("User") == "root"
        del wanted["DynamicUser"]
    assert {key: unit.one(key) for key in wanted} == wanted
    assert re.fullmatch(r"\d+[MG]", unit.one("MemoryMax"))


@pytest.mark.parametrize("name", [name for name in services() if "bus" not in name])
def test_the_command_line_takes_what_a_unit_starts(name: str) -> None:
    program, *arguments = read_unit(name).one("ExecStart").split()
    assert program == "/opt/lianshen/bin/lianshen"
    root: Any = typer.main.get_command(app)
    with root.make_context("lianshen", list(arguments)) as context:
        verb, command, rest = root.resolve_command(context, list(arguments))
        assert command.make_context(verb, rest, parent=context).params
    if "@" in name:
        assert arguments[1] in SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_its_own_seed_and_the_keys_that_its_pod_has(service: str) -> None:
    place, credentials = "/etc/lianshen/place", read_unit(INSTANCES[service]).credentials()
    assert credentials.pop("service.seed") == f"{place}/credentials/services/{service}.seed"
    volumes = base("Deployment")[service]["spec"]["template"]["spec"]["volumes"]
    keys = [item["key"] for volume in volumes if volume["name"] == "keys" for item in volume["secret"]["items"]]
    assert credentials == {key: f"{place}/keys/{key}" for key in keys}


def test_every_credential_is_one_that_is_made(place: Path) -> None:
    for unit in map(read_unit, services()):
        for path in unit.credentials().values():
            assert (place / Path(path).relative_to("/etc/lianshen/place")).is_file(), unit.name


def test_every_variable_is_a_setting_and_every_value_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {row["name"] for row in settings_rows()}
    for unit in map(read_unit, services()):
        with monkeypatch.context() as patch:
            named = {name: value for name, value in settings_of(unit).items() if name.startswith("LIANSHEN_")}
            assert named.keys() <= known, unit.name
            for name, value in named.items():
                patch.setenv(name, value)
            for kind in ALL:
                settings: BaseSettings = kind()
                assert settings


def test_the_settings_file_undoes_nothing_that_a_unit_says_itself() -> None:
    shared = read_environment(UNITS / "settings.env")
    for unit in map(read_unit, services()):
        assert not shared.keys() & unit.environment().keys(), unit.name


def test_no_two_listen_on_one_port_and_all_on_this_machine_alone() -> None:
    shared = read_environment(UNITS / "settings.env")
    ports = [value for name, value in shared.items() if name.endswith("_PORT")]
    own = [read_unit(name).environment() for name in INSTANCES.values()]
    ports += [value for environment in own for name, value in environment.items() if name.endswith("_PORT")]
    assert len(set(ports)) == len(ports) == 6 + len(SERVICES) + 2
    assert not [name for name in shared if name.endswith("_HOST")]


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_writes_lies_in_its_own_folder(service: str) -> None:
    unit = read_unit(INSTANCES[service])
    folder = f"/var/lib/{unit.one('StateDirectory')}"
    assert folder == f"/var/lib/lianshen/{service}"
    written = [value for name, value in unit.environment().items() if value.startswith("/var/")]
    assert all(Path(value).is_relative_to(folder) for value in written)
    assert bool(written) == (service in ("archive", "console", "notify"))


def test_the_bus_is_that_of_the_base_but_for_where_it_listens_and_writes() -> None:
    here, there = flat((UNITS / "bus.conf").read_text()), flat(config_map("bus")["bus.conf"])
    assert here.pop("listen").startswith("127.0.0.1:")
    assert here.pop("jetstream.store_dir") == "$LIANSHEN_STORE"
    for name in ("listen", "jetstream.store_dir", "http"):
        del there[name]
    assert here == there
    assert read_unit("lianshen-bus.service").environment()["GOMEMLIMIT"] == MEMORY_LIMIT


def test_the_bus_has_time_to_write_the_index_of_a_long_log() -> None:
    assert float(read_unit("lianshen-bus.service").one("TimeoutStopSec")) >= ENDED_WITHIN


def test_every_path_of_a_unit_is_installed() -> None:
    from tests.deploy.wheelhouse import packed

    shared = {path.name for path in packed.SHARE} | {"README.md"}
    for unit in map(read_unit, services()):
        for path in re.findall(r"/opt/lianshen/share/([\w.-]+)", " ".join(value for _, value in unit.settings)):
            assert path in shared
    for path in re.findall(r"/etc/lianshen/([\w-]+\.toml)", (UNITS / "settings.env").read_text()):
        assert path in {file.name for file in packed.ETC}
    assert all(path.is_file() for path in (*packed.SHARE, *packed.ETC))
    assert "$here/check-key.sh" in (UNITS / "bus.sh").read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_itself_finds_nothing_wrong_with_them(tmp_path: Path) -> None:
    units = tmp_path / "units"
    shutil.copytree(UNITS, units)
    for file in units.rglob("*.service"):  # where the command is does not matter here; that it is a program does
        file.write_text(file.read_text().replace("/opt/lianshen/bin/lianshen", "/bin/true"))
    for name in INSTANCES.values():
        shutil.copy(units / "lianshen@.service", units / name)
    names = [*services(), "lianshen.target", "lianshen-backup.timer", "lianshen-memory-streams.timer"]
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *(units / name for name in names)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
@pytest.mark.parametrize("name", ["lianshen@intake.service", *(it for it in services() if "@" not in it)])
def test_systemd_itself_calls_each_of_them_little_exposed(name: str, tmp_path: Path) -> None:
    """Of 10.0, which is everything; a unit that locks nothing has 9.6."""
    file = UNITS / name if "@" not in name else UNITS / "lianshen@.service"
    shutil.copy(file, tmp_path / name)
    checked = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", tmp_path / name],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout[-300:] + checked.stderr


def test_the_readme_of_systemd_names_commands_and_files_that_are_there() -> None:
    readme = (UNITS / "README.md").read_text()
    assert re.search(r"^make wheelhouse ", readme, re.MULTILINE)
    assert "\nwheelhouse:" in (DEPLOY.parent / "Makefile").read_text()
    for name in re.findall(r"`(?:/etc/lianshen/)?(\w+\.(?:toml|env|sh))`", readme):
        assert name in ("notify.env", "console.env") or list(DEPLOY.rglob(name)), name
