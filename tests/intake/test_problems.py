"""Bad bodies of every kind: the place of each fault, what to do, and never a word of what was sent."""

import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.problems import INVALID_BODY, KINDS, MISSING_IDEMPOTENCY_KEY, UNAVAILABLE
from intake.read_bodies import DEEPEST, MORE, MOST_FAULTS, faults_from, read_form, read_supplement
from pydantic import ValidationError

from contracts.application import ApplicationForm, Supplement
from contracts.faults import fault

TODAY = date(2026, 11, 2)
GOOD: dict[str, Any] = {
    "project": "HN-2026-01",
    "channel": "kiosk-03",
    "applicant": {
        "name": "王建国",
        "id_number": "15030319880312001X",
        "phone": "13800000000",
        "marital_status": "married",
        "hukou_division": "150303",
    },
    "members": [{"name": "刘芳", "id_number": "150303199007220022", "relation": "spouse"}],
    "residence": {"division": "150303", "township": "150303103", "address": "公乌素镇"},
    "declared_housing": [{"where": "鄂尔多斯", "area": 60.5}],
    "documents": ["application_form"],
    "consents": [{"id_number": "15030319880312001X", "given": True, "text_version": "2025-1"}],
}


def changed(place: str, value: object) -> bytes:
    """The good body with another value at one place."""
    form = deepcopy(GOOD)
    *way, last = place.strip("/").split("/")
    inside: Any = form
    for step in way:
        inside = inside[int(step)] if isinstance(inside, list) else inside[step]
    if isinstance(inside, list):
        inside[int(last)] = value
    else:
        inside[last] = value
    return json.dumps(form).encode()


def faults(body: bytes) -> list[tuple[str, str]]:
    """Pointer and sentence of everything wrong with a form."""
    result = read_form(body, TODAY)
    assert isinstance(result, tuple)
    return [(found.pointer, found.detail) for found in result]


def test_a_good_body_is_a_form_and_a_small_x_becomes_a_capital() -> None:
    form = read_form(changed("/applicant/id_number", "15030319880312001x"), TODAY)

    assert isinstance(form, ApplicationForm)
    assert form.applicant.id_number == "15030319880312001X"
    assert form.declared_housing == ({"where": "鄂尔多斯", "area": 60.5},)


@pytest.mark.parametrize(
    ("pointer", "value", "told"),
    [
        ("/applicant/id_number", "150303198803120011", "the check digit does not fit"),
        ("/applicant/id_number", "1503031988031200", "an ID number has 18 characters"),
        ("/applicant/id_number", "00030319880312001X", "no province's code"),
        ("/applicant/id_number", "15030319880231001X", "no date of birth"),
        ("/applicant/id_number", 150303198803120011, "write text in quotation marks"),
        ("/applicant/phone", "0473-1234567", "write a mobile number: 11 digits"),
        ("/applicant/marital_status", "verheiratet", "write one of: single, married, widowed, divorced"),
        ("/applicant/hukou_division", "Haibowan", "six digits"),
        ("/applicant/name", "\u3164", "characters that can be seen"),
        ("/applicant/name", "王\u200b雨", "in one line, in characters that can be seen"),
        ("/applicant/name", "", "write at least 1 character"),
        ("/applicant/name", "囍" * 61, "write at most 60 characters"),
        ("/applicant/income", 77777, "unknown field; remove it or check its spelling"),
        ("/members/0/relation", "Ehefrau!", "write spouse or child"),
        ("/members/0", "nobody-here", "write an object in curly brackets"),
        ("/members", "nobody-here", "write a list in square brackets"),
        ("/documents", ["commitment"] * 41, "write at most 40 items"),
        ("/residence/division", "77777", "six digits"),
        ("/residence/township", "77777777", "nine digits"),
        ("/residence", None, "write an object in curly brackets"),
        ("/documents/0", "Antrag 7", "such as application_form"),
        ("/documents/0", 77777, "write text in quotation marks"),
        ("/consents/0/given", "jawohl", "write true or false"),
        ("/consents/0/given", 1, "write true or false"),
        ("/consents/0/text_version", "v 2025", "letters, digits and . _ - only"),
        ("/project", "海南一号", "such as HN-2026-01"),
        ("/channel", "kiosk 03!", "such as kiosk-03"),
        ("/declared_housing/0", "eine Wohnung", "write an object in curly brackets"),
    ],
)
def test_a_wrong_value_is_told_by_place_and_remedy_and_is_not_repeated(pointer: str, value: object, told: str) -> None:
    found = faults(changed(pointer, value))

    assert len(found) == 1
    assert found[0][0] == pointer
    assert told in found[0][1]
    if isinstance(value, str) and value:
        assert value.strip() not in found[0][1]
    if isinstance(value, int) and value > 1:
        assert str(value) not in found[0][1]


