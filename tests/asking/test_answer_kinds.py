"""Every cell of the table kinds × rows × persons (contracts/answer_kinds.py), by the door that an answer goes by."""

import json
from typing import Any

import pytest

from contracts.events.values import FamilyMember
from inquiry.parse_answer import Read, read_answer
from procedures.department import Department
from tests.asking.kinds_tables import (
    KINDS,
    NOBODY,
    ONE_PERSON,
    ONE_PERSON_AND_WRONG_ROWS,
    ONE_PERSON_AND_WRONG_ROWS_WITHOUT_NAMES,
    ONE_PERSON_WITHOUT_NAMES,
    THE_SAME_PERSON_TWICE,
    THE_SAME_PERSON_TWICE_WITHOUT_NAMES,
    TWO_PERSONS,
    TWO_PERSONS_WITHOUT_NAMES,
    cells,
)
from tests.dirty.through import DEPARTMENTS, NOW, asked
from tests.rules.rules_world import CHILD, MAN, WIFE

KIND_OF = {letter: kind for kind, letter in KINDS.items()}
WITH_NAMES, WITHOUT = DEPARTMENTS["household-registry"], DEPARTMENTS["housing"]
ROWS = {WITH_NAMES: {"residence": "yes"}, WITHOUT: {"register": "tenancy"}}
FAMILY = tuple(
    FamilyMember.model_validate({"id_number": number, "name": "王建国", "role": role})
    for number, role in ((MAN, "applicant"), (WIFE, "spouse"))
)


def person(department: Department, number: str, kind: str, rows: bool | None = None) -> dict[str, Any]:
    """With rows where they belong, unless told otherwise."""
    rows = kind == "found" if rows is None else rows
    return {"id_number": number, "kind": kind, "records": [ROWS[department]] if rows else []}


def read(department: Department, whole: str, persons: list[dict[str, Any]], family: int) -> Read:
    question = asked(department.name, FAMILY[:family])
    promise = {"promised_at": NOW.isoformat()} if whole == "deferred" else {}
    answer = {"question_id": question.question_id, "kind": whole, "persons": persons} | promise
    return read_answer(json.dumps(answer).encode(), question, department, NOW)


def in_letters(said: Read) -> str:
    persons = "".join(KINDS[it.kind] for it in said.answer.persons)
    told = "contradicts itself" in (said.answer.note or "")
    assert told == bool(said.contradictions)
    assert all(bool(it.records) == (it.kind == "found") for it in said.answer.persons)
    return f"{KINDS[said.answer.kind]}:{persons}{'!' if told else ''}"


def every(table: str) -> Any:
    parameters = [pytest.param(*key, cell, id=f"{key[0]}-{key[1]}") for key, cell in cells(table).items()]
    return pytest.mark.parametrize(("said", "whole", "cell"), parameters)


# --- one person -------------------------------------------------------------------------------------------------


@every(ONE_PERSON)
def test_one_person(said: str, whole: str, cell: str) -> None:
    assert in_letters(read(WITH_NAMES, whole, [person(WITH_NAMES, MAN, said)], 1)) == cell


@every(ONE_PERSON_WITHOUT_NAMES)
def test_one_person_without_names(said: str, whole: str, cell: str) -> None:
    assert in_letters(read(WITHOUT, whole, [person(WITHOUT, MAN, said)], 1)) == cell


@every(ONE_PERSON_AND_WRONG_ROWS)
def test_found_without_a_row_or_another_kind_beside_one(said: str, whole: str, cell: str) -> None:
    assert in_letters(read(WITH_NAMES, whole, [person(WITH_NAMES, MAN, said, said != "found")], 1)) == cell


@every(ONE_PERSON_AND_WRONG_ROWS_WITHOUT_NAMES)
def test_found_without_a_row_or_another_kind_beside_one_without_names(said: str, whole: str, cell: str) -> None:
    assert in_letters(read(WITHOUT, whole, [person(WITHOUT, MAN, said, said != "found")], 1)) == cell


# --- nobody -----------------------------------------------------------------------------------------------------


