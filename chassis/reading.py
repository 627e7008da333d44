"""Reads what a department answered into the contract's shape; what is beyond it is dropped and counted. Pure.

Garbage is "cannot_determine" with the reason kept: no answer of a department ever stops a case or a service.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from contracts.departments import Answer, AnswerClaims, Department, PersonAnswer, Question, Record

DEEPEST = 12
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


@dataclass(frozen=True)
class Read:
    """An answer as it may be stored, and how much of it was beyond the contract."""

    answer: Answer
    surplus: int = 0
    garbage: bool = False


def read_answer(body: bytes, question: Question, department: Department) -> Read:
    """Never raises: bytes that are no answer become cannot_determine and say why, without what they said."""
    try:
        raw = _parsed(body)
        surplus = _narrow(raw, {*Answer.model_fields, *AnswerClaims.model_fields})
        _narrow(raw, set(Answer.model_fields))
        persons = raw.get("persons") or []
        if not isinstance(persons, list):
            raise _Garbage("persons is no list")
        for person in persons:
            if not isinstance(person, dict):
                raise _Garbage("a person is no object")
            surplus += _narrow(person, {"id_number", "kind", "records"})
        raw["persons"] = persons
        answer = Answer.model_validate(raw)
    except _Garbage as garbage:
        return cannot_determine(question, str(garbage))
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        place = "/".join(str(step) for step in first["loc"][:6])
        at = f"at {place or 'the top'} ({first['type']})"
        return cannot_determine(question, f"the answer does not fit its contract {at}")
    if answer.question_id != question.question_id:
        return cannot_determine(question, "the answer is to another question")
    if answer.kind == "deferred" and answer.promised_at is None:
        return cannot_determine(question, "a deferred answer must promise an instant (promised_at)")
    return _within(answer, question, department, surplus)


def _within(answer: Answer, question: Question, department: Department, surplus: int) -> Read:
    """Only persons asked about, only rows and fields of the contract."""
    family = frozenset(person.id_number for person in question.persons)
    known = _names(department.record)
    persons = []
    seen: set[str] = set()
    for person in answer.persons:
        if person.id_number not in family or person.id_number in seen:
            surplus += 1
            continue
        seen.add(person.id_number)
        records: list[dict[str, Any]] = []
        for row in person.records:
            surplus += len(row.keys() - known)
            try:
                row_as_said = department.record.model_validate(row)
                kept = department.within_question(row_as_said, family)
            except ValidationError as error:
                place = str(error.errors(include_input=False)[0]["loc"][:1])
                return cannot_determine(question, f"a row does not fit its contract at {place}", surplus)
            if kept is None:
                surplus += 1
            else:
                surplus += kept != row_as_said
                records.append(kept.model_dump(mode="json", by_alias=True, exclude_none=True))
        persons.append(PersonAnswer.model_construct(**{**person.__dict__, "records": tuple(records)}))
    return Read(Answer.model_construct(**{**answer.__dict__, "persons": tuple(persons)}), surplus)


@cache
def _names(record: type[Record]) -> set[str]:
    return {info.alias or name for name, info in record.model_fields.items()}


class _Garbage(Exception):
    """Bytes that are no answer."""


def _refuse_constant(name: str) -> object:
    raise _Garbage(f"{name} is no number of JSON")


def _parsed(body: bytes) -> dict[str, Any]:
    depth = deepest = 0
    for bracket in body.translate(None, NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise _Garbage("the answer is nested too deeply")
    try:
        raw = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, parse_float=str)
    except UnicodeDecodeError:
        raise _Garbage("the answer is not UTF-8") from None
    except (ValueError, RecursionError):
        raise _Garbage("the answer is not JSON") from None
    if not isinstance(raw, dict):
        raise _Garbage("the answer is no object")
    return raw


def _narrow(table: dict[str, Any], names: set[str]) -> int:
    """Drops the keys that are not in `names`; returns how many."""
    beyond = table.keys() - names
    for name in beyond:
        del table[name]
    return len(beyond)


def cannot_determine(question: Question, why: str, surplus: int = 0) -> Read:
    """What stands in the log for something that was no answer: the reason, never what it said."""
    persons = tuple(PersonAnswer(id_number=person.id_number, kind="cannot_determine") for person in question.persons)
    answer = Answer(
        question_id=question.question_id,
        kind="cannot_determine",
        persons=persons,
        note=f"not an answer: {why}"[:200],
    )
    return Read(answer, surplus, garbage=True)
