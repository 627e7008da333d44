"""An answer as it may be stored: the contract's rows and fields; or a fault of the department (faults, 8)."""

import json
import random
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.values import FamilyMember
from contracts.inquiries import MAX_ANSWER_BYTES, Question
from contracts.local_time import SHANGHAI
from inquiry.parse_answer import DEEPEST, LONGEST_PROMISE, NoAnswer, Read, cannot_determine, read_answer
from inquiry.questions import question_for
from procedures.department import Department
from procedures.hainan_2025.departments import DEPARTMENTS as ALL_DEPARTMENTS
from tests.support.families import an_id_number

DEPARTMENTS: dict[str, Department] = {it.name: it for it in ALL_DEPARTMENTS}
APPLICANT, OUTSIDER = an_id_number(1988), an_id_number(1955)
CANARY = "张三丰"
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def a_question(name: str = "tax") -> Question:
    family = (FamilyMember(id_number=APPLICANT, name="王建国", role="applicant"),)
    return question_for(DEPARTMENTS[name], b"q" * 32, "A", 1, family, NOW, NOW + timedelta(days=7))


def an_answer(*rows: dict[str, Any], name: str = "tax", kind: str = "found", **more: Any) -> dict[str, Any]:
    persons = [{"id_number": APPLICANT, "kind": kind, "records": list(rows)}]
    return {"question_id": a_question(name).question_id, "kind": kind, "persons": persons, **more}


def read(answer: dict[str, Any] | bytes, name: str = "tax") -> Read:
    body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
    return read_answer(body, a_question(name), DEPARTMENTS[name], NOW)


def read_or_not(answer: dict[str, Any] | bytes, name: str = "tax") -> Read | None:
    try:
        return read(answer, name)
    except NoAnswer:
        return None


def test_an_answer_within_its_contract_is_kept_as_it_was_said() -> None:
    said = read(an_answer({"income_recorded": True, "division": "150303"}, note="seen"))
    [person] = said.answer.persons
    assert (said.surplus, said.contradictions, said.answer.kind, said.answer.note) == (0, (), "found", "seen")
    assert person.records == ({"income_recorded": True, "division": "150303"},)


def test_an_area_is_kept_exactly_as_written_not_as_a_binary_number() -> None:
    body = json.dumps(an_answer({"building_area_m2": 0}, name="real-estate")).replace(": 0}", ": 72.40}").encode()
    [person] = read(body, "real-estate").answer.persons
    assert person.records == ({"building_area_m2": "72.40"},)


DEEP = 100_000
GARBAGE: dict[str, tuple[bytes | dict[str, Any], str]] = {
    "nothing": (b"", "it is not JSON"),
    "not JSON": (f"<html>{CANARY}</html>".encode(), "it is not JSON"),
    "half of an answer": (json.dumps(an_answer({"division": CANARY})).encode()[:-4], "it is not JSON"),
    "bad UTF-8": (b'{"note": "\xff\xfe"}', "it is not UTF-8"),
    "UTF-16": (json.dumps(an_answer()).encode("utf-16"), "it is not UTF-8"),
    "a list": (b"[]", "it is no object"),
    "a word": (b'"found"', "it is no object"),
    "null": (b"null", "it is no object"),
    "deep lists": (b"[" * DEEP + b"]" * DEEP, "it is nested too deeply"),
    "deep objects": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "it is nested too deeply"),
    "deep and never closed": (b"[" * DEEP, "it is nested too deeply"),
    "NaN": (b'{"kind": NaN}', "NaN is no number of JSON"),
    "infinity": (b'{"kind": -Infinity}', "-Infinity is no number of JSON"),
    "a number of ten thousand digits": (b'{"kind": ' + b"9" * 10_000 + b"}", "it is not JSON"),
    "a number beyond all numbers": (b'{"kind": 1e9999999999999999999}', "a number is larger than any"),
    "a key twice": (b'{"kind": "found", "kind": "none"}', "a name stands twice in one object"),
    "a key twice in a row": (
        json.dumps(an_answer({"division": "150303"})).replace('"division"', '"division": "1", "division"').encode(),
        "a name stands twice in one object",
    ),
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
    "rows under another name": (
        an_answer() | {"persons": [{"id_number": APPLICANT, "kind": "found", "rows": [{"division": CANARY}]}]},
        "the rows stand under another name than records",
    ),
    "no rows, and others under another name": (
        an_answer()
        | {"persons": [{"id_number": APPLICANT, "kind": "found", "records": [], "rows": [{"division": CANARY}]}]},
        "the rows stand under another name than records",
    ),
    "persons under another name": (
        {"question_id": a_question().question_id, "kind": "found", "people": [CANARY]},
        "persons stand under another name",
    ),
    "a row under other names": (an_answer({"Division": CANARY}), "a row has no field of its contract"),
    "persons null": (an_answer() | {"persons": None}, "persons is no list"),
    "rows null": (
        an_answer() | {"persons": [{"id_number": APPLICANT, "kind": "found", "records": None}]},
        "at persons/0/records (tuple_type)",
    ),
    "a padded kind": (an_answer(kind="found "), "at kind (literal_error)"),
    "another question's": (an_answer() | {"question_id": "Q" * 26}, "it is to another question"),
    "deferred for ever": (an_answer(kind="deferred"), "a deferred answer must promise an instant (promised_at)"),
    "deferred to a wall clock without a zone": (
        an_answer(kind="deferred", promised_at="2026-11-24T10:00:00"),
        "at promised_at (timezone_aware)",
    ),
    "deferred to a number": (an_answer(kind="deferred", promised_at=1795492800), "promised_at is no instant"),
    "deferred to a number as text": (
        an_answer(kind="deferred", promised_at="1795492800"),
        "promised_at is no instant",
    ),
    **{
        f"deferred to {promised}": (an_answer(kind="deferred", promised_at=promised), "not within 30 days")
        for promised in (
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-12:00",
            "0001-01-01T00:00:00+14:00",
            (NOW + LONGEST_PROMISE + timedelta(seconds=1)).isoformat(),
            "1970-01-01T00:00:00Z",
            "2000-12-31T23:59:59+08:00",
        )
    },
}


