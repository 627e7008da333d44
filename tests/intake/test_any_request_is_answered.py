"""Whatever is posted: an answer that the OpenAPI document knows, never a fault of ours, and no case by accident."""

import asyncio
import hmac
import json
import re
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake import receipts
from jsonschema import Draft202012Validator

from chassis.log.append_health import DISK_FULL, GAVE_UP, NOT_ACKNOWLEDGED, WRITE_ERROR
from contracts.faults import FAULTS
from contracts.numbers import application_number
from tests.intake.in_memory import JSON, NUMBER_KEY, RECEIPT_KEY, Intake
from tests.support.families import a_form

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
BODY = st.binary(max_size=400) | ANYTHING.map(lambda value: json.dumps(value).encode())
HEADER = st.binary(max_size=60).map(lambda raw: re.sub(rb"[\x00\r\n]", b"", raw))
PROBLEMS = {408, 409, 413, 415, 422}


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for step, item in inside for place in places(item, (*way, step)))]


def put(value: Any, way: tuple[Any, ...], other: Any) -> Any:
    if not way:
        return other
    changed = deepcopy(value)
    inside = changed
    for step in way[:-1]:
        inside = inside[step]
    inside[way[-1]] = other
    return changed


FORM = json.loads(a_form().model_dump_json(exclude_none=True))


@settings(max_examples=150, deadline=None)
@given(BODY)
def test_a_body_of_anything_is_a_problem_and_opens_nothing(body: bytes) -> None:
    intake = Intake()
    assert intake.post(body).status_code == 422
    assert intake.memory.cases == {}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(places(FORM)), ANYTHING)
def test_a_form_with_anything_at_one_place_is_taken_or_told_where_it_is_wrong(way: tuple[Any, ...], any_: Any) -> None:
    intake = Intake()
    reply = intake.post(json.dumps(put(FORM, way, any_)).encode())
    assert reply.status_code in (202, 422)
    assert len(intake.memory.cases) == (reply.status_code == 202)
    if reply.status_code == 202:
        assert intake.post(json.dumps(put(FORM, way, any_)).encode()).json()["receipt"] == reply.json()["receipt"]
    else:
        assert reply.json()["errors"]
        for told in reply.json()["errors"]:
            assert told["code"] in FAULTS
            assert re.search("[\u4e00-\u9fff]", told["detail_zh"])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(json.dumps(FORM))))
def test_a_form_cut_short_opens_nothing(length: int) -> None:
    intake = Intake()
    whole = json.dumps(FORM)
    assert intake.post(whole[:length].encode()).status_code == (202 if length == len(whole) else 422)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([
    b"idempotency-key", b"content-type", b"content-encoding", b"traceparent", b"authorization", b"accept", b"host",
    b"expect", b"x-forwarded-for", b"origin", b"cookie", b"range", b"if-match",
]), HEADER))  # fmt: skip
def test_headers_of_anything_are_no_fault_of_ours(headers: dict[bytes, bytes]) -> None:
    intake = Intake()
    given_ = {b"idempotency-key": b"a-key-of-its-own", **JSON, **headers}
    reply = intake.answer("post", "/v1/applications", "", json.dumps(FORM).encode(), given_)
    assert reply.status_code in {202, *PROBLEMS}
    assert len(intake.memory.cases) == (reply.status_code == 202)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["supplement", "withdrawal"]),
    st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()),
)
def test_a_supplement_or_withdrawal_of_anything_is_answered(what: str, body: bytes) -> None:
    intake = Intake()
    number = intake.post(json.dumps({**FORM, "documents": ["application_form"]}).encode()).json()["receipt"][
        "application_number"
    ]
    before = len(intake.memory.cases[number])
    reply = intake.supplement(number, body) if what == "supplement" else intake.withdraw(number, body)
    assert reply.status_code in {202, *PROBLEMS}
    assert (len(intake.memory.cases[number]) > before) == (reply.status_code == 202)
    assert "no case was opened" not in reply.text
    assert intake.answer("get", "/v1/applications/{number}", number, headers=intake.taken(number)).status_code == 200


SOME_NUMBER = application_number("somebody-elses-key", NUMBER_KEY)


