"""A clerk's answer: humane to write, checked before it is sent, and a clerk at the desk of a real system."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from lianshen.departments.clerk import CannotAnswer, an_answer, chosen
from lianshen.departments.officers_file import read_found
from lianshen.embedded.data_dir import DataDir
from procedures.department import Department
from procedures.hainan_2025.departments.housing import HOUSING
from procedures.hainan_2025.departments.tax import TAX
from tests.support.families import an_id_number
from tests.support.up import lianshen, up

HUSBAND, WIFE, STRANGER = (an_id_number(1985, order) for order in (1, 2, 3))
ROW = {"income_recorded": True, "division": "150303"}


def a_question(*persons: str) -> dict[str, Any]:
    return {
        "question_id": "5T7JZ0Q2XM8K4V6W1N3R9HBCDE",
        "department": "tax",
        "round": 1,
        "asked_at": "2026-11-24T08:00:00Z",
        "answer_by": "2026-12-01T10:00:00Z",
        "persons": [{"id_number": number, "name": "张三"} for number in persons or (HUSBAND,)],
        "question_sha256": "0" * 64,
        "overdue": False,
        "reminded": 0,
    }


def said(kind: Any, records: Any, *persons: str, department: Department = TAX) -> dict[str, str]:
    """The kind said of each person, and of all."""
    answer = an_answer(a_question(*persons), department, kind, records, "clerk Wu")
    assert answer.answered_by == "clerk Wu"
    return {"all": answer.kind} | {person.id_number: person.kind for person in answer.persons}


def test_nothing_found_is_said_of_everybody_without_a_file() -> None:
    assert said("none", None, HUSBAND, WIFE) == {"all": "none", HUSBAND: "none", WIFE: "none"}
    assert said("not_matched", None) == {"all": "not_matched", HUSBAND: "not_matched"}


def test_the_rows_of_one_person_are_a_list() -> None:
    assert said(None, [ROW]) == {"all": "found", HUSBAND: "found"}


def test_the_rows_of_several_are_a_map_and_whoever_has_none_is_none() -> None:
    assert said("found", {WIFE.lower(): [ROW]}, HUSBAND, WIFE) == {"all": "found", HUSBAND: "none", WIFE: "found"}


@pytest.mark.parametrize(
    ("kind", "records", "persons", "why"),
    [
        (None, None, (), "say --kind: none · found"),
        ("deferred", None, (), "say --kind: none · found"),
        ("maybe", None, (), "say --kind: none · found"),
        ("none", [ROW], (), "--records goes with --kind found"),
        ("found", None, (), "--records goes with --kind found"),
        ("found", [ROW], (HUSBAND, WIFE), "2 persons are asked about: write a map"),
        ("found", "150303", (), "the records are a list of rows, or a map"),
        ("found", [], (), "the records hold no row; where nothing was found, say --kind none"),
        ("found", {HUSBAND: ROW}, (), r"entry 1 of the records must be a list of rows"),
        ("found", {HUSBAND: [ROW], STRANGER: [ROW]}, (), "entry 2 of the records is about somebody who was not asked"),
        ("found", [ROW | {"salary": 9000}], (), "1 rows or fields are beyond what tax is asked; a row has income_rec"),
        ("found", [{"division": 7}], (), "not understood: division: '7'; the contract lists"),
    ],
)
def test_a_slip_of_the_hand_is_told_and_nobodys_number_repeated(
    kind: Any, records: Any, persons: tuple[str, ...], why: str
) -> None:
    with pytest.raises(CannotAnswer, match=why) as refused:
        said(kind, records, *persons)
    assert not any(number in str(refused.value) for number in (HUSBAND, WIFE, STRANGER))


def test_one_person_in_two_entries_is_refused_and_no_row_is_lost() -> None:
    number = next(it for it in (an_id_number(1985, order) for order in range(1, 99)) if it.endswith("X"))
    with pytest.raises(CannotAnswer, match="entry 2 of the records is about the same person"):
        said("found", {number: [ROW], number.lower(): [ROW]}, number)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_an_officers_file_may_have_a_byte_order_mark_and_numbers_of_15_digits(tmp_path: Path, encoding: str) -> None:
    old, file = HUSBAND[:6] + HUSBAND[8:17], tmp_path / "found.json"
    rows = [{"owner_id_number": old, "share": "1/2"}, {"owner_id_number": WIFE, "unit_code": old}]
    file.write_text(json.dumps([{"id_number": old, "name": "测试", "records": rows}]), encoding=encoding)
    [person] = read_found("--persons", file)
    assert person["id_number"] == HUSBAND
    assert person["records"] == [
        {"owner_id_number": HUSBAND, "share": "1/2"},
        {"owner_id_number": WIFE, "unit_code": old},  # a code may have 15 digits, too
    ]
    file.write_text(json.dumps({old: [{"spouse_id_number": WIFE}], WIFE: []}), encoding=encoding)
    assert read_found("--records", file) == {HUSBAND: [{"spouse_id_number": WIFE}], WIFE: []}


def test_an_officers_file_that_cannot_be_used_is_told_and_nothing_of_it_is_repeated(tmp_path: Path) -> None:
    old, file = HUSBAND[:6] + HUSBAND[8:17], tmp_path / "found.json"
    for text, encoding, why in (
        ("{", "utf-8-sig", "found.json is no JSON from line 1, column 2 on"),
        ("[]", "utf-16", "found.json: this is UTF-16, which Windows calls Unicode; save it as UTF-8"),
        ('["测"]', "gb18030", "found.json: this is not UTF-8; save it as UTF-8"),
        (json.dumps({old: [], HUSBAND: []}), "utf-8", "one person stands there under two numbers"),
        (f'{{"{old}": [], "{old}": []}}', "utf-8", "found.json: a key stands twice"),
    ):
        file.write_text(text, encoding=encoding)
        with pytest.raises(ValueError, match=rf"^--records: {why}") as refused:
            read_found("--records", file)
        assert old not in str(refused.value)
    with pytest.raises(ValueError, match=r"^--records: No such file or directory$"):
        read_found("--records", tmp_path / "lost.json")


def test_a_row_is_named_as_the_contract_names_it() -> None:
    with pytest.raises(CannotAnswer, match="a row of housing has register, contract_no"):
        said("found", [{"lottery": "won"}], department=HOUSING)


def test_a_value_that_the_contract_does_not_have_is_told_with_its_field() -> None:
    with pytest.raises(CannotAnswer, match="not understood: register: 'lottery'"):
        said("found", [{"register": "lottery"}], department=HOUSING)


def test_a_question_is_named_by_the_beginning_of_its_id() -> None:
    one, two = a_question(), a_question() | {"question_id": "5T7JZ0ZZZZZZZZZZZZZZZZZZZZ"}
    assert chosen([one, two], "5T7JZ0Q") is one
    assert chosen([two], None) is two
    with pytest.raises(LookupError, match="2 questions wait"):
        chosen([one, two], None)
    for typed in ("5T7JZ0", "5T7", "nobody-asked-this"):
        with pytest.raises(LookupError):
            chosen([one, two], typed)


@pytest.mark.slow
async def test_a_clerk_answers_on_a_real_system_also_from_another_machine(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    for name, *options in (("tax", "--signature", "required"), ("civil-affairs",)):
        code, _, err = await lianshen(data, "department", "add", name, "--by", "clerk", *options)
        assert code == 0, err
    async with up(data) as running:
        number = await running.apply()
        await running.until(number, "housing")
        [question] = json.loads(await running.do("clerk", "questions", "tax", "--json"))
        person = question["persons"][0]
        assert person["id_number"] in await running.do("clerk", "questions", "tax")

        taken = tmp_path / "usb-stick"
        shutil.copytree(data.path / "departments" / "tax", taken)
        records = tmp_path / "rows.json"
        records.write_text(json.dumps({it["id_number"]: [ROW] for it in question["persons"]}), encoding="utf-8-sig")
        answer = ("clerk", "answer", "tax", question["question_id"][:8], "--by", "clerk Wu")
        code, _, err = await running.cli(*answer, "--records", str(tmp_path / "lost.json"))
        assert (code, err) == (1, "--records: No such file or directory\n")
        done = await running.do(*answer, "--records", str(records), "--credentials", str(taken))
        assert done == "answered: found, signed\n"
        await running.until(number, "tax")
        code, _, err = await running.cli(*answer, "--kind", "none")
        assert (code, "no such question waits" in err) == (1, True)

        (data.path / "departments/civil-affairs/signing.jwk").unlink()
        [question] = json.loads(await running.do("clerk", "questions", "civil-affairs", "--json"))
        done = await running.do(
            *("clerk", "answer", "civil-affairs", question["question_id"], "--kind", "none", "--by", "clerk Zhao")
        )
        assert done == "answered: none\n"
        await running.until(number, "civil-affairs")
        code, _, err = await running.cli("clerk", "questions", "housing")
        assert (code, "a clerk's list is kept for none" in err) == (1, True)
        assert await running.do("audit") == "clean: every invariant holds\n"
