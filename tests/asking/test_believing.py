"""Which answers are believed: the table of signature policies, and everything a forger might change."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.events.values import FamilyMember
from contracts.jws import ANSWER, QUESTION, Signer, sha256, verify, with_payload
from contracts.key_register import Holding, Key
from inquiry.parse_answer import NoAnswer
from inquiry.questions import Sent, question_for, to_send
from inquiry.verify_answer import AnswerRejected, SignaturePolicy, VerifiedAnswer, question_named, verify_answer
from procedures.department import Department
from procedures.hainan_2025.departments.civil_affairs import CIVIL_AFFAIRS
from procedures.hainan_2025.departments.tax import TAX
from tests.support.families import an_id_number

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
OURS, TAXES, FORGER = (Signer.from_seed(os.urandom(32)) for _ in range(3))
ROW = {"income_recorded": True, "division": "150303"}


def holding(signer: Signer = TAXES, **change: Any) -> Holding:
    key = Key(signer.kid, signer.x, "answer", NOW - timedelta(days=1), NOW + timedelta(days=1))
    return Holding(1, {signer.kid: replace(key, **change)})


def a_question(department: Department = TAX, round: int = 1) -> Sent:
    member = FamilyMember(id_number=an_id_number(1985), name="张三", role="applicant")
    question = question_for(department, b"k" * 32, "A", round, (member,), NOW, NOW + timedelta(days=5))
    return to_send(question, OURS)


ASKED = a_question()


def an_answer(sent: Sent = ASKED, row: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    [person] = sent.question.persons
    about = {"id_number": person.id_number, "kind": "found", "records": [row or ROW]}
    return {"question_id": sent.question.question_id, "kind": "found", "persons": [about], **more}


def claims(sent: Sent = ASKED) -> dict[str, Any]:
    return {"department": sent.question.department, "round": sent.question.round, "question_sha256": sent.sha256}


def signed(answer: dict[str, Any], signer: Signer = TAXES, typ: str = ANSWER) -> bytes:
    return signer.sign(json.dumps(answer).encode(), typ).encode()


def heard(
    body: bytes, policy: SignaturePolicy = "accepted", keys: Holding | None = None, sent: Sent = ASKED
) -> VerifiedAnswer:
    return verify_answer(body, sent, TAX, policy, keys or holding(), NOW)


PLAIN = json.dumps(an_answer()).encode()
SIGNED = signed(an_answer() | claims())


@pytest.mark.parametrize("policy", ["accepted", "required"])
def test_a_signed_answer_is_kept_byte_for_byte_with_the_question_it_answers(policy: SignaturePolicy) -> None:
    found = heard(SIGNED, policy)
    assert found.read.answer.kind == "found"
    assert not found.read.surplus
    assert found.evidence is not None
    assert found.evidence.answer_jws == SIGNED.decode()
    assert found.evidence.answer_sha256 == sha256(SIGNED)
    assert found.evidence.question_sha256 == sha256(ASKED.body)
    assert verify(with_payload(str(found.evidence.question_signature), ASKED.body), OURS.x, QUESTION) == ASKED.body


def test_signatures_are_required_accepted_or_not_looked_at_as_the_department_is_attached() -> None:
    accepted = heard(PLAIN, "accepted")
    assert accepted.evidence is not None
    assert accepted.evidence.answer_jws is None
    assert accepted.read.answer.kind == "found"
    with pytest.raises(AnswerRejected, match="must be"):
        heard(PLAIN, "required")
    for body in (PLAIN, SIGNED, signed(an_answer() | claims(), FORGER)):
        ignored = heard(body, "none")
        assert (ignored.read.answer.kind, ignored.read.surplus, ignored.evidence) == ("found", 0, None)


OTHER = a_question(round=2)
FORGED: dict[str, tuple[bytes, Holding | None]] = {
    "a key that nobody registered": (signed(an_answer() | claims(), FORGER), None),
    "another department's key": (signed(an_answer() | claims()), holding(FORGER)),
    "the forger's signature under the department's key id": (
        signed(an_answer() | claims(), Signer(FORGER.private, TAXES.x, TAXES.kid)),
        None,
    ),
    "a revoked key": (SIGNED, holding(revoked_since=NOW)),
    "a key whose time is over": (SIGNED, holding(not_after=NOW)),
    "a key whose time has not come": (SIGNED, holding(not_before=NOW + timedelta(seconds=1))),
    "a key for something else": (SIGNED, holding(use="seal")),
    "a signature for a question, not an answer": (signed(an_answer() | claims(), typ=QUESTION), None),
    "another round": (signed(an_answer(OTHER) | claims(OTHER)), None),
    "another round, with this question's id": (signed(an_answer() | claims(OTHER)), None),
    "another department": (signed(an_answer() | claims() | {"department": "housing"}), None),
    "another question's bytes": (signed(an_answer() | claims() | {"question_sha256": "0" * 64}), None),
    "no claims": (signed(an_answer()), None),
    "not JSON": (TAXES.sign(b"found", ANSWER).encode(), None),
    "a list": (TAXES.sign(b"[]", ANSWER).encode(), None),
    "no signature": (SIGNED.rsplit(b".", 1)[0] + b".", None),
    "not ASCII": (SIGNED + "名".encode(), None),
    "alg none": (b"eyJhbGciOiJub25lIn0." + SIGNED.split(b".")[1] + b".", None),
}


@pytest.mark.parametrize("policy", ["accepted", "required"])
@pytest.mark.parametrize("forgery", FORGED)
def test_what_is_forged_is_no_answer_and_says_why_without_what_it_said(forgery: str, policy: SignaturePolicy) -> None:
    body, keys = FORGED[forgery]
    with pytest.raises(AnswerRejected) as doubt:
        heard(body, policy, keys)
    assert ASKED.question.persons[0].id_number not in str(doubt.value)


def test_no_bit_of_a_signed_answer_can_be_changed() -> None:
    for place in range(len(SIGNED)):
        for bit in range(8):
            changed = bytearray(SIGNED)
            changed[place] ^= 1 << bit
            with pytest.raises(AnswerRejected):
                heard(bytes(changed), "required")


SURPLUS: dict[str, dict[str, Any]] = {
    "a field of a row": an_answer(row=ROW | {"salary": 9000}),
    "a field of the answer": an_answer(remarks="neighbours say …"),
    "somebody nobody asked about": an_answer()
    | {"persons": [*an_answer()["persons"], {"id_number": an_id_number(1950), "kind": "none"}]},
}


@pytest.mark.parametrize("surplus", SURPLUS)
def test_of_a_signed_answer_with_surplus_only_the_hash_is_kept_and_nothing_is_determined(surplus: str) -> None:
    body = signed(SURPLUS[surplus] | claims())
    found = heard(body)
    assert (found.read.answer.kind, found.read.surplus) == ("cannot_determine", 1)
    assert found.evidence is not None
    assert (found.evidence.answer_jws, found.evidence.answer_sha256) == (None, sha256(body))
    kept = found.read.answer.model_dump_json() + found.evidence.model_dump_json()
    assert "9000" not in kept
    assert "neighbours" not in kept
    assert an_id_number(1950) not in kept

    unsigned = heard(json.dumps(SURPLUS[surplus]).encode())
    assert (unsigned.read.answer.kind, unsigned.read.surplus) == ("found", 1)


def test_a_former_spouses_number_in_a_signed_answer_is_surplus_too() -> None:
    sent = a_question(CIVIL_AFFAIRS)
    row = {"marital_status": "40", "spouse_id_number": an_id_number(1986)}
    body = signed(an_answer(sent, row) | claims(sent))
    found = verify_answer(body, sent, CIVIL_AFFAIRS, "accepted", holding(), NOW)
    assert (found.read.answer.kind, found.read.surplus) == ("cannot_determine", 1)
    assert found.evidence is not None
    assert found.evidence.answer_jws is None


def test_signed_rubbish_is_no_answer_and_nothing_of_it_is_kept() -> None:
    with pytest.raises(NoAnswer, match="does not fit its contract at kind"):
        heard(signed({"question_id": ASKED.question.question_id, "kind": "perhaps"} | claims()))


def test_a_signed_answer_that_contradicts_itself_is_kept_whole_as_its_department_said_it() -> None:
    body = signed(an_answer(ASKED) | {"kind": "none"} | claims())
    found = heard(body)
    assert found.read.answer.kind == "cannot_determine"
    assert found.evidence is not None
    assert found.evidence.answer_jws == body.decode()


def test_an_answer_says_which_question_it_belongs_to_signed_or_not() -> None:
    assert question_named(PLAIN) == question_named(SIGNED) == ASKED.question.question_id
    for nothing in (b"", b"[]", b"{}", b"ey..", b"eyJ.a.b", b'{"question_id": 7}', b"[" * 100_000):
        assert question_named(nothing) is None
