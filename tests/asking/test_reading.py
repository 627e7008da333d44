"""An answer as it may be stored: the contract's rows and fields, or the reason why it was none (faults, 8)."""

import json
import random
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verify_household.departments import DEPARTMENTS as ABOUT_PERSONS
from verify_property.departments import DEPARTMENTS as ABOUT_HOMES

from chassis.questions import question_for
from chassis.reading import Read, read_answer
from contracts.departments import MAX_ANSWER_BYTES, Department, Question
from contracts.events import FamilyMember
from tests.families import an_id_number

DEPARTMENTS: dict[str, Department] = {it.name: it for it in (*ABOUT_PERSONS, *ABOUT_HOMES)}
APPLICANT, OUTSIDER = an_id_number(1988), an_id_number(1955)
CANARY = "张三丰"


def a_question(name: str = "tax") -> Question:
    family = (FamilyMember(id_number=APPLICANT, name="王建国", role="applicant"),)
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    return question_for(DEPARTMENTS[name], b"q" * 32, "A", 1, family, now, now + timedelta(days=7))


def an_answer(*rows: dict[str, Any], name: str = "tax", kind: str = "found", **more: Any) -> dict[str, Any]:
    persons = [{"id_number": APPLICANT, "kind": kind, "records": list(rows)}]
    return {"question_id": a_question(name).question_id, "kind": kind, "persons": persons, **more}


def read(answer: dict[str, Any] | bytes, name: str = "tax") -> Read:
    body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
    return read_answer(body, a_question(name), DEPARTMENTS[name])


def test_an_answer_within_its_contract_is_kept_as_it_was_said() -> None:
    said = read(an_answer({"income_recorded": True, "division": "150303"}, note="seen"))
    [person] = said.answer.persons
    assert (said.garbage, said.surplus, said.answer.kind, said.answer.note) == (False, 0, "found", "seen")
    assert person.records == ({"income_recorded": True, "division": "150303"},)


def test_an_area_is_kept_exactly_as_written_not_as_a_binary_number() -> None:
    body = json.dumps(an_answer({"building_area_m2": 0}, name="real-estate")).replace(": 0}", ": 72.40}").encode()
    [person] = read(body, "real-estate").answer.persons
    assert person.records == ({"building_area_m2": "72.40"},)


DEEP = 100_000
GARBAGE: dict[str, tuple[bytes | dict[str, Any], str]] = {
    "nothing": (b"", "the answer is not JSON"),
    "not JSON": (f"<html>{CANARY}</html>".encode(), "the answer is not JSON"),
    "half of an answer": (json.dumps(an_answer({"division": CANARY})).encode()[:-4], "the answer is not JSON"),
    "bad UTF-8": (b'{"note": "\xff\xfe"}', "the answer is not UTF-8"),
    "UTF-16": (json.dumps(an_answer()).encode("utf-16"), "the answer is not UTF-8"),
    "a list": (b"[]", "the answer is no object"),
    "a word": (b'"found"', "the answer is no object"),
    "null": (b"null", "the answer is no object"),
    "deep lists": (b"[" * DEEP + b"]" * DEEP, "the answer is nested too deeply"),
    "deep objects": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "the answer is nested too deeply"),
    "deep and never closed": (b"[" * DEEP, "the answer is nested too deeply"),
    "NaN": (b'{"kind": NaN}', "NaN is no number of JSON"),
    "infinity": (b'{"kind": -Infinity}', "-Infinity is no number of JSON"),
    "a number of ten thousand digits": (b'{"kind": ' + b"9" * 10_000 + b"}", "the answer is not JSON"),
    "no kind": ({"question_id": a_question().question_id}, "does not fit its contract at kind (missing)"),
    "an unknown kind": (an_answer(kind=CANARY), "does not fit its contract at kind (literal_error)"),
    "persons no list": (an_answer() | {"persons": "all"}, "persons is no list"),
    "a person no object": (an_answer() | {"persons": [CANARY]}, "a person is no object"),
    "rows no list": (
        an_answer() | {"persons": [{"id_number": APPLICANT, "kind": "found", "records": {CANARY: 1}}]},
        "at persons/0/records (tuple_type)",
    ),
    "too many rows": (an_answer(*[{"division": "150303"}] * 201), "at persons/0/records (too_long)"),
    "a wrong ID number": (
        an_answer() | {"persons": [{"id_number": "15030319880101001", "kind": "found"}]},
        "at persons/0/id_number (value_error)",
    ),
    "a row that does not fit": (an_answer({"income_recorded": CANARY}), "a row does not fit its contract"),
    "half a character": (
        json.dumps(an_answer({"division": "?"})).replace("?", "\\ud800").encode(),
        "fit its contract",
    ),
    "an endless note": (an_answer(note=CANARY * 100), "at note (string_too_long)"),
    "another question's": (an_answer() | {"question_id": "Q" * 26}, "the answer is to another question"),
    "deferred for ever": (an_answer(kind="deferred"), "a deferred answer must promise an instant (promised_at)"),
    "deferred to a wall clock without a zone": (
        an_answer(kind="deferred", promised_at="2026-11-24T10:00:00"),
        "at promised_at (timezone_aware)",
    ),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage_cannot_determine_anything_and_says_why_without_what_it_said(what: str) -> None:
    body, reason = GARBAGE[what]
    said = read(body)
    assert said.garbage
    assert said.answer.kind == "cannot_determine"
    assert [(it.id_number, it.kind, it.records) for it in said.answer.persons] == [(APPLICANT, "cannot_determine", ())]
    assert said.answer.note is not None
    assert said.answer.note.startswith("not an answer: ")
    assert reason in said.answer.note
    assert CANARY not in said.answer.model_dump_json()


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_reading_fail(body: bytes) -> None:
    assert read(body).garbage


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(DEPARTMENTS)), st.dictionaries(st.text(max_size=9), ANYTHING, max_size=4), ANYTHING)
def test_whatever_stands_in_a_row_is_kept_within_the_contract_or_is_no_answer(
    name: str, beyond: dict[str, Any], value: Any
) -> None:
    fields = [info.alias or field for field, info in DEPARTMENTS[name].record.model_fields.items()]
    row = beyond | {random.Random(str(value)).choice(fields): value}
    said = read(json.dumps(an_answer(row, name=name)).encode(), name)
    kept = [row for person in said.answer.persons for row in person.records]
    assert said.garbage or all(row.keys() <= set(fields) for row in kept)
    said.answer.model_dump_json()


