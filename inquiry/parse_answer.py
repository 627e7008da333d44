"""Reads what a department answered, as the contract has it; what is beyond it is dropped and counted. Pure.

Three things can come of it (ADR 0010). Bytes that are no answer by the contract are a fault of the department
(NoAnswer): nothing is recorded, and it is asked again. An answer that contradicts itself is `cannot_determine`, and so
a person's matter. A value that is not understood is "not stated", beside which the row keeps what was said.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from operator import is_not
from typing import Any

from pydantic import ValidationError

from contracts.answer_kinds import contradiction_about, contradiction_of_the_whole, merged, nothing_of
from contracts.inquiries import Answer, AnswerClaims, PersonAnswer, Question
from contracts.local_time import SHANGHAI
from procedures.department import Department
from procedures.records import doubts_in, fields_of, read_row

DEEPEST = 12
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
OF_AN_ANSWER = frozenset(Answer.model_fields)
OF_A_SIGNED_ANSWER = OF_AN_ANSWER | AnswerClaims.model_fields.keys()
OF_A_PERSON = frozenset(PersonAnswer.model_fields)
INSTANT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")
FREE_TEXTS = {"note": 200, "answered_by": 60}
"""They decide nothing, so one that is too long is cut, and one that is no text is not kept."""
LONGEST_PROMISE = timedelta(days=30)
STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
NOT_JSON = "it is not JSON"
EARLIEST_PROMISE = 2000
"""An instant of an earlier year is what a system writes for "never"; one that has passed meanwhile is kept."""


class NoAnswer(Exception):
    """Bytes that are no answer by the contract: a fault of the department. Says why, and nothing of what they said."""


@dataclass(frozen=True)
class Read:
    """An answer as it may be stored, how much of it was beyond the contract, and what in it contradicts itself."""

    answer: Answer
    surplus: int = 0
    contradictions: tuple[str, ...] = ()

    @property
    def not_understood(self) -> list[str]:
        """What its rows say that their contract does not have."""
        return doubts_in(row for person in self.answer.persons for row in person.records)


def read_answer(body: bytes, question: Question, department: Department, now: datetime | None = None) -> Read:
    """The answer as it may be stored. Raises NoAnswer, and nothing else, whatever the bytes are."""
    return read_parsed(parsed(body), question, department, now)


def read_parsed(raw: dict[str, Any], question: Question, department: Department, now: datetime | None = None) -> Read:
    """The same of an answer whose JSON is decoded already; `raw` is used up. Raises NoAnswer."""
    beyond = _narrow(raw, OF_A_SIGNED_ANSWER)
    _narrow(raw, OF_AN_ANSWER)
    if raw.get("kind") == "found" and not raw.get("persons") and beyond:
        raise NoAnswer("it is found, and persons stand under another name")
    surplus = beyond + _narrow_persons(raw)
    _cut_free_texts(raw)
    _instant(raw)
    if raw.get("kind") != "deferred":
        raw.pop("promised_at", None)
    try:
        answer = Answer.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        place = "/".join(str(step) for step in first["loc"][:6])
        raise NoAnswer(f"it does not fit its contract at {place or 'the top'} ({first['type']})") from None
    if answer.question_id != question.question_id:
        raise NoAnswer("it is to another question")
    if answer.kind == "deferred":
        _promise(answer, now or question.asked_at)
        if all(person.kind == "deferred" and not person.records for person in answer.persons):
            return Read(answer.model_copy(update={"persons": ()}), surplus)
    return _within(answer, question, department, surplus)


def _narrow_persons(raw: dict[str, Any]) -> int:
    """What is beyond the contract in what is said of persons. Raises NoAnswer if rows may stand under another name."""
    persons = raw.setdefault("persons", [])
    if not isinstance(persons, list):
        raise NoAnswer("persons is no list")
    surplus = 0
    for person in persons:
        if not isinstance(person, dict):
            raise NoAnswer("a person is no object")
        beyond = _narrow(person, OF_A_PERSON)
        if person.get("kind") == "found" and not person.get("records") and beyond:
            raise NoAnswer("a person is found, and the rows stand under another name than records")
        surplus += beyond
    return surplus


def _instant(raw: dict[str, Any]) -> None:
    """A number, or a text of digits, is no instant. Raises NoAnswer."""
    promised = raw.get("promised_at")
    if promised is not None and not (isinstance(promised, str) and INSTANT.match(promised)):
        raise NoAnswer("promised_at is no instant (RFC 3339)")


def _cut_free_texts(raw: dict[str, Any]) -> None:
    for name, most in FREE_TEXTS.items():
        text = raw.pop(name, None)
        if isinstance(text, str):
            raw[name] = text.encode(errors="replace").decode()[:most]


def _promise(answer: Answer, now: datetime) -> None:
    """Raises NoAnswer for a promise that cannot be kept in any calendar of ours."""
    if answer.promised_at is None:
        raise NoAnswer("a deferred answer must promise an instant (promised_at)")
    try:
        promised = answer.promised_at.astimezone(SHANGHAI)
        kept = promised.year > EARLIEST_PROMISE and promised <= now + LONGEST_PROMISE
    except OverflowError:
        kept = False
    if not kept:
        raise NoAnswer(f"it promises an instant (promised_at) that is not within {LONGEST_PROMISE.days} days")


def _within(answer: Answer, question: Question, department: Department, surplus: int) -> Read:
    """Only persons asked about, each once, in the question's order; only rows and fields of the contract."""
    family, day = question.family, question.asked_on
    asked = [person for person in answer.persons if person.id_number in family]
    beyond = len(answer.persons) - len(asked)
    kinds = [person.kind for person in asked]
    others = [person.kind for person in answer.persons if person.id_number not in family]
    contradictions = [contradiction_of_the_whole(answer.kind, kinds, others, department.with_name)]
    persons = []
    for number in (person.id_number for person in question.persons):
        if entries := [person for person in asked if person.id_number == number]:
            person, contradiction, dropped = _about_one(entries, department, family, day)
            persons.append(person)
            contradictions.append(contradiction)
            surplus += dropped
    if answer.kind == "deferred" and contradictions[0] is None:
        contradictions[0] = "deferred, and rows beside it"
    if contradictions[0] is not None:
        persons = [nothing_of(person.id_number) for person in question.persons]
        answer = answer.model_copy(update={"kind": "cannot_determine"})
    why = tuple(contradiction for contradiction in contradictions if contradiction is not None)
    if why:
        answer = answer.model_copy(update={"note": f"it contradicts itself: {'; '.join(why)}"[:200]})
    if len(persons) != len(answer.persons) or any(map(is_not, persons, answer.persons)):
        answer = answer.model_copy(update={"persons": tuple(persons)})
    return Read(answer, surplus + beyond, why)