@every(NOBODY)
def test_nobody_is_named(said: str, whole: str, cell: str) -> None:
    department, beside = said.removesuffix("+outsider"), said.endswith("+outsider")
    of = {"names": WITH_NAMES, "without": WITHOUT}[department]
    persons = [person(of, CHILD, whole)] if beside else []
    assert in_letters(read(of, whole, persons, 2)) == cell


# --- two persons ------------------------------------------------------------------------------------------------


@every(TWO_PERSONS)
def test_two_persons(said: str, whole: str, cell: str) -> None:
    persons = [person(WITH_NAMES, who, KIND_OF[kind]) for who, kind in zip((MAN, WIFE), said, strict=True)]
    assert in_letters(read(WITH_NAMES, whole, persons, 2)) == cell
    turned = in_letters(read(WITH_NAMES, whole, persons[::-1], 2))
    assert turned == cell, "in another order"


@every(TWO_PERSONS_WITHOUT_NAMES)
def test_two_persons_without_names(said: str, whole: str, cell: str) -> None:
    persons = [person(WITHOUT, who, KIND_OF[kind]) for who, kind in zip((MAN, WIFE), said, strict=True)]
    assert in_letters(read(WITHOUT, whole, persons, 2)) == cell


@every(ONE_PERSON)
def test_of_whom_nothing_is_said_beside_another_nothing_is_known(said: str, whole: str, cell: str) -> None:
    alone = read(WITH_NAMES, whole, [person(WITH_NAMES, MAN, said)], 2)
    expected = whole if cell in ("R:R", "D:") else "cannot_determine"
    assert alone.answer.about(WIFE).kind == expected


# --- the same person twice --------------------------------------------------------------------------------------


@every(THE_SAME_PERSON_TWICE)
def test_the_same_person_twice(said: str, whole: str, cell: str) -> None:
    persons = [person(WITH_NAMES, MAN, KIND_OF[kind]) for kind in said]
    assert in_letters(read(WITH_NAMES, whole, persons, 1)) == cell
    assert in_letters(read(WITH_NAMES, whole, persons[::-1], 1)) == cell, "in another order"


@every(THE_SAME_PERSON_TWICE_WITHOUT_NAMES)
def test_the_same_person_twice_without_names(said: str, whole: str, cell: str) -> None:
    persons = [person(WITHOUT, MAN, KIND_OF[kind]) for kind in said]
    assert in_letters(read(WITHOUT, whole, persons, 1)) == cell


@pytest.mark.parametrize("department", [WITH_NAMES, WITHOUT], ids=["with names", "without"])
def test_rows_of_two_entries_about_one_person_are_his_rows_unless_some_stand_in_both(department: Department) -> None:
    field = "moved_in" if department is WITH_NAMES else "since"
    one, other = ROWS[department], ROWS[department] | {field: "2020-01-01"}

    def rows(*listings: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
        entries = [person(department, MAN, "found") | {"records": listing} for listing in listings]
        [kept] = read(department, "found", entries, 1).answer.persons
        return kept.records if kept.kind == "found" else ()

    assert rows([one], [other]) == (one, other)
    assert rows([one, one], [other]) == (one, one, other), "a row twice in one listing may be two of them"
    assert rows([one, other], [other, one]) == (one, other), "the same listing twice"
    assert rows([one], [other, one]) == (), "whether it is one row or two, nobody can tell"


def test_every_combination_stands_in_a_table() -> None:
    pairs = [f"{a}{b}" for n, a in enumerate(KIND_OF) for b in list(KIND_OF)[n:]]
    singles = {(kind, whole) for kind in KINDS for whole in KINDS}
    doubles = {(pair, whole) for pair in pairs for whole in KINDS}
    for table in (
        ONE_PERSON,
        ONE_PERSON_WITHOUT_NAMES,
        ONE_PERSON_AND_WRONG_ROWS,
        ONE_PERSON_AND_WRONG_ROWS_WITHOUT_NAMES,
    ):
        assert cells(table).keys() == singles
    for table in (
        TWO_PERSONS,
        TWO_PERSONS_WITHOUT_NAMES,
        THE_SAME_PERSON_TWICE,
        THE_SAME_PERSON_TWICE_WITHOUT_NAMES,
    ):
        assert cells(table).keys() == doubles