@pytest.mark.parametrize(
    "place",
    [
        "/project",
        "/channel",
        "/applicant",
        "/members",
        "/residence",
        "/documents",
        "/consents",
        "/applicant/name",
        "/applicant/id_number",
        "/applicant/phone",
        "/applicant/marital_status",
        "/members/0/relation",
        "/residence/address",
        "/consents/0/given",
    ],
)
def test_a_missing_field_is_told_at_its_own_place(place: str) -> None:
    form = deepcopy(GOOD)
    *way, last = place.strip("/").split("/")
    inside: Any = form
    for step in way:
        inside = inside[int(step)] if isinstance(inside, list) else inside[step]
    del inside[last]

    assert faults(json.dumps(form).encode()) == [(place, "add this field")]


def test_every_fault_is_told_at_once_those_between_fields_too() -> None:
    form = deepcopy(GOOD)
    form["applicant"]["phone"] = "none"
    form["members"] = [
        {"name": "刘芳", "id_number": "150303199007220022", "relation": "spouse"},
        {"name": "刘芳", "id_number": "150303199007220022", "relation": "spouse"},
        {"name": "未来", "id_number": "150303202701010011", "relation": "child"},
        {"name": "无名", "id_number": "unreadable", "relation": "child"},
        {"name": "无名", "id_number": "unreadable", "relation": "child"},
    ]
    del form["residence"]

    assert [pointer for pointer, _ in faults(json.dumps(form).encode())] == [
        "/applicant/phone",
        "/members/3/id_number",
        "/members/4/id_number",
        "/residence",
        "/members/1/id_number",
        "/members/2/id_number",
        "/members/1/relation",
    ]


def test_a_person_entered_twice_is_told_with_a_small_x_too() -> None:
    [(pointer, told)] = faults(changed("/members/0/id_number", "15030319880312001x"))

    assert pointer == "/members/0/id_number"
    assert "enter each person once" in told


def test_somebody_born_tomorrow_is_a_fault_and_born_today_is_not() -> None:
    tomorrow, today = "150303202611030019", "150303202611020013"

    [(pointer, told)] = faults(changed("/members/0/id_number", tomorrow))

    assert (pointer, told) == ("/members/0/id_number", "the date of birth is in the future; check it")
    assert isinstance(read_form(changed("/members/0/id_number", today), TODAY), ApplicationForm)


# --- what is no form at all ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b"", "not well-formed JSON at line 1 column 0", id="empty"),
        pytest.param(b'{"project": "HN', "not well-formed JSON at line 1 column 15", id="cut off"),
        pytest.param(b'{"project": 1,}', "not well-formed JSON at line 1 column 15", id="a comma too many"),
        pytest.param(b'{\n"project" 1}', "not well-formed JSON at line 2 column 11", id="a colon too few"),
        pytest.param(b"{} {}", "not well-formed JSON at line 1 column 4", id="two objects"),
        pytest.param('{"name": "王"}'.encode("gbk"), "not UTF-8 at byte 11", id="GBK"),
        pytest.param('{"project": 1}'.encode("utf-16"), "not UTF-8 at byte 1", id="UTF-16"),
        pytest.param(b'{"name": "\\ud800"}', "not well-formed JSON at line 1", id="half a surrogate pair"),
        pytest.param(b'{"name": "\xed\xa0\x80"}', "not UTF-8 at byte 11", id="a surrogate in UTF-8"),
        pytest.param(b"[" * 100_000, "at most 20 levels", id="a hundred thousand lists"),
        pytest.param(b'{"a":' * 100_000, "at most 20 levels", id="a hundred thousand objects"),
        pytest.param(b"[]", "write an object in curly brackets", id="a list"),
        pytest.param(b"null", "write an object in curly brackets", id="null"),
        pytest.param(b'"form"', "write an object in curly brackets", id="a text"),
    ],
)
def test_what_is_no_form_is_told_with_its_position(body: bytes, told: str) -> None:
    for result in (read_form(body, TODAY), read_supplement(body)):
        assert isinstance(result, tuple)
        [only] = result
        assert only.pointer == ""
        assert told in only.detail


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400"])
def test_a_number_that_is_none_is_refused_even_where_anything_goes(number: str) -> None:
    body = changed("/declared_housing/0/area", "HERE").replace(b'"HERE"', number.encode())

    assert faults(body) == [("/declared_housing/0/area", "this is no number that can be kept; correct it")]


