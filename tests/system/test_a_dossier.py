"""A case is proved to somebody who has nothing but a file; whatever is changed in it is found and named."""

import copy
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chassis.commands import call
from chassis.process.keys import read_key
from contracts.case.states import State
from contracts.jws import ANSWER, SEAL, Signer, payload_of
from evidence.audit import audit
from evidence.dossier.format import manifest, written
from evidence.dossier.verify import verify
from evidence.dossier.write import prove
from lianshen.demo.worlds import worlds
from tests.support.running_system import Running, Start
from tests.support.waiting import until

SAMPLE = worlds() / "sample"
Dossier = dict[str, Any]


async def a_case(running: Running, name: str = "02-just-under-15") -> str:
    """An application of the sample world that has reached the pool; returns its number."""
    body = (SAMPLE / "applications" / f"{name}.json").read_bytes()
    number = str((await running.post(body, f"key-of-{name}")).json()["receipt"]["application_number"])

    async def confirmed() -> bool:
        return (await running.case(number)).state is State.POOL_CONFIRMED

    await until(confirmed, within=30)
    return number


async def proved(running: Running, number: str) -> bytes:
    data = running.system.data_dir
    text = await prove(running.nc, number, data.keys, data.archive)
    assert text is not None
    return text.encode()


def seal_of(running: Running) -> Signer:
    return Signer.from_seed(read_key(running.system.data_dir.keys, "seal"))


def sealed_again(dossier: Dossier, seal: Signer) -> bytes:
    """As an insider with the seal would: only signatures of departments still hold."""
    bare = {name: value for name, value in dossier.items() if name != "seal"}
    return written(bare | {"seal": seal.sign(written(manifest(bare)).encode(), SEAL)}).encode()


def at(dossier: Dossier, tail: str) -> int:
    """The place of the record on `case.<number>.<tail>`."""
    return next(n for n, it in enumerate(dossier["records"]) if it["subject"].endswith(f".{tail}"))


async def test_a_case_is_proved_by_its_dossier_alone_and_no_bit_of_it_can_be_changed(start: Start) -> None:
    running = await start(SAMPLE)
    number = await a_case(running)
    body = await proved(running, number)
    checked = verify(body)
    assert checked.fault is None
    assert any("recomputed from the answers: eligible" in line for line in checked.says)
    answered = [line for line in checked.says if "answered, signed:" in line]
    assert len(answered) == 6
    assert len(checked.relies_on) == 8
    assert verify(body, {seal_of(running).kid}).fault is None

    chance = random.Random(4)
    seal = body.rindex(b'"seal": "') + len(b'"seal": "')
    places = {*chance.sample(range(len(body)), 1500), *range(seal, len(body))}
    for place in places:
        flipped = bytearray(body)
        flipped[place] ^= 1 << chance.randrange(8)
        fault = verify(bytes(flipped)).fault
        assert fault, f"byte {place}"

    removed_swapped_and_added(body)


def removed_swapped_and_added(body: bytes) -> None:
    dossier = json.loads(body)
    place = at(dossier, "answered.tax.1")
    subject, sequence = dossier["records"][place]["subject"], dossier["records"][place]["sequence"]

    without = copy.deepcopy(dossier)
    del without["records"][place]
    assert verify(written(without).encode()).fault == f"record {sequence} ({subject}): subject: it is missing"

    swapped = copy.deepcopy(dossier)
    records = swapped["records"]
    records[place], records[place + 1] = records[place + 1], records[place]
    assert f"record {sequence} ({subject}): subject: it is not where it belongs" in str(
        verify(written(swapped).encode()).fault
    )

    added = copy.deepcopy(dossier)
    added["remarks"] = "all is well"
    assert verify(written(added).encode()).fault == "remarks: it is missing, or belongs to no dossier"

    changed = copy.deepcopy(dossier)
    changed["records"][place]["body"] = changed["records"][place]["body"].replace('"surplus":0', '"surplus":1')
    assert verify(written(changed).encode()).fault == f"record {sequence} ({subject}): body: it was changed"

    loose = json.dumps(dossier, ensure_ascii=False, sort_keys=True).encode()
    assert "is written another way" in str(verify(loose).fault)
    for nothing in (b"", b"{}", b"[]", b"null", b"\xff", b'{"format": "lianshen-dossier/1"}', body[:-200]):
        assert verify(nothing).fault


def another_answer(dossier: Dossier) -> str:
    """The answer in the log is made kinder than what real-estate signed."""
    record = dossier["records"][at(dossier, "answered.real-estate.1")]
    event = json.loads(record["body"])
    event["answer"]["persons"][0] |= {"kind": "none", "records": []}
    record["body"] = json.dumps(event, ensure_ascii=False)
    return "real-estate signed another answer than the one recorded"


def another_departments_answer(dossier: Dossier) -> str:
    tax, social = (dossier["records"][at(dossier, f"answered.{name}.1")] for name in ("tax", "social-security"))
    event, other = json.loads(tax["body"]), json.loads(social["body"])
    event["evidence"] |= {name: other["evidence"][name] for name in ("answer_jws", "answer_sha256")}
    tax["body"] = json.dumps(event, ensure_ascii=False)
    return "its key is not registered for tax"


