"""The certificate: sealed, dated, found out where it was changed; and the command line that gives and shows it."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contracts.jws import Signer, WrongSignature, verify
from contracts.people import valid_id_number
from lianshen.cli.main import app
from lianshen.conformance import checking
from lianshen.conformance.certificate import (
    NEEDED,
    Certificate,
    contract_sha256,
    faults_of,
    keep,
    make_certificate,
    path_of,
    sign_certificate,
    verify_certificate,
)
from lianshen.conformance.connect import DEPARTMENTS
from lianshen.conformance.people import OUTSIDERS, PEOPLE, crowd
from lianshen.conformance.results import Result
from lianshen.conformance.scenarios import SCENARIOS
from lianshen.embedded.data_dir import DataDir
from lianshen.simulation.registers import OF_THE_KIT
from procedures.codes import Month
from procedures.hainan_2025.departments.tax import TaxRecord
from tests.conformance.kits import ROOT
from tests.support.up import lianshen, up

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SEAL, STRANGER = Signer.from_seed(b"e" * 32), Signer.from_seed(b"f" * 32)
TAX = DEPARTMENTS["tax"]
PLAYED = tuple(Result(name, "ok") for name in NEEDED)
WELL = (*PLAYED, Result("restart", "not run", "no command"), Result("thirds", "does not apply", "…"))


def a_certificate() -> Certificate:
    return make_certificate(TAX, "bus", WELL, NOW)


def test_it_says_what_was_played_against_which_contract_and_until_when() -> None:
    found = a_certificate()
    assert found.passed == NEEDED
    assert found.not_run == {"restart": "no command"}
    assert found.expires_at - found.checked_at == timedelta(days=180)
    assert found.contract_sha256 == contract_sha256(TAX)
    assert verify_certificate(sign_certificate(found, SEAL), SEAL) == found


@pytest.mark.parametrize(
    ("results", "why"),
    [((*WELL, Result("found", "BAD", "…")), "nothing is BAD"), (WELL[1:], "went well: answers")],
    ids=["a fault", "not enough"],
)
def test_nobody_is_certified_with_a_fault_or_where_too_little_was_played(
    results: tuple[Result, ...], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        make_certificate(TAX, "bus", results, NOW)


def test_a_changed_letter_and_another_s_seal_are_found_out() -> None:
    token = sign_certificate(a_certificate(), SEAL)
    head, payload, signature = token.split(".")
    with pytest.raises(WrongSignature):
        verify_certificate(f"{head}.{payload[:-2]}AA.{signature}", SEAL)
    with pytest.raises(WrongSignature, match="another seal"):
        verify_certificate(sign_certificate(a_certificate(), STRANGER), SEAL)
    with pytest.raises(WrongSignature, match="something else"):
        verify_certificate(SEAL.sign(a_certificate().model_dump_json().encode(), "lianshen-answer+jws"), SEAL)


def test_it_ends_and_holds_for_one_department_and_one_contract_only() -> None:
    class Richer(TaxRecord):
        month: Month = None

    found = a_certificate()
    assert faults_of(found, TAX, NOW) == []
    assert "expired" in faults_of(found, TAX, NOW + timedelta(days=180))[0]
    assert "contract has changed" in faults_of(found, replace(TAX, record=Richer), NOW)[0]
    assert "another department's" in faults_of(found, replace(TAX, name="housing"), NOW)[0]


def test_the_shipped_persons_are_invented_well_and_stand_in_the_registers() -> None:
    numbers = [*(number for number, _ in PEOPLE.values()), *OUTSIDERS, *(it.id_number for it in crowd())]
    assert [valid_id_number(number) for number in numbers] == numbers
    assert len(set(numbers)) == len(numbers)
    assert any(number.endswith("X") for number in numbers)
    known = "".join(path.read_text(encoding="utf-8") for path in OF_THE_KIT.glob("*.csv"))
    assert [label for label, (number, _) in PEOPLE.items() if number not in known] == ["nobody"]


def test_the_document_lists_every_scenario_with_what_it_wants() -> None:
    lines = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 80
    rows = [line for line in lines if line.startswith("| `")]
    assert rows == [f"| `{scenario.name}` | {scenario.wants} |" for scenario in SCENARIOS]


# --- the command line --------------------------------------------------------------------------------------------


def test_the_register_is_printed_for_the_department_s_test_system() -> None:
    shown = CliRunner().invoke(app, ["department", "check", "tax", "--register"])
    assert shown.exit_code == 0
    assert shown.stdout == (OF_THE_KIT / "tax.csv").read_text(encoding="utf-8")
    assert "Load these rows" in shown.stderr
    three = CliRunner().invoke(app, ["department", "check", "housing", "--register"]).stdout
    assert all(f"# {name}.csv" in three for name in ("net-signed", "tenancies", "bans"))


def test_the_scenarios_are_listed_without_a_system() -> None:
    listed = json.loads(CliRunner().invoke(app, ["department", "check", "tax", "--list", "--json"]).stdout)
    assert [it["name"] for it in listed] == [scenario.name for scenario in SCENARIOS]


def test_an_unknown_scenario_and_an_unknown_department_are_said() -> None:
    unknown = CliRunner().invoke(app, ["department", "check", "tax", "--only", "luck"])
    assert (unknown.exit_code, "no such scenario: luck" in unknown.stderr) == (2, True)
    unknown = CliRunner().invoke(app, ["department", "check", "weather", "--only", "found"])
    assert (unknown.exit_code, "no such department: weather" in unknown.stderr) == (1, True)


def test_a_clerk_is_told_that_the_kit_does_not_apply(tmp_path: Path) -> None:
    (tmp_path / "departments.toml").write_text('[tax]\nby = "clerk"\n')
    told = CliRunner().invoke(app, ["department", "check", "tax", "--data-dir", str(tmp_path)])
    assert told.exit_code == 1
    assert "does not apply" in told.stderr


def test_a_certificate_is_shown_and_a_changed_one_is_not(tmp_path: Path) -> None:
    directory = DataDir(tmp_path)
    directory.keys.mkdir(parents=True)
    (directory.keys / "seal.key").write_text(("e" * 32).encode().hex() + "\n")
    show = ["department", "certificate", "tax", "--data-dir", str(tmp_path)]
    assert "has no certificate" in CliRunner().invoke(app, show).stderr
    token = sign_certificate(make_certificate(TAX, "bus", WELL, datetime.now(UTC)), SEAL)
    keep(path_of(tmp_path, "tax"), token)
    shown = CliRunner().invoke(app, show)
    assert shown.exit_code == 0, shown.stderr
    assert "the seal is ours, and it counts" in shown.stdout
    keep(path_of(tmp_path, "tax"), token[:-4] + "AAAA")
    changed = CliRunner().invoke(app, show)
    assert (changed.exit_code, "no certificate of ours" in changed.stderr) == (1, True)
    keep(
        path_of(tmp_path, "tax"), sign_certificate(make_certificate(TAX, "bus", WELL, NOW - timedelta(days=999)), SEAL)
    )
    expired = CliRunner().invoke(app, show)
    assert (expired.exit_code, "DOES NOT COUNT: it has expired" in expired.stdout) == (1, True)


def test_it_ends_when_the_department_is_attached_another_way_and_when_a_check_fails(tmp_path: Path) -> None:
    found = a_certificate()
    assert faults_of(found, TAX, NOW, way="bus") == []
    assert faults_of(found, TAX, NOW, way="http") == [
        "checked by bus, it is attached by http now: run the check again"
    ]
    for bad, left in ((Result("found", "BAD", "…"), False), (Result("found", "ok"), True)):
        keep(path_of(tmp_path, "tax"), sign_certificate(found, SEAL))
        checked = checking.Checked("tax", "bus", (*PLAYED, bad))
        said: list[str] = []
        if checked.bad:
            asyncio.run(checking.end(checked, "officer Lin", tmp_path, said.append))
        assert path_of(tmp_path, "tax").is_file() == left
        assert said == ([] if left else ["its certificate counts no more: a check failed"])


@pytest.mark.slow
async def test_on_a_running_system_it_is_given_and_entered_into_the_register(tmp_path: Path) -> None:
    async with up(DataDir(tmp_path / "data")) as running:
        code, out, err = await lianshen(running.data, "department", "check", "civil-affairs")
        assert code == 0, out + err
        assert "BAD" not in out
        assert "ok             signed" in out
        assert "entered into the register" in err
        assert (await running.state("civil-affairs"))["certified_until"] is not None
        shown = json.loads(await running.do("department", "certificate", "civil-affairs", "--json"))
        assert shown["faults"] == []
        token = path_of(running.data.path, "civil-affairs").read_text().strip()
        seal = Signer.from_seed(bytes.fromhex((running.data.keys / "seal.key").read_text()))
        assert json.loads(verify(token, seal.x, "lianshen-certificate+jws"))["department"] == "civil-affairs"
        one = json.loads(await running.do("department", "check", "tax", "--only", "found", "--json"))
        assert (one["results"][0]["word"], one["certificate"]) == ("ok", None)
        stopped = ("--by", "operations", "--reason", "not theirs")
        code, _, err = await lianshen(running.data, "department", "revoke", "civil-affairs", *stopped)
        assert (code, "its certificate counts no more" in err) == (0, True), err
        assert (await running.state("civil-affairs"))["certified_until"] is None
