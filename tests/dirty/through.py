"""The way of an answer, without a bus: bytes are read at the edge, what is kept is judged by the rules."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from contracts.case.answers import Counted
from contracts.events.values import FamilyMember
from contracts.inquiries import Answer, Question
from inquiry.parse_answer import Read, read_answer
from inquiry.questions import question_for
from procedures.department import Department
from procedures.hainan_2025.departments import DEPARTMENTS as ALL_DEPARTMENTS
from procedures.hainan_2025.determination import judge, outcome
from procedures.hainan_2025.rules import conditions
from tests.dirty.bases import Base, Rows, hukou, marriage
from tests.rules.rules_world import AT, evidence

DEPARTMENTS: dict[str, Department] = {it.name: it for it in ALL_DEPARTMENTS}
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
CODES = {"single": "10", "married": "20", "widowed": "30", "divorced": "40"}


@dataclass(frozen=True)
class Result:
    """What came out, the condition it carries, and all that was said about why not."""

    outcome: str
    condition: str | None
    texts: tuple[str, ...]
    stored: str
    """Everything that a determination keeps of it."""


@cache
def asked(department: str, persons: tuple[FamilyMember, ...]) -> Question:
    return question_for(DEPARTMENTS[department], b"k" * 32, "A", 1, persons, NOW, NOW + timedelta(days=5))


def envelope(question: Question, rows: Rows) -> dict[str, Any]:
    """The rows of each person as an answer; of whom there is none, `none`."""
    persons = [
        {"id_number": it.id_number, "kind": "found", "records": list(rows[it.id_number])}
        if rows.get(it.id_number)
        else {"id_number": it.id_number, "kind": "none", "records": []}
        for it in question.persons
    ]
    kind = "found" if any(it["kind"] == "found" for it in persons) else "none"
    return {"question_id": question.question_id, "kind": kind, "persons": persons}


def heard(department: str, persons: tuple[FamilyMember, ...], rows: Rows) -> Read:
    """Raises NoAnswer."""
    question = asked(department, persons)
    body = json.dumps(envelope(question, rows)).encode()
    return read_answer(body, question, DEPARTMENTS[department], NOW)


def judged(base: Base, answer: Answer) -> Result:
    """What comes out if the department of the case says this, and every other what it says in it."""
    world = evidence(base.persons, {**_others(base), base.department: Counted(7, answer, AT)}, base.marital_status)
    findings, carried = judge(world), conditions(world)
    condition = ("check" if carried[0].to_be_checked else "leave") if carried else None
    texts = (*(it.text for it in findings if it.truth != "met"), *(it.text for it in carried))
    stored = "\n".join(it.model_dump_json() for it in (*findings, *carried))
    return Result(outcome(findings), condition, texts, stored)


@cache
def _others(base: Base) -> Mapping[str, Counted]:
    spouses = {it.role: it.id_number for it in base.persons}
    other = {"applicant": "spouse", "spouse": "applicant"}
    usual: dict[str, Rows] = {
        "household-registry": {it.id_number: (hukou(),) for it in base.persons},
        "civil-affairs": {
            it.id_number: (marriage(CODES[base.marital_status], spouses.get(other[it.role], "")),)
            for it in base.persons
            if it.role in other
        },
    }
    said = usual | dict(base.otherwise)
    return {
        name: Counted(n, heard(name, base.persons, said.get(name, {})).answer, AT)
        for n, name in enumerate(DEPARTMENTS, 1)
        if name != base.department
    }
