"""Every field of every register's row says what it means: whom it is about, of which period, in which unit."""

import json
from pathlib import Path
from typing import Any

import pytest

import contracts
from lianshen.documents.schemas import file_name, row_schema
from procedures.department import ABOUT, Department
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS
from procedures.records import fields_of, meanings_of

each_department = pytest.mark.parametrize("department", DEPARTMENTS.values(), ids=DEPARTMENTS)


@each_department
def test_every_field_is_described_and_nothing_else_is(department: Department) -> None:
    schema = committed(department)
    assert all(schema["properties"][name]["description"] for name in fields_of(department.record))
    assert schema == row_schema(department)


@each_department
def test_it_says_whom_a_question_is_about_and_what_a_row_is(department: Department) -> None:
    said = committed(department)["description"]
    assert ABOUT[department.about] in said
    assert said.startswith(department.row)
    assert f"Art. {department.article}" in said


@each_department
def test_a_division_is_explained_a_day_has_its_form_and_an_area_its_unit(department: Department) -> None:
    for name, meaning in meanings_of(department.record).items():
        words = committed(department)["properties"][name]["description"]
        if meaning.of == "a division of GB/T 2260":
            assert "six digits" in words
            assert "GB/T 2260" in words
        if meaning.name == "day":
            assert "YYYY-MM-DD" in words
        if "m²" in meaning.name:
            assert "square metres" in words


def committed(department: Department) -> dict[str, Any]:
    path = Path(contracts.__file__).parent / "schemas" / file_name(department.record)
    return dict(json.loads(path.read_text(encoding="utf-8")))
