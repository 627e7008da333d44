"""What the kit says to change fits what happened: each status, silence and absence has a sentence of its own."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from contracts.jws import ANSWER, Signer
from inquiry.attachments.config import AttachmentConfig
from inquiry.attachments.http import HttpAttachment
from lianshen.conformance.advice import ADVICE, advice_for
from lianshen.conformance.connect import DEPARTMENTS, holding_with
from lianshen.conformance.kit import Kit
from lianshen.conformance.malformed_questions import refuses, repeats_a_number
from lianshen.conformance.play import play
from lianshen.conformance.raw_transport import HttpLine, Raw
from lianshen.conformance.registers import Registers
from lianshen.conformance.results import Result
from lianshen.conformance.scenarios import SCENARIOS
from tests.support.departments import an_answer

HOW = AttachmentConfig(by="http", url="http://127.0.0.1:9/query", timeout_seconds=2)
THEIRS = Signer.from_seed(b"t" * 32)


def a_kit_over(transport: httpx.AsyncBaseTransport, how: AttachmentConfig = HOW, key: str | None = None) -> Kit:
    assert how.url is not None
    attachment = HttpAttachment(how.url, transport=transport)
    department = DEPARTMENTS["tax"]
    holding = {} if key is None else {"holding": holding_with(key)}
    return Kit(department, how, attachment, HttpLine(how), Registers(department), None, **holding)


async def first(transport: httpx.AsyncBaseTransport) -> Result:
    [result] = await play(a_kit_over(transport), SCENARIOS[:1], lambda _: None)
    return result


def saying(status: int) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, text="who knows"))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (302, "a redirect is never followed"),
        (400, "takes our question for a wrong one"),
        (401, "does not accept our bearer token"),
        (403, "knows us and still does not let us in"),
        (404, "nothing at this path"),
        (405, "takes POST"),
        (429, "too many requests"),
        (500, "failed with an error of its own"),
        (502, "gateway"),
        (418, "what it means by 418"),
    ],
)
async def test_every_status_has_advice_of_its_own(status: int, words: str) -> None:
    result = await first(saying(status))
    assert (result.word, str(status) in result.detail) == ("BAD", True)
    assert words in result.advice


async def test_slow_and_absent_are_told_apart() -> None:
    async def slowly(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(9)
        return httpx.Response(200)

    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("All connection attempts failed")

    slow, absent = await first(httpx.MockTransport(slowly)), await first(httpx.MockTransport(nobody))
    assert (slow.detail, "answer `deferred`" in slow.advice) == ("no answer in time", True)
    assert "nobody takes connections" in absent.advice


def test_on_the_bus_nobody_and_an_error_code_are_told_apart() -> None:
    assert "department.NAME.query.v1" in advice_for("nobody", "bus")
    assert "lianshen.jwk" in advice_for("403", "bus")
    assert advice_for("403", "bus") != advice_for("403", "http")
    assert advice_for("", "http") == ""


def test_no_sentence_is_given_twice() -> None:
    assert len({*ADVICE.values()}) == len(ADVICE)


# --- signed refusals -----------------------------------------------------------------------------------------------


def signed(said: dict[str, object]) -> bytes:
    return THEIRS.sign(json.dumps(said).encode(), ANSWER).encode()


def test_a_refusal_is_read_also_if_it_is_signed() -> None:
    refusal = {"question_id": "5T7JZ0Q2XM8K4V6W1N3R9HBCDE", "kind": "refused", "persons": []}
    for body in (json.dumps(refusal).encode(), json.dumps(refusal, indent=1).encode(), signed(refusal)):
        assert refuses(Raw(body, {}, 200))
    answer = {**refusal, "kind": "found", "note": '"refused"'}
    for body in (json.dumps(answer).encode(), signed(answer), b"not JSON"):
        assert not refuses(Raw(body, {}, 200))
    assert refuses(Raw(b"", {}, 403))
    assert refuses(None)


def test_a_signed_error_that_repeats_a_number_is_found_out() -> None:
    number = "11010519491231002X"
    assert repeats_a_number(Raw(signed({"error": f"who is {number}?"}), {}, 400))
    assert repeats_a_number(Raw(signed({"kind": "refused", "note": f"who is {number}?"}), {}, 200))
    assert not repeats_a_number(Raw(signed({"kind": "refused", "persons": [{"id_number": number}]}), {}, 200))


# --- signatures are demanded only where they are required ----------------------------------------------------------


async def _streamed(body: bytes) -> AsyncIterator[bytes]:
    yield body


def answering(sign: Signer | None) -> httpx.MockTransport:
    def say(request: httpx.Request) -> httpx.Response:
        question = json.loads(request.content)
        body = json.dumps(an_answer(question, "none") | ({"department": "tax", "round": 1} if sign else {})).encode()
        return httpx.Response(200, content=_streamed(sign.sign(body, ANSWER).encode() if sign else body))

    return httpx.MockTransport(say)


@pytest.mark.parametrize(
    ("policy", "signs", "word", "detail"),
    [
        ("accepted", None, "ok", "not signed, and need not be"),
        ("required", None, "BAD", "without a signature"),
        ("accepted", THEIRS, "ok", ""),
        ("accepted", Signer.from_seed(b"x" * 32), "BAD", "not registered"),
        ("none", None, "does not apply", ""),
    ],
)
async def test_a_signature_is_demanded_only_where_the_table_requires_it(
    policy: str, signs: Signer | None, word: str, detail: str
) -> None:
    how = HOW.model_copy(update={"signature": policy})
    kit = a_kit_over(answering(signs), how, THEIRS.x)
    [result] = await play(kit, [it for it in SCENARIOS if it.name == "signed"], lambda _: None)
    assert (result.word, detail in result.detail) == (word, True), result


async def test_a_department_that_says_nothing_of_signatures_is_not_held_to_their_claims() -> None:
    kit = a_kit_over(answering(None), HOW, THEIRS.x)
    results = await play(kit, [it for it in SCENARIOS if it.name in ("claims", "exact-bytes")], lambda _: None)
    assert [result.word for result in results] == ["does not apply"] * 2
