"""`lianshen prove`: everything about one case in one file that can be checked without us, under our seal.

The file has one way to be written, and the seal lists the SHA-256 of each of its parts: whatever is changed is found,
and the part is named.
"""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from chassis.clock import WALL
from chassis.log.history import History
from chassis.log.journal import STREAM
from chassis.log.stored import Stored
from chassis.process.keys import read_key
from contracts.batches.proof import subject_of
from contracts.case.case import Case
from contracts.case.fold import evolve
from contracts.inquiries import AnswerProof
from contracts.jws import SEAL, Signer, kid_of, payload_of, sha256
from contracts.key_register import LIANSHEN
from evidence.answers import AnswerInLog, answer_in
from evidence.archive.chain import OF_THE_REPLY
from evidence.archive.files import heads_of
from evidence.dossier.format import FORMAT, manifest, read_record, written
from procedures.policy import policy_text


async def prove(nc: Client, application: str, keys: Path, archive: Path | None) -> str | None:
    """The dossier's text; None for an application nobody has heard of."""
    history = History(nc, STREAM)
    await history.start()
    records = await history.under(f"case.{application}.>")
    if not records:
        return None
    case, questions, roots = _folded(application, records)
    holders = {LIANSHEN, *(question["department"] for question in questions), *case.asked}
    register = [entry for holder in sorted(holders) for entry in await history.under(f"register.{holder}.>")]
    batches = await history.under(*sorted(roots)) if roots else []
    seal = Signer.from_seed(read_key(keys, "seal"))
    dossier: dict[str, Any] = {
        "format": FORMAT,
        "application": application,
        "made_at": WALL.now().isoformat(),
        "records": [_record(stored) for stored in records],
        "register": [_record(stored) for stored in sorted(register, key=lambda stored: stored.sequence)],
        "questions": questions,
        "policy": _policy(case),
        # A large archive is read beside: the process that writes it may be this one.
        "archive_head": await asyncio.to_thread(_head_after, archive, records[-1].sequence, seal.kid),
    }
    if batches:
        dossier["batches"] = [_record(stored) for stored in batches]
    return written(dossier | {"seal": seal.sign(written(manifest(dossier)).encode(), SEAL)})


def _record(stored: Stored) -> dict[str, Any]:
    return {
        "sequence": stored.sequence,
        "subject": stored.subject,
        "stored_at": stored.headers.get("Nats-Time-Stamp", stored.at.isoformat()),
        "headers": {str(name): value for name, value in stored.headers.items() if str(name) not in OF_THE_REPLY},
        "body": stored.body.decode(),
    }


def _folded(application: str, records: Iterable[Stored]) -> tuple[Case, list[dict[str, Any]], set[str]]:
    """The case, every question that an answer in it says it answers, byte for byte, and where batches are signed."""
    case, questions, roots = Case(application), {}, set()
    for stored in records:
        item = read_record(_record(stored))
        said = answer_in(case, item.event)
        if said is not None and said.evidence is not None:
            questions[said.department.name, said.round] = _question(said, said.evidence)
            if said.evidence.in_batch is not None:
                roots.add(subject_of(said.department.name, said.evidence.in_batch.signed_sha256))
        case = evolve(case, item)
    return case, [question for _, question in sorted(questions.items())], roots


def _question(said: AnswerInLog, evidence: AnswerProof) -> dict[str, Any]:
    name, body = said.department.name, said.question or b""
    if sha256(body) != evidence.question_sha256:
        raise ValueError(f"the question to {name} cannot be made again from the case: is this another version?")
    return {"question_id": said.question_id, "department": name, "round": said.round, "body": body.decode()}


def _policy(case: Case) -> dict[str, str] | None:
    if case.accepted is None:
        return None
    name = case.accepted.policy
    return {"name": name, "text": policy_text(name)}


def _head_after(archive: Path | None, sequence: int, kid: str) -> str | None:
    """The first sealed head that covers the case: the archive must hold its records to fit it.

    One under the key that seals now (`kid`), where there is any: an older key may be revoked, and its head would stay
    the first for ever where the case rests.
    """
    if archive is None:
        return None
    first = None
    for token in heads_of(archive):
        if json.loads(payload_of(token))["sequence"] >= sequence:
            if kid_of(token) == kid:
                return token
            first = first or token
    return first
