"""Which answers of a batch are believed: each by its own bytes and its path to the root that its department signed."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.batches import proof
from contracts.batches.merkle import leaf_hash, node_hash, tree
from contracts.batches.proof import ANSWERS, InBatch, Said
from contracts.inquiries import MAX_ANSWER_BYTES
from contracts.jws import ANSWER, Signer, sha256, verify
from inquiry.batches.reply import NoBatch, read_batch
from inquiry.parse_answer import NoAnswer
from inquiry.questions import Sent
from inquiry.verify_answer import AnswerRejected, VerifiedAnswer, question_named
from procedures.hainan_2025.departments.civil_affairs import CIVIL_AFFAIRS
from tests.asking.test_believing import (
    FORGER,
    NOW,
    PLAIN,
    SIGNED,
    TAXES,
    a_question,
    an_answer,
    claims,
    heard,
    holding,
)

ASKED = [a_question(round=n) for n in range(1, 8)]
"""Seven: a tree with lone leaves."""


def text_to(sent: Sent, **more: Any) -> str:
    return json.dumps(an_answer(sent) | claims(sent) | more, ensure_ascii=False)


TEXTS = [text_to(sent) for sent in ASKED]


def signed_over(texts: list[str], signer: Signer = TAXES, typ: str = ANSWERS, **change: Any) -> str:
    root, _ = tree([leaf_hash(text.encode()) for text in texts])
    said = {"department": "tax", "count": len(texts), "root": root.hex()} | change
    return signer.sign(json.dumps(said).encode(), typ)


def a_reply(answers: list[Any], root: str | None) -> bytes:
    return json.dumps({"answers": answers, **({"root": root} if root else {})}).encode()


def batch(texts: list[str] = TEXTS, **how: Any) -> list[Said | None]:
    return read_batch(a_reply(texts, signed_over(texts, **how)), len(texts))


def believed(said: Said | None, sent: Sent, **how: Any) -> VerifiedAnswer:
    assert said is not None
    return heard(said, sent=sent, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_each_is_believed_in_its_place_and_keeps_what_proves_it(count: int) -> None:
    texts = TEXTS[:count]
    for said, sent, text in zip(batch(texts), ASKED, texts, strict=False):
        found = believed(said, sent, policy="required")
        assert found.read.answer.kind == "found"
        assert found.evidence is not None
        assert found.evidence.in_batch is not None
        assert found.evidence.is_signed
        assert found.evidence.answer_jws is None
        assert found.evidence.in_batch.answer == text
        assert found.evidence.in_batch.signed_sha256 == sha256((found.signed_root or "").encode())


def test_each_is_the_answer_to_its_own_question_alone() -> None:
    answers = batch()
    for n, said in enumerate(answers):
        for m, sent in enumerate(ASKED):
            if n != m:
                with pytest.raises(AnswerRejected):
                    believed(said, sent)


FORGED: dict[str, dict[str, Any]] = {
    "by a stranger": {"signer": FORGER},
    "an answer's signature": {"typ": ANSWER},
    "another department's": {"department": "housing"},
    "fewer than there are": {"count": 6},
    "more than there are": {"count": 8},
    "another root": {"root": "0" * 64},
    "no root": {"root": None},
    "a count that is no number": {"count": True},
    "a count that is text": {"count": "7"},
    "beyond the contract": {"more": 1},
}


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED)
def test_a_root_that_is_not_this_departments_over_these_answers_proves_none(change: dict[str, Any]) -> None:
    for said, sent in zip(batch(**change), ASKED, strict=True):
        with pytest.raises(AnswerRejected):
            believed(said, sent)


def test_a_key_that_is_revoked_signs_no_batch() -> None:
    for said, sent in zip(batch(), ASKED, strict=True):
        with pytest.raises(AnswerRejected, match="revoked"):
            believed(said, sent, keys=holding(revoked_since=NOW - timedelta(hours=1)))


MOVED = {
    "another place": lambda it: replace(it, index=it.index ^ 1),
    "another count": lambda it: replace(it, count=it.count - 1),
    "no path": lambda it: replace(it, path=()),
    "a longer path": lambda it: replace(it, path=(*it.path, it.path[0])),
    "a path the other way round": lambda it: replace(it, path=tuple(reversed(it.path))),
    "one bit of its path": lambda it: replace(it, path=(bytes([it.path[0][0] ^ 1]) + it.path[0][1:], *it.path[1:])),
    "one bit of its text": lambda it: replace(it, body=it.body.replace(b"150303", b"150302")),
}


@pytest.mark.parametrize("moved", MOVED.values(), ids=MOVED)
def test_whatever_of_a_proof_is_changed_it_proves_nothing(moved: Any) -> None:
    said = batch()[2]
    assert isinstance(said, InBatch)
    with pytest.raises(AnswerRejected):
        believed(moved(said), ASKED[2])


def test_a_leaf_of_another_batch_is_none_of_this() -> None:
    one, other = batch(TEXTS[:4]), batch(TEXTS[4:])
    said = one[0]
    assert isinstance(said, InBatch)
    assert isinstance(other[0], InBatch)
    with pytest.raises(AnswerRejected, match=r"path|number"):
        believed(replace(said, signed=other[0].signed, count=3), ASKED[0])
    with pytest.raises(AnswerRejected, match="path"):
        believed(replace(said, path=other[0].path, count=4), ASKED[0])


def test_a_node_is_no_answer() -> None:
    hashes = [leaf_hash(text.encode()) for text in TEXTS[:2]]
    forged = InBatch(hashes[0] + hashes[1], signed_over(TEXTS[:2], count=1), 0, 1, ())
    assert node_hash(*hashes) == tree(hashes)[0]
    with pytest.raises(AnswerRejected, match="path"):
        believed(forged, ASKED[0])


def test_answers_in_another_order_are_answers_to_other_questions() -> None:
    for said, sent in zip(batch([TEXTS[1], TEXTS[0]]), ASKED, strict=False):
        with pytest.raises(AnswerRejected, match="not about this question"):
            believed(said, sent)


def test_one_answer_twice_counts_for_its_own_question_only() -> None:
    answers = batch([TEXTS[0], TEXTS[0]])
    assert believed(answers[0], ASKED[0]).read.answer.kind == "found"
    with pytest.raises(AnswerRejected):
        believed(answers[1], ASKED[1])


@pytest.mark.parametrize("answers", [TEXTS[:6], [*TEXTS, TEXTS[0]], []])
def test_a_list_of_another_length_is_no_reply_at_all(answers: list[str]) -> None:
    with pytest.raises(NoBatch, match="number of answers"):
        read_batch(a_reply(answers, signed_over(TEXTS)), 7)


def test_garbage_in_one_place_leaves_the_others_what_they_are() -> None:
    texts = [TEXTS[0], "<html>502</html>", TEXTS[2], '{"question_id": "x", "kind": "fou']
    answers = batch(texts)
    assert believed(answers[0], ASKED[0]).read.answer.kind == "found"
    assert believed(answers[2], ASKED[2]).read.answer.kind == "found"
    for place in (1, 3):
        with pytest.raises((NoAnswer, AnswerRejected)):
            believed(answers[place], ASKED[place])


@pytest.mark.parametrize("error", [{"error": "500"}, None, 7, [], {"answer": "x"}])
def test_an_error_is_no_leaf_and_its_question_is_asked_alone(error: Any) -> None:
    root = signed_over([TEXTS[0], TEXTS[2]])
    answers = read_batch(a_reply([TEXTS[0], error, TEXTS[2]], root), 3)
    assert answers[1] is None
    assert believed(answers[0], ASKED[0]).evidence is not None
    assert believed(answers[2], ASKED[2]).evidence is not None


def test_an_answer_that_is_too_large_is_asked_for_alone_and_stays_a_leaf() -> None:
    large = text_to(ASKED[1], note="x" * MAX_ANSWER_BYTES)
    answers = batch([TEXTS[0], large])
    assert answers[1] is None
    assert believed(answers[0], ASKED[0]).read.answer.kind == "found"


def test_half_a_character_is_no_text_and_no_leaf() -> None:
    body = a_reply([TEXTS[0], "HALF"], signed_over([TEXTS[0]])).replace(b"HALF", b"\\ud800")
    answers = read_batch(body, 2)
    assert answers[1] is None
    assert believed(answers[0], ASKED[0]).read.answer.kind == "found"


def test_an_answer_signed_alone_counts_in_a_batch_as_it_does_alone() -> None:
    texts = [SIGNED.decode(), TEXTS[1]]
    answers = batch(texts)
    assert answers[0] == SIGNED
    assert believed(answers[1], ASKED[1]).read.answer.kind == "found"


def test_without_a_root_each_is_an_unsigned_answer() -> None:
    answers = read_batch(a_reply([PLAIN.decode(), "7"], None), 2)
    assert answers == [PLAIN, b"7"]
    with pytest.raises(AnswerRejected, match="not signed"):
        believed(answers[0], ASKED[0], policy="required")


@pytest.mark.parametrize(
    "body",
    [b"", b"7", b"[]", b"{}", b'{"answers": {}}', b"\xff", b"[" * 5000, b'{"answers": [], "root": 7}'],
)
def test_what_is_no_reply_to_a_batch_is_none(body: bytes) -> None:
    with pytest.raises(NoBatch):
        read_batch(body, 1)


def test_more_than_the_contract_is_kept_as_its_hash_only() -> None:
    [person] = an_answer(ASKED[0])["persons"]
    more = person | {"records": [{"income_recorded": True, "division": "150303", "salary": 9000}]}
    text = text_to(ASKED[0], persons=[more])
    said = batch([text, TEXTS[1]])[0]
    found = believed(said, ASKED[0])
    assert found.evidence is not None
    assert (found.evidence.in_batch, found.evidence.answer_sha256) == (None, sha256(text.encode()))
    assert found.signed_root is None
    assert "salary" not in found.evidence.model_dump_json() + found.read.answer.model_dump_json()


def test_where_nothing_is_signed_a_batch_proves_nothing_either() -> None:
    found = believed(batch()[0], ASKED[0], policy="none")
    assert found.evidence is None
    assert found.signed_root is None


def test_an_event_of_before_reads_as_before_and_is_written_as_before() -> None:
    found = heard(SIGNED)
    assert found.evidence is not None
    assert "in_batch" not in found.evidence.model_dump_json()


def test_whose_answer_it_is_can_be_read_before_it_is_believed() -> None:
    said = batch()[3]
    assert isinstance(said, InBatch)
    assert question_named(said) == ASKED[3].question.question_id
    assert question_named(replace(said, body=b"<html>")) is None


def test_a_question_to_another_department_is_not_answered_by_this_one() -> None:
    other = a_question(CIVIL_AFFAIRS)
    said = batch([text_to(other), TEXTS[1]])[0]
    with pytest.raises(AnswerRejected, match="department"):
        believed(said, replace(other, question=other.question.model_copy(update={"department": "tax"})))


def test_the_root_is_opened_once_however_many_answers_stand_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def counted(token: str, x: str, typ: str) -> bytes:
        opened.append(typ)
        return verify(token, x, typ)

    monkeypatch.setattr(proof, "verify", counted)
    texts = [text_to(sent, note="of this batch alone") for sent in ASKED]
    for said, sent in zip(batch(texts), ASKED, strict=True):
        assert believed(said, sent, policy="required").read.answer.kind == "found"
    assert opened == [ANSWERS]
