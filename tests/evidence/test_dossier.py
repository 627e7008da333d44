"""Whatever is done to a dossier is found and named: by whoever has the file, and by whoever has our seal as well."""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jws import ANSWER, QUESTION, SEAL, Signer, payload_of, public_jwk, sha256, with_payload, without_payload
from contracts.key_register import KeyRevoked
from evidence.archive.chain import Head, sealed_head
from evidence.dossier.format import manifest, written
from evidence.dossier.verify import verify
from evidence.dossier.write import _head_after
from tests.evidence.conftest import Proved

Dossier = dict[str, Any]


def at(dossier: Dossier, tail: str) -> Dossier:
    """The record on `case.<number>.<tail>`."""
    return next(record for record in dossier["records"] if record["subject"].endswith(f".{tail}"))  # type: ignore[no-any-return]


def sealed(dossier: Dossier, seal: Signer) -> bytes:
    bare = {name: value for name, value in dossier.items() if name != "seal"}
    return written(bare | {"seal": seal.sign(written(manifest(bare)).encode(), SEAL)}).encode()


def change_event(record: Dossier, change: Callable[[Dossier], object]) -> None:
    event = json.loads(record["body"])
    change(event)
    record["body"] = json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def test_the_one_that_a_page_hands_out_is_the_same_and_holds(proved: Proved) -> None:
    taken = verify(proved.by_command, {proved.seal.kid: proved.seal.x})
    assert taken.fault is None
    ours, its = proved.dossier(), json.loads(proved.by_command)
    assert its["records"] == ours["records"]
    assert its["archive_head"] is not None


def test_the_head_is_the_first_under_the_key_that_seals_now_and_else_the_first(tmp_path: Path) -> None:
    """A case that rests is first covered by a head under the key that was stolen; a later one stands for it, too."""
    stolen, now = Signer.from_seed(bytes(32)), Signer.from_seed(bytes([1] * 32))
    at = datetime(2026, 11, 29, tzinfo=UTC)
    tokens = [
        sealed_head(Head(sequence, "c" * 64, at), key)
        for sequence, key in ((3, stolen), (8, stolen), (9, stolen), (9, now), (12, now))
    ]
    (tmp_path / "heads.jws").write_text("".join(f"{token}\n" for token in tokens))
    found = [tokens.index(token) if (token := _head_after(tmp_path, n, now.kid)) else None for n in (2, 9, 10, 13)]
    assert found == [3, 3, 4, None]
    assert _head_after(tmp_path, 5, Signer.from_seed(bytes([2] * 32)).kid) == tokens[1]
    assert _head_after(None, 5, now.kid) is None


# --- by whoever has the file ----------------------------------------------------------------------------------------


def values_of(body: bytes) -> Iterator[tuple[range, str]]:
    """Where each text of a record stands in the file, and its name: `record 17 (case….answered.tax.1): body`."""
    dossier = json.loads(body)
    place = body.index(b'"records": [')
    for record in dossier["records"]:
        name = f"record {record['sequence']} ({record['subject']})"
        for field in ("body", "stored_at"):
            text = json.dumps(record[field], ensure_ascii=False).encode()
            start = body.index(text, place)
            yield range(start + 1, start + len(text) - 1), f"{name}: {field}: it was changed"
        place = body.index(b'"subject"', start)


def test_one_bit_changed_in_any_text_of_a_record_names_that_record(proved: Proved) -> None:
    chance = random.Random(11)
    named = 0
    for places, words in values_of(proved.body):
        for place in chance.sample(places, min(len(places), 25)):
            flipped = bytearray(proved.body)
            flipped[place] ^= 1 << chance.randrange(7)
            fault = str(verify(bytes(flipped)).fault)
            line = proved.body.count(b"\n", 0, place) + 1
            broken = re.match(rf"the file is (no JSON from line ({line}|{line + 1}),|not UTF-8 from byte)", fault)
            assert fault == words or broken, (fault, words)
            named += fault == words
    assert named > 400


BITS = 1500 if os.environ.get("NIGHTLY") else 300


