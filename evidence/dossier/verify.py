"""`lianshen verify-dossier`: checks a dossier with nothing but the file: no server, no network, no key of ours.

Every check names the first thing that does not hold. What is believed in the end rests on the public keys in the
dossier's own register; whoever knows the right one of the seal gives it with `--trust`.
"""

import json
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chassis.log.stored import Unreadable
from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import evolve
from contracts.describe import instant, line
from contracts.events import (
    EVENTS,
    AlsoAnswered,
    AnsweredByHand,
    ApplicationAccepted,
    DepartmentAnswered,
    DeterminationMade,
)
from contracts.jws import WrongSignature, kid_of
from contracts.key_register import LIANSHEN, Register, fold_register
from contracts.text import one_line
from evidence.answers import AnswerInLog, answer_in, unproved
from evidence.archive.chain import read_head
from evidence.dossier.format import FORMAT, Part, read_entry, read_record, roots_in
from evidence.dossier.integrity import integrity_faults, unregistered
from evidence.redetermine import recomputed, used_by
from procedures.hainan_2025.determination import outcome
from procedures.policy import policy_text


@dataclass
class Checked:
    """What a dossier says, and the first thing wrong with it; `fault` is None where everything holds."""

    fault: str | None = None
    says: list[str] = field(default_factory=list)
    relies_on: list[str] = field(default_factory=list)

    def rely_on(self, whose: str, token: str) -> None:
        """Names a key by its fingerprint, once."""
        if (named := f"{whose}, key {kid_of(token)}") not in self.relies_on:
            self.relies_on.append(named)


def verify(body: bytes, trusted: Collection[str] = ()) -> Checked:
    """`trusted` are ids of seal keys that the reader knows; with none, the dossier's own register is relied on."""
    checked = Checked()
    try:
        body = body.removeprefix(BOM_UTF8)  # no part of the text (RFC 8259, 8.1)
        dossier = json.loads(body.decode())
        fault = next(_faults(dossier, body, set(trusted), checked), None)
        checked.fault = None if fault is None else one_line(fault)
    except json.JSONDecodeError as error:
        checked.fault = f"the file is no JSON from line {error.lineno}, column {error.colno} on"
    except UnicodeDecodeError as error:
        checked.fault = f"the file is not UTF-8 from byte {error.start} on"
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        AssertionError,
    ) as error:
        what = one_line(f"{error} is missing or unknown") if isinstance(error, KeyError) else type(error).__name__
        checked.fault = f"the file has not the shape of a dossier ({what})"
    return checked


def _faults(dossier: Part, body: bytes, trusted: set[str], checked: Checked) -> Iterator[str]:
    if dossier["format"] != FORMAT:
        yield f"format: it is not {FORMAT}"
    yield from integrity_faults(dossier, body, trusted)
    checked.rely_on("the seal of Lianshen", dossier["seal"])
    register = fold_register(read_entry(entry) for entry in dossier["register"])
    yield from unregistered(dossier, register)
    yield from _case(dossier, register, checked)
    yield from _head(dossier, register, checked)


def _policy(dossier: Part, accepted: ApplicationAccepted) -> Iterator[str]:
    policy = dossier["policy"] or {}
    if policy.get("name") != accepted.policy:
        yield f"policy: it is not {accepted.policy}, under which the application was accepted"
        return
    try:
        same = policy_text(accepted.policy) == policy["text"]
    except LookupError:
        same = False
    if not same:
        yield f"policy: {accepted.policy} is not the one of this version; check it with the version of its time"


def _case(dossier: Part, register: Register, checked: Checked) -> Iterator[str]:
    """Folds the case record by record; every answer is proved, every determination made once more."""
    number = dossier["application"]
    questions = {(it["department"], it["round"]): it["body"].encode() for it in dossier["questions"]}
    roots = roots_in(dossier)
    answers: list[Recorded] = []
    case, sequence = Case(number), 0
    for record in dossier["records"]:
        where = f"record {record['sequence']} ({record['subject']})"
        try:
            item = read_record(record)
        except Unreadable as unreadable:
            yield f"{where}: {unreadable}"
            return
        event = item.event
        if event.application != number or EVENTS.subject_of(event) != record["subject"]:
            yield f"{where}: what it says does not belong there"
        if item.sequence <= sequence:
            yield f"{where}: it is not in the order of the log"
        sequence = item.sequence
        if isinstance(event, ApplicationAccepted):
            yield from _policy(dossier, event)
        said = answer_in(case, event)
        if said is not None:
            yield from (f"{where}: {what}" for what in _answer(said, item, questions, register, roots, checked))
        if isinstance(event, DeterminationMade):
            used = used_by(answers, event)
            yield from (f"{where}: {what}" for what in recomputed(case, item, used))
        if isinstance(event, DepartmentAnswered | AnsweredByHand):
            answers.append(item)
        try:
            case = evolve(case, item)
        except NotAllowed as refusal:
            yield f"{where}: {refusal}"
        checked.says.append(line(item))
        if said is not None and not isinstance(event, AlsoAnswered):
            checked.says += _behind(said, item, register)
    if case.determination is not None:
        again = outcome(case.determination.findings)
        checked.says.append(f"recomputed from the answers: {again}")


def _answer(
    said: AnswerInLog,
    item: Recorded,
    questions: dict[tuple[str, int], bytes],
    register: Register,
    roots: dict[str, str],
    checked: Checked,
) -> Iterator[str]:
    """What is wrong with an answer, and with the question that it is to."""
    if said.evidence is None:
        return
    name = said.department.name
    question = questions.get((name, said.round))
    if question is None:
        yield f"the question to {name} is not in the dossier"
        return
    if question != said.question:
        yield f"the question to {name} is not the one that this case has it asked"
    yield from unproved(said, item.stored_at, register, roots)
    if said.evidence.answer_jws is not None:
        checked.rely_on(name, said.evidence.answer_jws)
    if said.evidence.in_batch is not None:
        checked.rely_on(name, roots[said.evidence.in_batch.signed_sha256])
    if said.evidence.question_signature is not None:
        checked.rely_on("the questions of Lianshen", said.evidence.question_signature)


def _behind(said: AnswerInLog, item: Recorded, register: Register) -> Iterator[str]:
    """What stands behind an answer: the question, and whose word it is."""
    question = json.loads(said.question or "{}")
    if question:
        asked_at = instant(datetime.fromisoformat(question["asked_at"]))
        yield f"  to question {said.question_id}, asked at {asked_at}"
    if question and not question["persons"]:
        yield "  nobody was asked: nobody of this family is to be asked about there"
    elif said.evidence is None or not said.evidence.is_signed:
        could = register.of(said.department.name).signs_at(item.stored_at, "answer")
        yield "  NOT SIGNED: our seal alone stands for it" + (", though a key was registered" if could else "")


def _head(dossier: Part, register: Register, checked: Checked) -> Iterator[str]:
    token = dossier["archive_head"]
    if token is None:
        checked.says.append("no sealed head of the archive covers it")
        return
    try:
        key = register.of(LIANSHEN).keys[kid_of(token)]
        head = read_head(token, key.x)
    except (WrongSignature, LookupError) as wrong:
        yield f"archive head: {wrong}"
        return
    if key.use != "seal" or not key.counts_at(head.at):
        yield "archive head: its key seals nothing, or did not count then"
    if head.sequence < dossier["records"][-1]["sequence"]:
        yield "archive head: it was sealed before the last record"
    checked.says.append(
        f"an archive that was sealed until record {head.sequence} at {head.at:%F %T}Z must hold these records, too"
    )