def _about_one(
    entries: list[PersonAnswer], department: Department, family: frozenset[str], day: date
) -> tuple[PersonAnswer, str | None, int]:
    """What is kept of what is said about one person, what in it contradicts itself, and how much is dropped."""
    person, contradiction = merged(entries)
    contradiction = contradiction or contradiction_about(person.kind, len(person.records), department.with_name)
    if contradiction is not None:
        return nothing_of(person.id_number), contradiction, 0
    kept, dropped = _records(person, department, family, day)
    return kept, None, dropped


def _records(
    person: PersonAnswer, department: Department, family: frozenset[str], day: date
) -> tuple[PersonAnswer, int]:
    """What is kept of one person's rows, and how much is not. Raises NoAnswer for a row under other names only."""
    if not person.records:
        return person, 0
    known = fields_of(department.record).keys()
    beyond = [len(row.keys() - known) for row in person.records]
    if any(more and more == len(row) for more, row in zip(beyond, person.records, strict=True)):
        raise NoAnswer("a row has no field of its contract, and others instead")
    said = [read_row(department.record, row) for row in person.records]
    kept = department.within_question(said, family, day)
    surplus = sum(beyond) + sum(one is not other and one != other for one, other in zip(said, kept, strict=True))
    records = tuple(row.model_dump(mode="json", by_alias=True, exclude_none=True) for row in kept if row is not None)
    return person.model_copy(update={"records": records}), surplus


def _refuse_constant(name: str) -> object:
    raise NoAnswer(f"{name} is no number of JSON")


def _number_of(written: str) -> Decimal:
    """A number of JSON stays a number: a code is a text, and what is written 150303.0 is none."""
    try:
        return Decimal(written)
    except ArithmeticError:
        raise NoAnswer("a number is larger than any") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """RFC 7493 2.3: of a name that comes twice nobody can tell which value counts."""
    table = dict(pairs)
    if len(table) != len(pairs):
        raise NoAnswer("a name stands twice in one object")
    return table


def parsed(body: bytes) -> dict[str, Any]:
    """An answer's JSON, an object with every name once. Raises NoAnswer."""
    # No text is deeper than it has brackets that open.
    if body.count(b"{") + body.count(b"[") > DEEPEST and _too_deep(body):
        raise NoAnswer("it is nested too deeply")
    try:
        # A byte-order mark may be skipped (RFC 8259 8.1).
        raw = _decoder().decode(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NoAnswer("it is not UTF-8") from None
    except (ValueError, RecursionError):
        raise NoAnswer(NOT_JSON) from None
    if not isinstance(raw, dict):
        raise NoAnswer("it is no object")
    return raw


def _too_deep(body: bytes) -> bool:
    return _depth(body) > DEEPEST and _depth(STRING.sub(b"", body)) > DEEPEST


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for bracket in body.translate(None, NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


@cache
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_number_of)


def _narrow(table: dict[str, Any], names: frozenset[str]) -> int:
    """Drops the keys that are not in `names`; returns how many."""
    beyond = table.keys() - names
    for name in beyond:
        del table[name]
    return len(beyond)


def cannot_determine(question: Question, why: str, surplus: int = 0) -> Read:
    """What stands in the log for an answer that may not be kept: the reason, never what it said."""
    persons = tuple(nothing_of(person.id_number) for person in question.persons)
    answer = Answer(question_id=question.question_id, kind="cannot_determine", persons=persons, note=why[:200])
    return Read(answer, surplus)