def signed_by_nobody_known(dossier: Dossier) -> str:
    record = dossier["records"][at(dossier, "answered.tax.1")]
    event = json.loads(record["body"])
    forger = Signer.from_seed(os.urandom(32))
    event["evidence"]["answer_jws"] = forger.sign(payload_of(event["evidence"]["answer_jws"]), ANSWER)
    record["body"] = json.dumps(event, ensure_ascii=False)
    return "its key is not registered for tax"


def another_question(dossier: Dossier) -> str:
    question = next(it for it in dossier["questions"] if it["department"] == "tax")
    question["body"] = question["body"].replace('"round":1', '"round":2')
    return "the question to tax is not the one that this case has it asked"


def another_outcome(dossier: Dossier) -> str:
    record = dossier["records"][at(dossier, "determined.1")]
    record["body"] = record["body"].replace('"outcome":"eligible"', '"outcome":"review"')
    return "I4 it says review; the answers it lists give eligible"


def an_answer_left_out(dossier: Dossier) -> str:
    del dossier["records"][at(dossier, "answered.tax.1")]
    return "I3 it lists answers that are not in the log"


def another_policy(dossier: Dossier) -> str:
    dossier["policy"]["text"] = dossier["policy"]["text"].replace("value = 15 }", "value = 16 }")
    return "policy: hainan-2025 is not the one of this version"


INSIDER: tuple[Callable[[Dossier], str], ...] = (
    another_answer,
    another_departments_answer,
    signed_by_nobody_known,
    another_question,
    another_outcome,
    an_answer_left_out,
    another_policy,
)
"""What somebody who has the seal could still try."""


async def test_whoever_has_the_seal_still_cannot_change_what_others_signed_or_what_follows_from_it(
    start: Start,
) -> None:
    running = await start(SAMPLE)
    number = await a_case(running)
    dossier, seal = json.loads(await proved(running, number)), seal_of(running)
    assert verify(sealed_again(dossier, seal)).fault is None
    for change in INSIDER:
        changed = copy.deepcopy(dossier)
        wanted = change(changed)
        assert wanted in str(verify(sealed_again(changed, seal)).fault), change.__name__

    # Under another seal, with its key put into the register: found by whoever knows ours.
    forger = Signer.from_seed(os.urandom(32))
    forged = copy.deepcopy(dossier)
    for entry in forged["register"]:
        entry["body"] = entry["body"].replace(seal.kid, forger.kid).replace(seal.x, forger.x)
    forged["archive_head"] = None
    body = sealed_again(forged, forger)
    assert verify(body).fault is None
    assert "none of those you trust" in str(verify(body, {seal.kid}).fault)


async def test_an_answer_under_a_key_that_was_revoked_before_it_came_proves_nothing(start: Start) -> None:
    running = await start(SAMPLE)
    number = await a_case(running)
    [key] = [
        key
        for state in (await call(running.nc, "verify-household", "departments", {}))["departments"]
        if state["department"] == "tax"
        for key in state["keys"]
    ]
    since = (await running.case(number)).submitted_at
    assert since is not None
    request = {
        "department": "tax",
        "kid": key["kid"],
        "by": "operations",
        "reason": "stolen",
        "since": since.isoformat(),
    }
    await call(running.nc, "verify-household", "revoke-key", request)
    assert "its key was revoked" in str(verify(await proved(running, number)).fault)


async def test_the_log_and_its_archive_agree_and_one_event_removed_from_a_copy_is_named(
    start: Start, tmp_path: Path
) -> None:
    running = await start(SAMPLE)
    number = await a_case(running)
    archive = running.system.data_dir.archive
    last = (await running.case(number)).sequence

    async def archived() -> bool:
        return await audit(running.nc, archive=archive) == [] and _records(archive) >= last

    await until(archived, within=20)
    copied = tmp_path / "copy"
    shutil.copytree(archive, copied)
    [segment] = copied.glob("CASES-*.jsonl")
    lines = segment.read_text().splitlines(keepends=True)
    segment.write_text("".join(lines[:8] + lines[9:]))
    assert await audit(running.nc, archive=copied) == [
        "I9 archive: record 9 is missing: record 10 stands in its place"
    ]
    segment.write_text("".join(lines))
    segment.write_text(segment.read_text().replace('"h":"', '"h":"', 1))
    assert await audit(running.nc, archive=copied) == []


def _records(archive: Path) -> int:
    return sum(segment.read_bytes().count(b"\n") for segment in archive.glob("CASES-*.jsonl"))


@pytest.mark.parametrize("number", ["YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E"])
async def test_an_application_that_nobody_has_heard_of_has_no_dossier(start: Start, number: str) -> None:
    running = await start(SAMPLE)
    assert await prove(running.nc, number, running.system.data_dir.keys, None) is None