def test_a_key_written_twice_is_refused_wherever_it_stands() -> None:
    body = json.dumps(GOOD).encode()
    twice = body.replace(b'"phone":', b'"phone": "13900000000", "phone":').replace(
        b'"area":', b'"area": {"b": 1, "b": 2}, "area":'
    )

    assert [pointer for pointer, _ in faults(twice)] == [
        "/applicant/phone",
        "/declared_housing/0/area",
        "/declared_housing/0/area/b",
    ]
    assert read_supplement(b'{"documents": ["commitment"], "documents": ["consent"]}') == (
        fault("/documents", "field-twice"),
    )


def test_nesting_is_taken_to_the_twentieth_level_and_no_deeper() -> None:
    def with_levels(levels: int) -> bytes:
        inside = levels - 3  # the form, declared_housing and its first entry
        return changed("/declared_housing/0/x", "HERE").replace(b'"HERE"', b"[" * inside + b"]" * inside)

    assert isinstance(read_form(with_levels(DEEPEST), TODAY), ApplicationForm)
    [(pointer, told)] = faults(with_levels(DEEPEST + 1))
    assert pointer == "/declared_housing/0/x" + "/0" * 17
    assert "at most 20 levels" in told


def test_a_pointer_escapes_tilde_and_slash() -> None:
    assert faults(changed("/residence/PLACE", 1).replace(b"PLACE", b"a/b~c")) == [
        ("/residence/a~1b~0c", "unknown field; remove it or check its spelling")
    ]


@pytest.mark.parametrize("key", ["王建国", "15030319880312001X", "x" * 65, "tel 13800000000", ""])
def test_a_key_that_may_be_a_persons_is_told_by_the_place_around_it(key: str) -> None:
    form = deepcopy(GOOD)
    form["applicant"][key] = 1

    assert faults(json.dumps(form).encode()) == [("/applicant", "unknown field; remove it or check its spelling")]


def test_several_unspeakable_keys_in_one_place_are_one_fault() -> None:
    form = deepcopy(GOOD)
    form["applicant"] |= {"王建国": 1, "刘芳": 2}

    assert [pointer for pointer, _ in faults(json.dumps(form).encode())] == ["/applicant"]


def test_a_whole_number_is_taken_up_to_the_length_it_can_be_read_again() -> None:
    longest = changed("/declared_housing/0/area", 7).replace(b'"area": 7', b'"area": ' + b"7" * 4300)
    too_long = changed("/declared_housing/0/area", 7).replace(b'"area": 7', b'"area": ' + b"7" * 4301)

    form = read_form(longest, TODAY)
    assert isinstance(form, ApplicationForm)
    assert ApplicationForm.model_validate_json(form.model_dump_json()) == form
    [(pointer, told)] = faults(too_long)
    assert pointer == ""
    assert "not well-formed JSON" in told


def test_a_body_of_nonsense_gets_a_short_answer() -> None:
    result = read_form(json.dumps({f"k{n}": n for n in range(5000)}).encode(), TODAY)

    assert isinstance(result, tuple)
    assert len(result) == MOST_FAULTS + 1
    assert result[-1] == MORE


def test_many_members_cost_no_more_than_the_twenty_there_may_be() -> None:
    body = changed("/members", [{"name": "刘芳", "id_number": "150303199007220022", "relation": "child"}] * 5000)

    places = [pointer for pointer, _ in faults(body)]

    assert places == ["/members", *(f"/members/{n}/id_number" for n in range(1, 20))]


# --- supplements ---------------------------------------------------------------------------------------------


def test_a_supplement_is_read_and_an_empty_one_is_not() -> None:
    assert read_supplement(b'{"documents": ["commitment"]}') == Supplement(documents=("commitment",))
    assert read_supplement(b"{}") == (fault("", "supplement-empty"),)


def test_a_supplement_brings_no_new_people() -> None:
    body = b'{"documents": ["commitment"], "members": [], "consents": [{"id_number": "1", "given": true}]}'

    result = read_supplement(body)

    assert isinstance(result, tuple)
    assert {(found.pointer, found.detail) for found in result} == {
        ("/members", "unknown field; remove it or check its spelling"),
        ("/consents/0/text_version", "add this field"),
        ("/consents/0/id_number", "an ID number has 18 characters; type all of them, without spaces"),
    }