def test_reading_the_largest_answer_takes_a_bounded_amount_of_memory() -> None:
    row = {"note": "x" * 1000}
    body = json.dumps(an_answer(*[row] * 200)).encode()
    nested = b'{"persons": [' + b"[]," * (MAX_ANSWER_BYTES // 3 - 10) + b"[]]}"
    tracemalloc.start()
    read(body)
    read(nested)
    read(b"9" * MAX_ANSWER_BYTES)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 40 * MAX_ANSWER_BYTES


@pytest.mark.parametrize(
    ("answer", "surplus"),
    [
        (an_answer({"division": "150303", "income": "8000", "employer": CANARY}), 2),
        (an_answer({"division": "150303"}, internal=CANARY, clerk=CANARY), 2),
        (
            an_answer() | {"persons": [{"id_number": APPLICANT, "kind": "found", "phone": CANARY, "records": []}]},
            1,
        ),
        (
            an_answer()
            | {
                "persons": [
                    {"id_number": APPLICANT, "kind": "found", "records": []},
                    {"id_number": OUTSIDER, "kind": "found", "records": [{"division": "150303"}]},
                ]
            },
            1,
        ),
        (an_answer() | {"persons": [{"id_number": APPLICANT, "kind": "found"}] * 2}, 1),
    ],
    ids=["fields of a row", "fields of the answer", "fields of a person", "nobody we asked about", "one person twice"],
)
def test_what_is_beyond_the_contract_is_dropped_before_anything_is_stored_and_counted(
    answer: dict[str, Any], surplus: int
) -> None:
    said = read(answer)
    text = said.answer.model_dump_json()
    assert (said.garbage, said.surplus) == (False, surplus)
    assert CANARY not in text
    assert OUTSIDER not in text


@pytest.mark.parametrize(
    ("name", "row", "kept", "surplus"),
    [
        ("real-estate", {"division": "150302", "unit_code": "U1"}, {"division": "150302", "unit_code": "U1"}, 0),
        ("real-estate", {"division": "150221", "unit_code": "U1"}, None, 1),
        ("real-estate", {"division": "150303", "owner_id_number": OUTSIDER}, {"division": "150303"}, 1),
        ("housing", {"register": "net_signed", "buyer_id_number": OUTSIDER}, None, 1),
        (
            "housing",
            {"register": "net_signed", "buyer_id_number": APPLICANT.lower(), "price": "1"},
            {"register": "net_signed", "buyer_id_number": APPLICANT},
            1,
        ),
    ],
)
def test_rows_beyond_the_question_are_dropped_and_outsiders_lose_their_number(
    name: str, row: dict[str, Any], kept: dict[str, Any] | None, surplus: int
) -> None:
    said = read(an_answer(row, name=name), name)
    [person] = said.answer.persons
    assert (person.records, said.surplus) == (() if kept is None else (kept,), surplus)