def test_one_bit_changed_anywhere_else_is_found_and_something_is_named(proved: Proved) -> None:
    chance = random.Random(12)
    seal = proved.body.rindex(b'"seal": "')
    head = proved.body.index(b'"archive_head"')
    end = proved.body.index(b"\n", head)
    places = [*chance.sample(range(len(proved.body)), BITS), *range(seal, len(proved.body)), *range(head, end)]
    for place in places:
        flipped = bytearray(proved.body)
        flipped[place] ^= 1 << chance.randrange(8)
        fault = verify(bytes(flipped)).fault
        assert fault, f"byte {place}"
        assert re.search(r"record|register entry|question|seal|from (line|byte)|: it ", fault)


@given(st.data())
def test_whatever_a_file_holds_it_is_judged_and_never_surprises(proved: Proved, data: st.DataObject) -> None:
    dossier = proved.dossier()
    where = [(dossier, name) for name in dossier]
    for part in (*dossier["records"], *dossier["register"], *dossier["questions"], dossier["policy"]):
        where += [(part, name) for name in part]
    part, name = data.draw(st.sampled_from(where))
    junk = st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
        max_leaves=4,
    )
    before = part[name]
    part[name] = data.draw(junk)
    if written(part[name]) == written(before):
        return
    assert verify(json.dumps(dossier).encode()).fault
    for seal in (proved.seal, None):
        try:
            body = sealed(dossier, seal) if seal else written(dossier).encode()
        except (LookupError, TypeError, AttributeError, UnicodeEncodeError):
            return
        verify(body)


def test_a_dossier_that_is_moved_about_is_named(proved: Proved) -> None:
    dossier = proved.dossier()
    records = dossier["records"]
    first = f"record {records[3]['sequence']} ({records[3]['subject']})"
    for change, words in (
        ([*records[:3], *records[4:]], f"{first}: subject: it is missing"),
        ([*records[:3], records[4], records[3], *records[5:]], f"{first}: subject: it is not where it belongs"),
        ([*records[:4], *records[3:]], f"{first}: subject: it stands twice"),
        (records[:-1], f"record {records[-1]['sequence']}"),
        ([*records, records[0]], f"record {records[0]['sequence']}"),
    ):
        fault = verify(written(dossier | {"records": change}).encode()).fault
        assert str(fault).startswith(words), fault


# --- by whoever has our seal, too -----------------------------------------------------------------------------------


def test_resealed_without_a_change_it_holds(proved: Proved) -> None:
    checked = verify(sealed(proved.dossier(), proved.seal), {proved.seal.kid})
    assert checked.fault is None
    assert not any("NOT SIGNED" in line for line in checked.says)
    assert {line.partition(",")[0] for line in checked.relies_on} == {
        *("the seal of Lianshen", "the questions of Lianshen"),
        *("household-registry", "civil-affairs", "social-security", "tax", "real-estate", "housing"),
    }


def another_key_under_our_id(dossier: Dossier, proved: Proved) -> bytes:
    """The forger has no seal of ours, but puts a key of its own under our key's id."""
    forger = Signer.from_seed(os.urandom(32))
    for entry in dossier["register"]:
        entry["body"] = entry["body"].replace(proved.seal.x, forger.x)
    dossier["archive_head"] = None
    return sealed(dossier, Signer(forger.private, forger.x, proved.seal.kid))


def signed_by(dossier: Dossier, name: str, change: Callable[[Dossier], object], signer: Signer) -> None:
    """What a department's own key can sign instead, and the event made to say the same."""
    record = at(dossier, f"answered.{name}.1")
    said = json.loads(payload_of(json.loads(record["body"])["evidence"]["answer_jws"]))
    change(said)
    token = signer.sign(json.dumps(said).encode(), ANSWER)
    change_event(
        record, lambda event: event["evidence"].update(answer_jws=token, answer_sha256=sha256(token.encode()))
    )


def a_claim_about_another_round(dossier: Dossier, proved: Proved) -> str:
    signed_by(dossier, "tax", lambda said: said.update(round=2), proved.departments["tax"])
    return "what tax signed is not about this question (round)"


def a_claim_of_another_department(dossier: Dossier, proved: Proved) -> str:
    signed_by(dossier, "tax", lambda said: said.update(department="housing"), proved.departments["tax"])
    return "what tax signed is not about this question (department)"


