"""Every application of the sample world gets the outcome at intake that the law gives it."""

import csv
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from intake.read_bodies import read_form

from procedures.hainan_2025.completeness import Accepted, IntakeFacts, Refused, SupplementWanted, assess
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.policy import POLICY
from procedures.hainan_2025.projects import load_projects

WORLD = Path(__file__).parents[2] / "examples" / "worlds" / "sample"


@pytest.mark.parametrize("today", [date(2026, 11, 1), date(2027, 5, 31)], ids=str)
def test_the_sample_world_has_the_outcomes_it_expects(today: date) -> None:
    with (WORLD / "expected.csv").open(encoding="utf-8") as file:
        expected = {row["file"]: (row["intake"], row["failed"]) for row in csv.DictReader(file)}
    with (WORLD / "bans.csv").open(encoding="utf-8") as file:
        bans = [
            (row.pop("id_number"), HousingRow.model_validate(row | {"register": "ban"}))
            for row in csv.DictReader(file)
        ]
    projects, policy = load_projects(), POLICY.on(today)
    claimed: set[str] = set()
    came_out: dict[str, tuple[str, set[str]]] = {}

    for file_name in sorted(expected):
        form = read_form((WORLD / "applications" / file_name).read_bytes(), today)
        if isinstance(form, tuple):
            came_out[file_name] = ("invalid", set())
            continue
        numbers: dict[Literal["applicant", "spouse"], str] = {"applicant": form.applicant.id_number}
        if form.spouse:
            numbers["spouse"] = form.spouse.id_number
        mine = tuple(row for number, row in bans if number == form.applicant.id_number)
        elsewhere = frozenset(role for role, number in numbers.items() if number in claimed)
        outcome = assess(form, IntakeFacts(today, projects[form.project], mine, elsewhere, policy))
        if not isinstance(outcome, Refused):
            claimed |= set(numbers.values())
        word = {Refused: "refused", SupplementWanted: "supplement", Accepted: "accepted"}[type(outcome)]
        rules = {ground.rule for ground in outcome.grounds} if isinstance(outcome, Refused) else set()
        came_out[file_name] = (word, rules)

    assert {name: word for name, (word, _) in came_out.items()} == {name: word for name, (word, _) in expected.items()}
    for name, (word, failed) in expected.items():
        if word == "refused" and failed:
            assert set(failed.split()) <= came_out[name][1]