# --- whatever comes ------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([*GOOD, "id_number"]), inner),
    max_leaves=20,
)


def check(result: object) -> None:
    """Either a form that can be written and read again, or at least one fault that can be written."""
    if isinstance(result, tuple):
        assert result
        INVALID_BODY.problem(errors=result).body()
    elif isinstance(result, ApplicationForm):
        assert ApplicationForm.model_validate_json(result.model_dump_json()) == result
    else:
        assert isinstance(result, Supplement)


@given(st.binary())
def test_arbitrary_bytes_never_raise(body: bytes) -> None:
    check(read_form(body, TODAY))
    check(read_supplement(body))


@given(JSON)
def test_arbitrary_json_never_raises(value: object) -> None:
    body = json.dumps(value).encode()

    check(read_form(body, TODAY))
    check(read_supplement(body))


PLACES = [
    *(f"/{key}" for key in GOOD),
    *(f"/applicant/{key}" for key in GOOD["applicant"]),
    *(f"/members/0/{key}" for key in GOOD["members"][0]),
    *(f"/residence/{key}" for key in GOOD["residence"]),
    *(f"/consents/0/{key}" for key in GOOD["consents"][0]),
    "/declared_housing/0",
    "/declared_housing/0/area",
    "/documents/0",
]


@given(st.sampled_from(PLACES), JSON)
def test_arbitrary_json_within_a_good_form_never_raises(place: str, value: object) -> None:
    check(read_form(changed(place, value), TODAY))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "canary", ["CANARY 金丝雀", ["CANARY 金丝雀"], {"id_number": "CANARY 金丝雀"}], ids=["text", "list", "object"]
)
def test_no_value_is_echoed_from_any_place(place: str, canary: object) -> None:
    result = read_form(changed(place, canary), TODAY)

    if isinstance(result, tuple):  # a few places take any text, such as a name or an address
        said = INVALID_BODY.problem(errors=result).body().decode()
        assert "CANARY" not in said
        assert "金丝雀" not in said


def test_an_error_of_a_type_nobody_has_thought_of_is_told_without_its_message() -> None:
    with pytest.raises(ValidationError) as failure:
        ApplicationForm.model_validate(object())
    [error] = failure.value.errors(include_input=False, include_url=False, include_context=False)
    unheard_of = error | {"type": "unheard_of", "msg": "input was CANARY", "loc": ("applicant",)}

    assert faults_from([unheard_of]) == (fault("/applicant", "unexpected"),)


# --- problems as they are answered ---------------------------------------------------------------------------


def test_a_problem_is_an_rfc_9457_body_with_its_faults() -> None:
    problem = INVALID_BODY.problem(errors=[fault("/a~1b", "missing")])

    assert json.loads(problem.body()) == {
        "type": "/problems/invalid-body",
        "title": "The form cannot be taken",
        "status": 422,
        "detail": "Correct every place listed and send it again; no case was opened.",
        "detail_zh": "请更正所列各处后重新提交；尚未受理，没有产生申请。",
        "errors": [
            {"pointer": "/a~1b", "code": "missing", "detail": "add this field", "detail_zh": "请补上该项"},
        ],
    }


def test_a_missing_key_is_told_by_the_name_of_the_header() -> None:
    problem = MISSING_IDEMPOTENCY_KEY.problem()

    assert problem.status == 422
    assert "Idempotency-Key" in problem.errors[0].detail


def test_an_unavailable_service_says_when_to_come_back_in_the_header_only() -> None:
    problem = UNAVAILABLE.problem(retry_after=3)

    assert (problem.status, problem.retry_after) == (503, 3)
    assert UNAVAILABLE.problem().retry_after == 10
    assert "retry_after" not in json.loads(problem.body())


def test_the_table_of_problems_is_what_the_design_promises() -> None:
    assert {kind.name: kind.status for kind in KINDS} == {
        "invalid-body": 422,
        "missing-idempotency-key": 422,
        "key-reused": 409,
        "wrong-state": 409,
        "no-receipt": 401,
        "unknown-application": 404,
        "too-many-tries": 429,
        "too-large": 413,
        "too-slow": 408,
        "unsupported-media-type": 415,
        "unavailable": 503,
    }


def test_a_form_saved_with_a_byte_order_mark_is_read_like_any_other() -> None:
    assert read_form(b"\xef\xbb\xbf{}", TODAY) == read_form(b"{}", TODAY)