def a_claim_about_another_question(dossier: Dossier, proved: Proved) -> str:
    signed_by(dossier, "tax", lambda said: said.update(question_sha256="0" * 64), proved.departments["tax"])
    return "what tax signed is not about this question (question_sha256)"


def a_kinder_answer_that_was_signed(dossier: Dossier, proved: Proved) -> str:
    def kinder(said: Dossier) -> None:
        said["persons"] = [person | {"kind": "none", "records": []} for person in said["persons"]]

    signed_by(dossier, "real-estate", kinder, proved.departments["real-estate"])
    return "real-estate signed another answer than the one recorded"


def a_question_about_somebody_else(dossier: Dossier, proved: Proved) -> str:
    """A whole question and its signed answer from another family's case: each of them is genuine."""
    question = next(it for it in dossier["questions"] if it["department"] == "tax")
    asked = json.loads(question["body"])
    asked["persons"] = [{"id_number": "11010519491231002X"}]
    question["body"] = json.dumps(asked, separators=(",", ":"))
    digest = sha256(question["body"].encode())
    signed_by(dossier, "tax", lambda said: said.update(question_sha256=digest), proved.departments["tax"])
    change_event(
        at(dossier, "answered.tax.1"),
        lambda event: event["evidence"].update(question_sha256=digest, question_signature=None),
    )
    return "the question to tax is not the one that this case has it asked"


def a_signature_for_something_else(dossier: Dossier, proved: Proved) -> str:
    record = at(dossier, "answered.tax.1")
    said = payload_of(json.loads(record["body"])["evidence"]["answer_jws"])
    token = proved.departments["tax"].sign(said, QUESTION)
    change_event(
        record, lambda event: event["evidence"].update(answer_jws=token, answer_sha256=sha256(token.encode()))
    )
    return "the signature is for something else"


def an_answer_before_the_key_counted(dossier: Dossier, proved: Proved) -> str:
    """Its event says another instant; what counts is when it reached the log."""
    record = at(dossier, "answered.tax.1")
    record["stored_at"] = "2020-01-01T00:00:00.000000001Z"
    return "its key was revoked, or did not count, when it reached us"


def a_revoked_key(dossier: Dossier, proved: Proved) -> str:
    record = at(dossier, "answered.tax.1")
    since = record["stored_at"]
    change_event(record, lambda event: event.update(at="2100-01-01T00:00:00Z"))
    entries = [entry for entry in dossier["register"] if entry["subject"].startswith("register.tax.")]
    revoked = KeyRevoked(
        holder="tax",
        n=len(entries) + 1,
        at=since,
        by="operations",
        kid=proved.departments["tax"].kid,
        since=since,
        reason="stolen",
    )
    subject, headers = f"register.tax.{revoked.n}", {"ce-type": "KeyRevoked"}
    dossier["register"].append(
        entries[-1] | {"subject": subject, "headers": headers, "body": revoked.model_dump_json(), "sequence": 99999}
    )
    return "its key was revoked, or did not count, when it reached us"


def a_register_entry_left_out(dossier: Dossier, proved: Proved) -> str:
    left = next(entry for entry in dossier["register"] if entry["subject"] == "register.lianshen.1")
    dossier["register"].remove(left)
    # Whichever of our keys it was: the seal's own cannot be spared, another one leaves a hole.
    return "stands in no register entry" if '"use":"seal"' in left["body"] else "an entry before it is missing"


def a_key_under_a_wrong_id(dossier: Dossier, proved: Proved) -> str:
    forger = Signer.from_seed(os.urandom(32))
    entry = next(entry for entry in dossier["register"] if entry["subject"] == "register.tax.1")
    entry["body"] = entry["body"].replace(proved.departments["tax"].x, forger.x)
    return "its key is not the one its id is of"


def a_revoked_seal(dossier: Dossier, proved: Proved) -> str:
    """Stolen keys seal what they like, but not as of an instant when they counted no more."""
    entries = [entry for entry in dossier["register"] if entry["subject"].startswith("register.lianshen.")]
    since = json.loads(entries[-1]["body"])["at"]
    revoked = KeyRevoked(
        holder="lianshen",
        n=len(entries) + 1,
        at=since,
        by="operations",
        kid=proved.seal.kid,
        since=since,
        reason="lost",
    )
    subject, headers = f"register.lianshen.{revoked.n}", {"ce-type": "KeyRevoked"}
    dossier["register"].append(
        entries[-1] | {"subject": subject, "headers": headers, "body": revoked.model_dump_json(), "sequence": 99999}
    )
    return "seal: its key was revoked, or did not count, when the dossier was made"


