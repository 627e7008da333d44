"""The hash of a contract is a constant: it changes with what a department may answer, and with nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest

from contracts.bilingual import Bilingual
from contracts.key_register import DepartmentCertified, Holding
from lianshen.conformance.certificate import KIT, Certificate, faults_of
from procedures.codes import Day, DivisionCode, Text, YesNo, like, one_of
from procedures.department import Department, contract_hashes, contract_sha256
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.departments.tax import TaxRecord

HASHES = {
    "civil-affairs": "0028dc6e6897182cbe1f89871a6823961f29fae09ec3e97c740941281659ae0b",
    "household-registry": "30dd769084160a701981df87e208dc9296e052117d0eefe9f268e25f958948f1",
    "housing": "391ed8529b1ff4e51249dab7f023cb83e59f14ffce8450a4e4405541b927339a",
    "real-estate": "0569e0b5c35d0c9e7af14d57ff3de8c9e838dcfdbbc756613ff6c237fb37fc15",
    "social-security": "0c5518f495e7fd9d49bbe77c33dc0eff066e62da16400dcd3bd34aa5c3de6951",
    "tax": "5544d74adf8a0416020c0b9d19914ba20d947d297aa08d2f7dcd51e864aee301",
}
OLD = {
    "civil-affairs": ("f7225dfcad7de8995e0560154cda37aedef53e4174481435792dd1dd9d6a49d5",),
    "household-registry": ("2096a05074d9a30f4e272f2324fb48fabb6575fbcdecb2921b0ceadfb774d3c0",),
    "housing": (
        "4c1879976c2bced8d66ced33821e650173cba620dac9f48f4e98e414ee7746ba",
        "6407755df4e5c197dd9a9ea7fcae8f51aeff5a2acfaac422efcd8b1b4911c90b",
        "9675fe3ef98224a6bdc2747c49bebd264e3aa77c53dfe79573b0038f7c145eeb",
        "2bd5e6a23c0aebedc739778284d453cbbc114dd008518427bf46131470bcab0b",
    ),
    "real-estate": (
        "7c6854283ca4fddd2ef935ff976c6d81aa5143dbc9980b2d589c8379cdbdda9d",
        "ac57f84e9f800047a7cec2ed6966a9b688116578ad438e9f68f6f8f7ce5ebe96",
        "7904f5bd4dd5fe47bb3787aced74f6dd24acf40de0f0f8521b2ffc8cc4fd480f",
        "44b31ec9f720b370196015cde4a7eed58d0adf8f0d65b1a64f682e68e341bcc6",
    ),
    "social-security": ("2b028623b45d2b736097d51e0ac1736e31775a5da9ca2d9d83f5a84493eb6183",),
    "tax": ("ff6be3e0444a59ce556158b46e9970d8ce8ce4df94a6a32232c7163e83cf79cc",),
}
"""What was certified until 2026-11-28, by pydantic 2.11 to 2.14, with docstrings and without."""
TAX = DEPARTMENTS["tax"]
TITLE = Bilingual("税务局", "the tax office")
NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
ENDS = NOW + timedelta(days=180)

WITHOUT_SCHEMAS = """
import json
from pydantic import BaseModel, TypeAdapter
def generated(*args, **kwargs): raise AssertionError("no hash is made of generated text")
BaseModel.model_json_schema = classmethod(generated)
TypeAdapter.json_schema = generated
from procedures.department import contract_sha256
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS
print(json.dumps({name: contract_sha256(it) for name, it in DEPARTMENTS.items()}))
"""


def test_the_six_hashes_are_these() -> None:
    assert {name: contract_sha256(it) for name, it in DEPARTMENTS.items()} == HASHES


@pytest.mark.parametrize(
    ("options", "environment"),
    [(["-OO"], {}), ([], {"PYTHONOPTIMIZE": "2"}), ([], {"PYTHONHASHSEED": "7"})],
    ids=["without docstrings", "PYTHONOPTIMIZE", "another order of sets"],
)
def test_they_are_made_of_no_docstring_and_of_nothing_that_pydantic_words(
    options: list[str], environment: dict[str, str]
) -> None:
    command = [sys.executable, *options, "-c", WITHOUT_SCHEMAS]
    shown = subprocess.run(command, env=os.environ | environment, capture_output=True, check=True, timeout=60)
    assert json.loads(shown.stdout) == HASHES


def test_each_old_hash_is_the_same_contract_as_the_one_of_today() -> None:
    assert {name: it.former_hashes for name, it in DEPARTMENTS.items()} == OLD


@pytest.mark.parametrize("name", HASHES)
def test_a_certificate_over_an_old_hash_counts_until_it_ends_and_one_over_anything_else_does_not(name: str) -> None:
    department = DEPARTMENTS[name]
    others = [hash for other in HASHES for hash in (HASHES[other], *OLD[other]) if other != name]
    for over in (HASHES[name], *OLD[name], *others, "0" * 64, ""):
        counts = over not in (*others, "0" * 64, "")
        holding, certificate = certified(name, over)
        assert holding.is_certified_at(ENDS - timedelta(seconds=1), contract_hashes(department)) == counts
        assert holding.is_certified_at(NOW)
        assert not holding.is_certified_at(ENDS, contract_hashes(department))
        assert not holding.is_certified_at(ENDS)
        assert (faults_of(certificate, DEPARTMENTS[name], ENDS - timedelta(seconds=1)) == []) == counts
        assert faults_of(certificate, DEPARTMENTS[name], ENDS) != []


def test_nobody_is_certified_for_an_old_contract_by_a_certificate_over_the_new_one() -> None:
    holding, _ = certified("tax", HASHES["tax"])
    assert not holding.is_certified_at(NOW, OLD["tax"])


def certified(name: str, over: str) -> tuple[Holding, Certificate]:
    event = DepartmentCertified.model_construct(
        holder=name, n=1, at=NOW, by="Lin", certificate="x", expires_at=ENDS, contract_sha256=over
    )
    certificate = Certificate.model_construct(
        department=name,
        checked_at=NOW,
        expires_at=ENDS,
        kit=KIT,
        attached_by="bus",
        passed=(),
        not_run={},
        contract_sha256=over,
    )
    return Holding(n=1, certified=event), certificate


def other_contracts() -> Iterator[tuple[str, Department]]:
    def record(**fields: Any) -> Department:
        return replace(
            TAX, record=type("TaxRecord", (TaxRecord,), {"__annotations__": fields, **dict.fromkeys(fields)})
        )

    yield "a field more", record(month=Day)
    yield "another type", record(division=Text)
    yield "a day for a code", record(division=Day)
    yield "a longer list", record(income_recorded=Annotated[str | None, *one_of("yes", "no", "unknown")])
    yield "a shorter list", record(income_recorded=Annotated[str | None, *one_of("yes", "no")])
    yield "another pattern", record(division=Annotated[str | None, *like("[0-9]{6}")])
    yield "asked about more", replace(TAX, about="everyone")
    yield "asked without names", replace(TAX, with_name=False)
    yield "another register", replace(TAX, record=HousingRow)


def test_another_list_pattern_or_field_is_another_contract() -> None:
    hashes = {what: contract_sha256(department) for what, department in other_contracts()}
    assert len({*hashes.values(), HASHES["tax"]}) == len(hashes) + 1


def test_other_words_about_a_contract_and_another_order_of_a_list_are_the_same() -> None:
    class Reworded(TaxRecord):
        """Says it better."""

        income_recorded: YesNo = None
        division: DivisionCode = None

    one, other = (
        replace(TAX, record=type("R", (TaxRecord,), {"__annotations__": {"division": kind}, "division": None}))
        for kind in (Annotated[str | None, *one_of("a", "b")], Annotated[str | None, *one_of("b", "a")])
    )
    assert contract_sha256(one) == contract_sha256(other)
    for same in (
        replace(TAX, record=Reworded),
        replace(TAX, title=TITLE, article="18(9)", name="tax-2"),
    ):
        assert contract_sha256(same) == HASHES["tax"]
