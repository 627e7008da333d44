"""The form of an answer: made from the contract of each department, and checked by the code that reads answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from console.answering.checked import Checked, check, kept_as_text, kinds_for, read_kept
from console.answering.fields import cells_of
from console.answering.typed import MOST_ROWS, TypedPerson, read_form

from chassis.http.pages.posted import Posted
from contracts.inquiries import AskedPerson, Question
from procedures.department import Department
from procedures.hainan_2025.departments import DEPARTMENTS
from procedures.hainan_2025.departments.civil_affairs import CIVIL_AFFAIRS
from procedures.hainan_2025.departments.household_registry import HOUSEHOLD_REGISTRY
from procedures.hainan_2025.departments.housing import HOUSING
from procedures.hainan_2025.departments.real_estate import REAL_ESTATE
from procedures.hainan_2025.departments.tax import TAX
from procedures.hainan_2025.pages.field_titles import CODES, FIELDS
from procedures.records import fields_of
from tests.console.answering.answer_forms import typed
from tests.support.families import an_id_number

HUSBAND, WIFE, STRANGER = (an_id_number(1985, order) for order in (1, 2, 3))
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
UNIT = {"unit_code": "150303001001", "division": "150303", "use": "residential"}


def question(department: Department, *persons: str) -> Question:
    return Question(
        question_id="0" * 26,
        department=department.name,
        round=1,
        asked_at=NOW,
        answer_by=NOW + timedelta(days=5),
        persons=tuple(AskedPerson(id_number=number) for number in persons or (HUSBAND,)),
    )


def answered(department: Department, *persons: tuple[str, list[dict[str, str]]]) -> Checked:
    """By a form about the husband, and the wife if two are given."""
    asked = question(department, *(HUSBAND, WIFE)[: len(persons)])
    posted = Posted(tuple(typed(*persons).items()))
    return check(read_form(posted, len(persons), cells_of(department.record)), asked, department, NOW)


@pytest.mark.parametrize("department", DEPARTMENTS, ids=lambda one: one.name)
def test_every_field_of_every_contract_has_a_label_and_every_code_a_word(department: Department) -> None:
    cells = cells_of(department.record)
    assert [cell.name for cell in cells] == list(fields_of(department.record))
    for cell in cells:
        assert cell.name in FIELDS
        assert cell.hint
        if not cell.is_yes_or_no:
            assert all((cell.name, word) in CODES for word in cell.options)


def test_codes_are_chosen_days_are_days_and_the_rest_is_typed() -> None:
    controls = {cell.name: cell.control for cell in cells_of(HOUSEHOLD_REGISTRY.record)}
    assert (controls["status"], controls["moved_in"], controls["hukou_township"]) == ("choice", "day", "text")
    assert {cell.name: list(cell.options) for cell in cells_of(TAX.record)}["income_recorded"] == ["yes", "no"]


def test_the_kind_of_the_whole_follows_from_what_is_said_of_each() -> None:
    row = {"income_recorded": "yes", "division": "150303"}
    found = answered(TAX, ("found", [row, {"division": ""}]))
    assert (found.kind, found.errors) == ("found", {})
    assert found.persons[0].records == ({"income_recorded": True, "division": "150303"},)
    for kinds, whole in (
        (("none", "none"), "none"),
        (("refused", "none"), "none"),
        (("not_matched", "refused"), "not_matched"),
        (("cannot_determine", "refused"), "cannot_determine"),
        (("refused", "refused"), "refused"),
    ):
        checked = answered(CIVIL_AFFAIRS, *((kind, []) for kind in kinds))
        assert (checked.kind, checked.errors) == (whole, {})


def test_nobody_is_not_matched_by_a_department_that_is_asked_without_names() -> None:
    assert "not_matched" in kinds_for(TAX)
    assert "not_matched" not in kinds_for(HOUSING)
    assert answered(HOUSING, ("not_matched", [])).errors == {"p0-kind": "answer.wrong.kind"}


@pytest.mark.parametrize(
    ("department", "person", "errors"),
    [
        (TAX, ("", []), {"p0-kind": "answer.wrong.kind"}),
        (TAX, ("deferred", []), {"p0-kind": "answer.wrong.kind"}),
        (TAX, ("found", [{"division": ""}]), {"p0-kind": "answer.wrong.no_row"}),
        (TAX, ("none", [{"division": "150303"}]), {"p0-kind": "answer.wrong.rows"}),
        (TAX, ("found", [{"division": "1503"}]), {"p0-0-division": "answer.wrong.code"}),
        (TAX, ("found", [{"income_recorded": "maybe"}]), {"p0-0-income_recorded": "answer.wrong.code"}),
        (HOUSING, ("found", [{}, {"register": "lottery"}]), {"p0-1-register": "answer.wrong.code"}),
        (HOUSING, ("found", [{"since": "2026-02-30"}]), {"p0-0-since": "answer.wrong.day"}),
        (HOUSING, ("found", [{"building_area_m2": "large"}]), {"p0-0-building_area_m2": "answer.wrong.area"}),
        (HOUSING, ("found", [{"contract_no": "无"}]), {"p0-0-contract_no": "answer.wrong.text"}),
        (REAL_ESTATE, ("found", [{"owner_id_number": "1"}]), {"p0-0-owner_id_number": "answer.wrong.person"}),
        # Least data: another owner's number, a unit elsewhere, another buyer, a former spouse.
        (
            REAL_ESTATE,
            ("found", [{**UNIT, "owner_id_number": STRANGER}]),
            {"p0-0-owner_id_number": "answer.wrong.beyond"},
        ),
        (REAL_ESTATE, ("found", [{**UNIT, "division": "110101"}]), {"p0-0": "answer.wrong.beyond"}),
        (
            HOUSING,
            ("found", [{"register": "net_signed", "buyer_id_number": STRANGER}]),
            {"p0-0": "answer.wrong.beyond"},
        ),
        (
            CIVIL_AFFAIRS,
            ("found", [{"marital_status": "40", "spouse_id_number": STRANGER}]),
            {"p0-0-spouse_id_number": "answer.wrong.beyond"},
        ),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_repeats_nothing(
    department: Department, person: tuple[str, list[dict[str, str]]], errors: dict[str, str]
) -> None:
    checked = answered(department, person)
    assert (checked.errors, checked.persons) == (errors, ())


def test_rows_come_and_go_by_buttons_and_nothing_that_was_typed_is_lost() -> None:
    def pressed(form: dict[str, str], **button: str) -> tuple[TypedPerson, ...]:
        return read_form(Posted(tuple({**form, **button}.items())), 2, cells_of(TAX.record))

    def divisions(person: TypedPerson) -> list[str]:
        return [row["division"] if row else "" for row in person.rows]

    form = typed(("found", [{"division": "150303"}, {"division": "150302"}]), ("none", []))
    assert [divisions(one) for one in pressed(form, add="0")] == [["150303", "150302", ""], []]
    assert [divisions(one) for one in pressed(form, remove="0-0")] == [["150302"], []]
    first, second = pressed(form, add="1")
    assert (first.kind, second.kind, divisions(second)) == ("found", "found", [""])
    for nonsense in ("7", "-1", "x", ""):
        assert [divisions(one) for one in pressed(form, add=nonsense)] == [["150303", "150302"], []]


def test_a_form_holds_so_many_rows_and_no_more() -> None:
    many: Any = [{"division": "150303"}] * (MOST_ROWS + 5)
    posted = Posted(tuple({**typed(("found", many), ("found", many)), "add": "0"}.items()))
    assert [len(one.rows) for one in read_form(posted, 2, cells_of(TAX.record))] == [MOST_ROWS, 0]


def test_what_waits_for_a_second_person_names_nobody_who_was_asked_about() -> None:
    asked, found = question(TAX, HUSBAND, WIFE), answered(TAX, ("found", [{"division": "150303"}]), ("none", []))
    text = kept_as_text(found.kind, found.persons)
    assert HUSBAND not in text
    assert WIFE not in text
    assert read_kept(text, asked) == found