@pytest.mark.parametrize("what", GARBAGE)
def test_what_is_no_answer_is_a_fault_of_the_department_and_repeats_nothing_of_it(what: str) -> None:
    body, reason = GARBAGE[what]
    with pytest.raises(NoAnswer) as none:
        read(body)
    assert reason in str(none.value)
    assert CANARY not in str(none.value)


@given(st.binary(max_size=300))
def test_no_bytes_at_all_are_an_answer_by_chance(body: bytes) -> None:
    assert read_or_not(body) is None


def test_a_promise_within_thirty_days_is_one() -> None:
    for promised in (NOW + LONGEST_PROMISE, datetime(2001, 1, 1, tzinfo=SHANGHAI)):
        said = read({"question_id": a_question().question_id, "kind": "deferred", "promised_at": promised.isoformat()})
        assert said.answer.promised_at == promised


def test_a_promise_is_counted_from_the_day_it_is_made_and_without_one_from_the_question() -> None:
    question, later = a_question(), NOW + timedelta(days=5)
    promised = (later + LONGEST_PROMISE).isoformat()
    body = json.dumps({"question_id": question.question_id, "kind": "deferred", "promised_at": promised}).encode()
    assert read_answer(body, question, DEPARTMENTS["tax"], later).answer.kind == "deferred"
    with pytest.raises(NoAnswer, match="not within 30 days"):
        read_answer(body, question, DEPARTMENTS["tax"])


def test_why_it_contradicts_itself_is_cut_like_any_note_and_nothing_of_it_is_counted_as_dropped() -> None:
    numbers = [an_id_number(2000 + n) for n in range(9)]
    family = tuple(FamilyMember(id_number=number, name="王建国", role="applicant") for number in numbers)
    question = question_for(DEPARTMENTS["tax"], b"q" * 32, "A", 1, family, NOW, NOW + timedelta(days=7))
    persons = [{"id_number": person.id_number, "kind": "found", "records": []} for person in question.persons]
    answer = {"question_id": question.question_id, "kind": "found", "persons": persons}
    said = read_answer(json.dumps(answer).encode(), question, DEPARTMENTS["tax"], NOW)
    expected = "it contradicts itself: " + "; ".join(["found, and no row says what"] * len(persons))
    assert len(persons) == len(numbers)
    assert (said.answer.note, said.surplus) == (expected[:200], 0)


def test_a_byte_order_mark_before_an_answer_is_skipped() -> None:
    body = b"\xef\xbb\xbf" + json.dumps(an_answer({"income_recorded": True})).encode()
    assert read(body) == read(body[3:])


def test_a_note_decides_nothing_so_one_that_is_too_long_is_cut_and_one_that_is_no_text_is_not_kept() -> None:
    row = {"income_recorded": True}
    assert read(an_answer(row, note=CANARY * 100)).answer.note == (CANARY * 100)[:200]
    assert read(an_answer(row, note=7, answered_by=["x"])).answer.note is None
    assert read(an_answer(row, answered_by=CANARY * 100)).answer.answered_by == (CANARY * 100)[:60]