@settings(max_examples=120, deadline=None)
@given(
    st.text(min_size=1, max_size=40)
    | st.text(alphabet=".*>/%$ -0O1Il\u2028\u0000", min_size=1, max_size=40)
    | st.sampled_from([f"{SOME_NUMBER}.>", f"{SOME_NUMBER}.*", f"../{SOME_NUMBER}", f">{SOME_NUMBER}", SOME_NUMBER])
)  # fmt: skip
def test_only_a_number_as_it_is_stored_is_ever_looked_for(number: str) -> None:
    intake = Intake()
    for secret in (b"Bearer x", b"Bearer " + receipts.receipt_secret(RECEIPT_KEY, number).encode()):
        path = f"/v1/applications/{quote(number, safe='')}"
        reply = intake.send("GET", path, headers={b"authorization": secret})
        assert reply.status_code in (404, 405)
        assert reply.headers["content-type"] == "application/problem+json"
    assert set(intake.memory.asked_for) <= {SOME_NUMBER}


def test_a_wrong_secret_is_compared_in_constant_time_and_told_the_same_as_an_unknown_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    intake = Intake()
    number = intake.post(json.dumps(FORM).encode()).json()["receipt"]["application_number"]
    secret = receipts.receipt_secret(RECEIPT_KEY, number)
    compared: list[bytes] = []
    in_constant_time = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return in_constant_time(one, other)

    monkeypatch.setattr(receipts.hmac, "compare_digest", compare)
    nearly = [secret[:n] + ("2" if secret[n] == "3" else "3") + secret[n + 1 :] for n in (0, 10, 19)]
    tries = [(number, wrong) for wrong in ("", "x", "é" * 20, secret[:-1], secret + "0", *nearly)]
    tries.append((SOME_NUMBER, secret))
    intake.reception.attempts.most = len(tries)
    told = set()
    for asked, typed in tries:
        header = {b"authorization": b"Bearer " + typed.encode()}
        reply = intake.answer("get", "/v1/applications/{number}", asked, headers=header)
        told.add((reply.status_code, reply.text))
    assert len(told) == 1
    assert next(iter(told))[0] == 404
    assert len(compared) == len(tries), "the unknown number is compared, too"
    assert intake.memory.asked_for == [], "nothing is read for whoever does not know the secret"


def test_a_fault_of_ours_is_a_problem_too_and_says_nothing_of_what_was_sent() -> None:
    intake = Intake()

    async def broken(*events: object) -> int:
        raise RuntimeError("王建国 15030319880312001X")

    intake.memory.open = broken  # type: ignore[method-assign, assignment]

    async def sent() -> httpx.Response:
        transport = httpx.ASGITransport(intake.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://intake") as kiosk:
            return await kiosk.post("/v1/applications", json=FORM, headers={"Idempotency-Key": "a-key-of-its-own"})

    reply = asyncio.run(sent())
    assert (reply.status_code, reply.headers["content-type"]) == (500, "application/problem+json")
    assert reply.json()["type"] == "about:blank"
    assert "王建国" not in reply.text


def test_the_document_is_served_where_it_is_promised() -> None:
    intake = Intake()
    served = intake.send("GET", "/v1/openapi.json")
    assert served.json() == intake.document
    Draft202012Validator.check_schema({"components": intake.document["components"]})
    paths = {path: set(verbs) for path, verbs in intake.document["paths"].items()}
    assert paths == {
        "/v1/applications": {"post"},
        "/v1/applications/{number}": {"get"},
        "/v1/applications/{number}/supplement": {"post"},
        "/v1/applications/{number}/withdrawal": {"post"},
        "/v1/projects": {"get"},
        "/v1/documents": {"get"},
        "/v1/consent-texts": {"get"},
    }


def post_to(intake: Intake) -> httpx.Response:
    return intake.send(
        "POST", "/v1/applications", json.dumps(FORM).encode(), {**JSON, b"idempotency-key": b"a-key-of-this-form"}
    )


@pytest.mark.parametrize("fault", [DISK_FULL, WRITE_ERROR])
def test_what_takes_a_restart_is_not_waited_for_and_is_taken_in_after_it(fault: str) -> None:
    intake = Intake()
    intake.memory.appends.fault = fault
    refused = post_to(intake)
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (503, True)
    assert not intake.memory.cases
    intake.memory.appends.stored()
    assert post_to(intake).status_code == 202


@pytest.mark.parametrize("fault", [NOT_ACKNOWLEDGED, GAVE_UP])
def test_what_may_pass_in_a_moment_is_tried(fault: str) -> None:
    intake = Intake()
    intake.memory.appends.fault = fault
    assert post_to(intake).status_code == 202