def an_archive_head_under_another_key(dossier: Dossier, proved: Proved) -> str:
    head = payload_of(dossier["archive_head"])
    dossier["archive_head"] = proved.signing.sign(head, "lianshen-archive-head+jws")
    return "archive head: its key seals nothing"


def an_answer_to_another_question(dossier: Dossier, proved: Proved) -> str:
    def change(event: Dossier) -> None:
        event["evidence"].update(answer_jws=None, answer_sha256=None)
        event["answer"]["question_id"] = "A" * 26

    change_event(at(dossier, "answered.tax.1"), change)
    return "the answer of tax is to another question"


def a_determination_as_of_another_day(dossier: Dossier, proved: Proved) -> str:
    change_event(at(dossier, "determined.1"), lambda event: event.update(as_of="2030-01-01"))
    return "and as of another day: 2030-01-01"


def an_event_on_another_subject(dossier: Dossier, proved: Proved) -> str:
    record = at(dossier, "answered.tax.1")
    record["subject"] = record["subject"].replace(".1", ".2")
    return "what it says does not belong there"


def records_in_another_order(dossier: Dossier, proved: Proved) -> str:
    records = dossier["records"]
    tax = next(n for n, record in enumerate(records) if record["subject"].endswith("answered.tax.1"))
    records[tax]["sequence"] = 1
    return "it is not in the order of the log"


def an_entry_on_another_subject(dossier: Dossier, proved: Proved) -> str:
    entry = next(entry for entry in dossier["register"] if entry["subject"] == "register.tax.1")
    entry["subject"] = "register.tax.7"
    return "what it says does not belong there"


def no_policy(dossier: Dossier, proved: Proved) -> str:
    dossier["policy"] = None
    return "policy: it is not hainan-2025"


def our_question_under_another_key(dossier: Dossier, proved: Proved) -> str:
    record = at(dossier, "answered.tax.1")
    question = next(it for it in dossier["questions"] if it["department"] == "tax")["body"].encode()
    token = without_payload(Signer.from_seed(os.urandom(32)).sign(question, QUESTION))
    assert with_payload(token, question)
    change_event(record, lambda event: event["evidence"].update(question_signature=token))
    return "our signature of the question to tax: its key is not registered for lianshen"


def an_earlier_archive_head(dossier: Dossier, proved: Proved) -> str:
    head = json.loads(payload_of(dossier["archive_head"]))
    dossier["archive_head"] = proved.seal.sign(
        json.dumps(head | {"sequence": 3}).encode(), "lianshen-archive-head+jws"
    )
    return "archive head: it was sealed before the last record"


INSIDER = (
    a_claim_about_another_round,
    a_claim_of_another_department,
    a_claim_about_another_question,
    a_kinder_answer_that_was_signed,
    a_question_about_somebody_else,
    a_signature_for_something_else,
    an_answer_before_the_key_counted,
    a_revoked_key,
    a_register_entry_left_out,
    a_key_under_a_wrong_id,
    no_policy,
    our_question_under_another_key,
    an_earlier_archive_head,
    a_revoked_seal,
    an_archive_head_under_another_key,
    an_answer_to_another_question,
    a_determination_as_of_another_day,
    an_event_on_another_subject,
    records_in_another_order,
    an_entry_on_another_subject,
)


@pytest.mark.parametrize("change", INSIDER, ids=lambda change: change.__name__)
def test_whoever_has_the_seal_is_found_by_what_others_signed(
    proved: Proved, change: Callable[[Dossier, Proved], str]
) -> None:
    dossier = proved.dossier()
    words = change(dossier, proved)
    assert words in str(verify(sealed(dossier, proved.seal)).fault)


def test_another_key_under_our_keys_id_fools_nobody_who_trusts_that_id(proved: Proved) -> None:
    body = another_key_under_our_id(proved.dossier(), proved)
    assert "its key is not the one its id is of" in str(verify(body, {proved.seal.kid}).fault)
    other = proved.departments["tax"].kid
    assert "none of those you trust" in str(verify(proved.body, {other}).fault)