def test_an_answer_is_nested_as_deeply_as_it_may_be_and_no_deeper() -> None:
    def nested(depth: int) -> bytes:
        answer = an_answer({"income_recorded": True}) | {"beyond": json.loads("[" * (depth - 1) + "]" * (depth - 1))}
        return json.dumps(answer).encode()

    assert read(nested(DEEPEST)).surplus == 1
    with pytest.raises(NoAnswer, match="nested too deeply"):
        read(nested(DEEPEST + 1))
    assert DEEPEST == 12


def test_an_answer_that_may_not_be_kept_stands_in_the_log_as_its_reason() -> None:
    question = a_question()
    said = cannot_determine(question, "x" * 201)
    assert (said.surplus, said.contradictions, cannot_determine(question, "x", 3).surplus) == (0, (), 3)
    assert (said.answer.question_id, said.answer.note) == (question.question_id, "x" * 200)
    assert [(it.id_number, it.kind, it.records) for it in said.answer.persons] == [(APPLICANT, "cannot_determine", ())]


def test_an_old_number_of_fifteen_digits_is_the_same_persons() -> None:
    old = APPLICANT[:6] + APPLICANT[8:17]
    answer = json.loads(json.dumps(an_answer({"income_recorded": True})).replace(APPLICANT, old))
    assert read(answer) == read(an_answer({"income_recorded": True}))


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
    said = read_or_not(json.dumps(an_answer(row, name=name)).encode(), name)
    if said is not None:
        kept = [row for person in said.answer.persons for row in person.records]
        assert all(row.keys() <= {*fields, "not_understood"} for row in kept)
        said.answer.model_dump_json()


def test_reading_the_largest_answer_takes_a_bounded_amount_of_memory() -> None:
    row = {"note": "x" * 1000}
    body = json.dumps(an_answer(*[row] * 200)).encode()
    nested = b'{"persons": [' + b"[]," * (MAX_ANSWER_BYTES // 3 - 10) + b"[]]}"
    tracemalloc.start()
    for much in (body, nested, b"9" * MAX_ANSWER_BYTES, b"[" + b"9.5," * (MAX_ANSWER_BYTES // 9) + b"9]"):
        read_or_not(much)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 40 * MAX_ANSWER_BYTES


@pytest.mark.parametrize(
    ("answer", "surplus"),
    [
        (an_answer({"division": "150303", "income": "8000", "employer": CANARY}), 2),
        (an_answer({"division": "150303"}, internal=CANARY, clerk=CANARY), 2),
        (
            an_answer(kind="none")
            | {"persons": [{"id_number": APPLICANT, "kind": "none", "phone": CANARY, "records": []}]},
            1,
        ),
        (
            an_answer()
            | {
                "persons": [
                    {"id_number": APPLICANT, "kind": "found", "records": [{"division": "150303"}]},
                    {"id_number": OUTSIDER, "kind": "found", "records": [{"division": "150303"}]},
                ]
            },
            1,
        ),
    ],
    ids=["fields of a row", "fields of the answer", "fields of a person", "nobody we asked about"],
)
def test_what_is_beyond_the_contract_is_dropped_before_anything_is_stored_and_counted(
    answer: dict[str, Any], surplus: int
) -> None:
    said = read(answer)
    text = said.answer.model_dump_json()
    assert said.surplus == surplus
    assert CANARY not in text
    assert OUTSIDER not in text


@pytest.mark.parametrize(
    ("name", "row", "kept", "surplus"),
    [
        ("real-estate", {"division": "150302", "unit_code": "U1"}, {"division": "150302", "unit_code": "U1"}, 0),
        ("real-estate", {"division": "150221", "unit_code": "U1"}, None, 1),
        ("real-estate", {"division": "150303", "owner_id_number": OUTSIDER}, {"division": "150303"}, 1),
        ("civil-affairs", {"marital_status": "40", "spouse_id_number": OUTSIDER}, {"marital_status": "40"}, 1),
        ("civil-affairs", {"marital_status": "30", "spouse_id_number": OUTSIDER}, {"marital_status": "30"}, 1),
        *(
            (
                "civil-affairs",
                {"marital_status": status, "spouse_id_number": OUTSIDER},
                {key: value for key, value in (("marital_status", status),) if value}
                | {"not_understood": {"spouse_id_number": "somebody, beside a marital status that has no spouse"}},
                1,
            )
            for status in ("10", "90", "")
        ),
        (
            "civil-affairs",
            {"marital_status": "20", "spouse_id_number": OUTSIDER},
            {"marital_status": "20", "spouse_id_number": OUTSIDER},
            0,
        ),
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
