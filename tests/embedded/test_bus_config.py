"""The configuration text: what stands in it, what must not, and that the real server reads it."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from lianshen.bus_access.account_names import LOG
from lianshen.bus_access.accounts import account_of_group, accounts, of_the_log
from lianshen.bus_access.nkeys_of import PublicKeys
from lianshen.bus_access.server_config import KEY_VARIABLE, BusPlaces, server_config
from lianshen.catalog import DEPARTMENTS, EMBEDDED_PROCESSES, SERVICES
from lianshen.embedded.bus_server import server_binary
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.served import Served, services_named, write_config

APART = {name: (name,) for name in SERVICES}
PLACES = BusPlaces(store=Path("/d/store"), run=Path("/d/run"), log=Path("/d/log"))


def keys(groups: dict[str, tuple[str, ...]], revoked: str = "") -> PublicKeys:
    departments = {name: None if name == revoked else f"UD-{name}" for name in DEPARTMENTS}
    return PublicKeys("UP", "UO", "UC", {name: f"US-{name}" for name in groups}, departments)


def text(port: int | None = None) -> str:
    return server_config(
        keys(EMBEDDED_PROCESSES),
        PLACES,
        {it: services_named(EMBEDDED_PROCESSES[it]) for it in EMBEDDED_PROCESSES},
        port,
    )


def made(groups: dict[str, tuple[str, ...]], revoked: str = "") -> dict[str, Any]:
    return accounts(keys(groups, revoked), {name: services_named(names) for name, names in groups.items()})


def subjects(account: dict[str, Any], kind: str) -> list[str]:
    return [it[kind]["subject"] for it in account.get("imports", ()) if kind in it]


def overlap(one: str, other: str) -> bool:
    """Whether a subject can match both."""
    for mine, theirs in zip(one.split("."), other.split("."), strict=False):
        if ">" in (mine, theirs):
            return True
        if mine != theirs and "*" not in (mine, theirs):
            return False
    return one.count(".") == other.count(".")


def test_an_acknowledgement_means_that_it_is_on_disk_and_encrypted() -> None:
    assert '"sync_interval": "always"' in text()
    assert '"cipher": "chachapoly"' in text()
    assert f'"encryption_key": ${KEY_VARIABLE}\n' in text()


def test_without_hops_no_account_is_traced_and_with_them_all_but_departments_and_people_are() -> None:
    groups = {name: services_named(names) for name, names in APART.items()}
    off, on = accounts(keys(APART), groups), accounts(keys(APART), groups, hops=10)
    assert off == made(APART)
    assert "trace" not in repr(off)
    traced = {name for name, account in on.items() if "msg_trace" in account}
    assert traced == {account_of_group(name) for name in APART}
    assert {repr(on[name]["msg_trace"]) for name in traced} == {"{'dest': 'telemetry.hops', 'sampling': 10}"}
    allowed = {
        export["service"] for account in on.values() for export in account["exports"] if "allow_trace" in export
    }
    assert allowed
    assert all(subject.startswith("case.") for subject in allowed)


def test_only_the_own_machine_is_served_on_the_given_port_or_any() -> None:
    assert '"listen": "127.0.0.1:-1"' in text()
    assert '"listen": "127.0.0.1:4333"' in text(port=4333)


@pytest.mark.parametrize("groups", [EMBEDDED_PROCESSES, APART], ids=["together", "apart"])
def test_only_the_log_has_streams_and_only_the_provisioner_is_in_it(groups: dict[str, tuple[str, ...]]) -> None:
    found = made(groups)
    assert [name for name, account in found.items() if "jetstream" in account] == [LOG]
    assert found[LOG]["users"] == [{"nkey": "UP"}]
    assert found[LOG]["imports"] == []


@pytest.mark.parametrize("groups", [EMBEDDED_PROCESSES, APART], ids=["together", "apart"])
def test_every_import_is_exported_to_exactly_that_account(groups: dict[str, tuple[str, ...]]) -> None:
    found = made(groups)
    exported = {
        (owner, kind, export[kind], importer)
        for owner, account in found.items()
        for export in account.get("exports", ())
        for kind in ("service", "stream")
        if kind in export
        for importer in export["accounts"]
    }
    imported = {
        (it[kind]["account"], kind, it[kind]["subject"], importer)
        for importer, account in found.items()
        for it in account.get("imports", ())
        for kind in ("service", "stream")
        if kind in it
    }
    assert exported == imported


@pytest.mark.parametrize("groups", [EMBEDDED_PROCESSES, APART], ids=["together", "apart"])
def test_no_message_can_pass_twice_by_two_imports(groups: dict[str, tuple[str, ...]]) -> None:
    for name, account in made(groups).items():
        for kind in ("service", "stream"):
            found = [(it[kind]["account"], it[kind]["subject"]) for it in account.get("imports", ()) if kind in it]
            for n, (owner, subject) in enumerate(found):
                for other_owner, other in found[n + 1 :]:
                    assert owner != other_owner or not overlap(subject, other), (name, subject, other)


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_makes_changes_or_empties_a_stream_or_consumer(service: str) -> None:
    api = {subject for subject in of_the_log(SERVICES[service]) if subject.startswith("$JS.API")}
    allowed = ("DIRECT.GET.", "STREAM.MSG.GET.", "STREAM.INFO.", "CONSUMER.INFO.", "CONSUMER.MSG.NEXT.")
    # Who objected is no part of the record, and publicity erases it message by message.
    erases = {"$JS.API.STREAM.MSG.DELETE.OBJECTORS"} if service == "publicity" else set()
    assert {it for it in api if not it.removeprefix("$JS.API.").startswith(allowed)} == erases
    assert not [
        subject for subject in of_the_log(SERVICES[service]) if subject in (">", "case.>", "$JS.>", "$JS.ACK.>")
    ]


def test_a_revoked_department_keeps_its_account_and_has_nobody_in_it() -> None:
    found = made(EMBEDDED_PROCESSES, revoked="tax")
    assert found["DEPARTMENT-tax"]["users"] == []
    assert found["DEPARTMENT-tax"]["exports"] == made(EMBEDDED_PROCESSES)["DEPARTMENT-tax"]["exports"]


def test_every_account_keeps_the_server_from_giving_it_all_of_jetstream() -> None:
    for name, account in made(APART).items():
        if name not in (LOG, "SYS", "NOWHERE"):
            assert "$JS.API.INFO" in subjects(account, "service"), name


def test_the_written_file_holds_public_keys_only_and_the_server_accepts_it(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path / 'a "quoted" 目录')
    data_dir.prepare(["tax", "household-registry"], EMBEDDED_PROCESSES)
    path = write_config(data_dir, Served(("tax", "household-registry"), EMBEDDED_PROCESSES, port=4333))
    written = path.read_text()
    for secret in (*data_dir.keys.iterdir(), *data_dir.credentials.rglob("*.seed")):
        assert secret.read_text().strip() not in written
    assert str(data_dir.public_keys(["tax"]).departments["tax"]) in written
    assert path.stat().st_mode & 0o777 == 0o600
    checked = subprocess.run(
        [server_binary(), "-t", "-c", str(path)],
        env={KEY_VARIABLE: '"1e5"'},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
