"""A dossier and the audit hold an answer of a batch against the one signature over it, wherever that stands."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chassis.log.stored import Stored, server_time
from contracts.batches.merkle import leaf_hash, tree
from contracts.batches.proof import ANSWERS, subject_of
from contracts.jws import ANSWER, Signer, payload_of, sha256
from evidence.audit import Auditor
from evidence.dossier.format import read_record, written
from evidence.dossier.verify import Checked, verify
from tests.evidence.conftest import Proved
from tests.evidence.test_dossier import Dossier, at, change_event, sealed

OTHERS = [b"an answer about another family", b"and another", b"and one more"]
PLACE = 2


def signed_over(leaves: list[bytes], signer: Signer, typ: str = ANSWERS, **change: Any) -> str:
    root, _ = tree([leaf_hash(leaf) for leaf in leaves])
    return signer.sign(
        json.dumps({"department": "tax", "count": len(leaves), "root": root.hex()} | change).encode(), typ
    )


def in_a_batch(proved: Proved, signer: Signer | None = None, typ: str = ANSWERS, **change: Any) -> Dossier:
    """The dossier as it would be, had tax answered in a batch of four."""
    dossier = proved.dossier()
    record = at(dossier, "answered.tax.1")
    said = payload_of(json.loads(record["body"])["evidence"]["answer_jws"])
    leaves = [*OTHERS[:PLACE], said, *OTHERS[PLACE:]]
    token = signed_over(leaves, signer or proved.departments["tax"], typ, **change)
    path = [beside.hex() for beside in tree([leaf_hash(leaf) for leaf in leaves])[1][PLACE]]
    digest = sha256(token.encode())
    proof = {"answer": said.decode(), "index": PLACE, "count": 4, "path": path, "signed_sha256": digest}
    evidence = {"answer_jws": None, "answer_sha256": sha256(said), "in_batch": proof}
    change_event(record, lambda event: event["evidence"].update(evidence))
    kept = {**record, "subject": subject_of("tax", digest), "sequence": 1, "body": token, "headers": {}}
    return {**dossier, "batches": [kept]}


def checked(dossier: Dossier, proved: Proved) -> Checked:
    return verify(sealed(dossier, proved.seal))


def audited(dossier: Dossier) -> list[str]:
    auditor = Auditor()
    for entry in dossier["register"]:
        auditor.enter(stored(entry))
    for kept in dossier["batches"]:
        auditor.signed(stored(kept))
    for record in dossier["records"]:
        auditor.take(read_record(record))
    return auditor.violations


def stored(record: Dossier) -> Stored:
    at, body = server_time(record["stored_at"]), record["body"].encode()
    return Stored(record["subject"], record["sequence"], at, record["headers"], body)


def test_an_answer_of_a_batch_is_proved_without_us(proved: Proved) -> None:
    dossier = in_a_batch(proved)
    found = checked(dossier, proved)
    assert found.fault is None
    assert f"tax, key {proved.departments['tax'].kid}" in found.relies_on
    assert [line for line in found.says if "NOT SIGNED" in line] == []
    assert audited(dossier) == []


def test_a_dossier_without_a_batch_is_written_as_before(proved: Proved) -> None:
    assert "batches" not in proved.dossier() or all(
        json.loads(record["body"])["evidence"].get("in_batch")
        for record in proved.dossier()["records"]
        if ".answered." in record["subject"]
    )


def the_signature_left_out(dossier: Dossier, proved: Proved) -> None:
    dossier["batches"] = []


def another_answer(dossier: Dossier, proved: Proved) -> None:
    change_event(at(dossier, "answered.tax.1"), lambda it: it["answer"]["persons"][0].update(records=[]))


def another_text(dossier: Dossier, proved: Proved) -> None:
    def change(event: Dossier) -> None:
        proof = event["evidence"]["in_batch"]
        proof["answer"] = proof["answer"].replace("150303", "150302", 1)
        event["evidence"]["answer_sha256"] = sha256(proof["answer"].encode())

    change_event(at(dossier, "answered.tax.1"), change)


def of(**change: Any) -> Callable[[Dossier, Proved], None]:
    def changed(dossier: Dossier, proved: Proved) -> None:
        change_event(at(dossier, "answered.tax.1"), lambda it: it["evidence"]["in_batch"].update(change))

    return changed


def the_hash(dossier: Dossier, proved: Proved) -> None:
    change_event(at(dossier, "answered.tax.1"), lambda it: it["evidence"].update(answer_sha256="0" * 64))


CHANGES = {
    "the signature is left out": (the_signature_left_out, "is not there before it"),
    "another answer was recorded": (another_answer, "signed another answer"),
    "another text": (another_text, "path does not lead"),
    "another place": (of(index=1), "path does not lead"),
    "another count": (of(count=3), "another number of answers"),
    "no path": (of(path=[]), "path does not lead"),
    "another batch": (of(signed_sha256="0" * 64), "is not there before it"),
    "another hash": (the_hash, "hash of tax's signed answer"),
}


@pytest.mark.parametrize(("change", "words"), CHANGES.values(), ids=CHANGES)
def test_whoever_has_our_seal_can_change_nothing_of_it_unseen(
    proved: Proved, change: Callable[[Dossier, Proved], None], words: str
) -> None:
    dossier = in_a_batch(proved)
    change(dossier, proved)
    assert words in (checked(dossier, proved).fault or "")
    assert any("I12" in it and words in it for it in audited(dossier))


def test_a_signature_that_is_not_over_this_batch_proves_nothing(proved: Proved) -> None:
    tax = proved.departments["tax"]
    forged = {
        "not registered": in_a_batch(proved, proved.departments["housing"]),
        "something else": in_a_batch(proved, tax, ANSWER),
        "another department": in_a_batch(proved, tax, department="housing"),
        "path": in_a_batch(proved, tax, root="0" * 64),
    }
    for words, dossier in forged.items():
        assert words in (checked(dossier, proved).fault or "")
        assert any("I12" in it and words in it for it in audited(dossier))


def test_a_key_that_was_revoked_when_the_answer_came_signs_no_batch(proved: Proved) -> None:
    dossier = in_a_batch(proved)
    entry = next(it for it in dossier["register"] if ".tax." in it["subject"])
    change_event(entry, lambda it: it.update(not_after=it["not_before"]))
    assert "revoked, or did not count" in (checked(dossier, proved).fault or "")


def test_what_stands_in_a_dossier_beside_it_is_under_its_seal(proved: Proved) -> None:
    body = sealed(in_a_batch(proved), proved.seal)
    dossier = json.loads(body)
    dossier["batches"][0]["stored_at"] = "2020-01-01T00:00:00Z"

    assert "signature over a batch" in (verify(written(dossier).encode()).fault or "")
    dossier["batches"][0]["more"] = 1
    assert "belongs to no record" in (verify(written(dossier).encode()).fault or "")


def test_a_record_under_another_name_than_its_own_is_told(proved: Proved) -> None:
    dossier = in_a_batch(proved)
    dossier["batches"][0]["subject"] = subject_of("tax", "0" * 64)
    assert "is not the signature that its subject names" in "".join(audited(dossier))