def test_a_file_that_is_written_another_way_is_told_from_where(proved: Proved) -> None:
    for loose in (
        proved.body + b"\n",
        proved.body.replace(b'"format": ', b'"format":  ', 1),
        json.dumps(proved.dossier(), sort_keys=True, indent=1).encode() + b"\n",
        proved.body.replace(b'"format"', b'"format": "lianshen-dossier/1",\n "format"', 1),
    ):
        place = next((n for n, (a, b) in enumerate(zip(loose, proved.body, strict=False)) if a != b), len(proved.body))
        fault = str(verify(loose).fault)
        assert fault == f"the file is written another way than it was made, from byte {place} on"


def test_a_byte_order_mark_is_no_change_and_another_encoding_is_told(proved: Proved) -> None:
    assert verify(b"\xef\xbb\xbf" + proved.body).fault is None
    assert verify(proved.body.decode().encode("utf-16")).fault == "the file is not UTF-8 from byte 0 on"


def test_an_answer_whose_signature_was_taken_off_is_told_as_unsigned(proved: Proved) -> None:
    dossier = proved.dossier()
    change_event(
        at(dossier, "answered.tax.1"), lambda event: event["evidence"].update(answer_jws=None, answer_sha256=None)
    )
    checked = verify(sealed(dossier, proved.seal))
    assert checked.fault is None
    assert [line for line in checked.says if "NOT SIGNED" in line] == [
        "  NOT SIGNED: our seal alone stands for it, though a key was registered"
    ]
    # Without any evidence at all, too.
    change_event(at(dossier, "answered.tax.1"), lambda event: event.update(evidence=None))
    assert any("NOT SIGNED" in line for line in verify(sealed(dossier, proved.seal)).says)


# --- a refusal over a ban -------------------------------------------------------------------------------------------


def test_a_refusal_over_a_ban_is_proved_by_what_the_bureau_signed(proved: Proved) -> None:
    checked = verify(proved.refused, {proved.seal.kid})
    assert checked.fault is None
    assert [line for line in checked.says if "R32" in line]
    assert not [line for line in checked.says if "NOT SIGNED" in line]
    assert f"housing, key {proved.departments['housing'].kid}" in checked.relies_on
    for change, words in (
        (longer_banned, "housing signed another answer than the one recorded"),
        (asked_at_another_time, "the question to housing is not the one that this case has it asked"),
    ):
        dossier = json.loads(proved.refused)
        change_event(at(dossier, "refused"), change)
        assert words in str(verify(sealed(dossier, proved.seal)).fault)


def longer_banned(event: Dossier) -> None:
    event["ban"]["answer"]["persons"][0]["records"][0]["until"] = "2099-01-01"


def asked_at_another_time(event: Dossier) -> None:
    event["ban"]["asked_at"] = "2026-01-01T00:00:00Z"


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_needs_the_file_alone_and_ends_with_1_where_it_does_not_hold(
    proved: Proved, tmp_path: Path
) -> None:
    (tmp_path / "dossier.json").write_bytes(proved.body)
    (tmp_path / "changed.json").write_bytes(proved.body.replace(b'"surplus\\":0', b'"surplus\\":1', 1))
    (tmp_path / "ours.jwk").write_text(public_jwk(proved.seal.x), encoding="utf-8-sig")
    (tmp_path / "other.jwk").write_text(public_jwk(proved.departments["tax"].x))
    right = run(tmp_path, "dossier.json", "--trust", "ours.jwk")
    assert right.returncode == 0, right.stdout
    assert "recomputed from the answers: eligible" in right.stdout
    assert proved.seal.kid in right.stdout
    for arguments, words in (
        (("changed.json",), ": body: it was changed"),
        (("dossier.json", "--trust", "other.jwk"), "none of those you trust"),
    ):
        wrong = run(tmp_path, *arguments)
        assert (wrong.returncode, words in wrong.stdout) == (1, True), wrong.stdout


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """With an environment that knows no server, no keys and no data."""
    return subprocess.run(
        [sys.executable, "-m", "lianshen", "verify-dossier", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
