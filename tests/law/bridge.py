"""The project's determination in the shapes of this folder; only here and in bridge_intake is the project imported.

Answers go by the door that a department's answers go by: JSON, the question they are to, the reading, the rules.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from contracts.case.answers import Counted
from contracts.events.values import FamilyMember, OwnBan
from contracts.inquiries import Answer as ReadAnswer
from contracts.local_time import SHANGHAI
from inquiry.parse_answer import read_answer
from inquiry.questions import question_under
from procedures.department import Department
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS
from procedures.hainan_2025.determination import awaited, judge, outcome
from procedures.hainan_2025.facts import Facts as OurFacts
from procedures.hainan_2025.policy import POLICY
from procedures.hainan_2025.rules import conditions
from tests.law.facts import Answer, Facts, OwnRecord, Verdict

QUESTION = "QUESTION-OF-A-TEST"


def project_verdict(facts: Facts) -> Verdict:
    """The project's determination of a case, silent departments counting as if no more will come."""
    evidence = _evidence(facts)
    findings = judge(evidence)
    carried = conditions(evidence)
    return Verdict(
        outcome=outcome(findings),
        truths={finding.rule: finding.truth for finding in findings},
        conditions="none" if not carried else "to_be_checked" if carried[0].to_be_checked else "carried",
        waits_for=awaited(evidence),
    )


def _evidence(facts: Facts) -> OurFacts:
    persons = tuple(
        FamilyMember(id_number=member.id_number, name="Test", role=member.role)
        for member in facts.members
        if member.role != "parent"
    )
    at = datetime.combine(facts.accepted_on, time(12), SHANGHAI).astimezone(UTC)
    return OurFacts(
        persons=persons,
        marital_status=facts.marital_status,
        own_income_shown=facts.own_income_shown,
        at_a_counter=facts.at_a_counter,
        accepted_at=at,
        accepted_on=facts.accepted_on,
        as_of=facts.as_of,
        policy=POLICY,
        answers=dict(_counted(facts, persons, at)),
        children_elsewhere=facts.children_elsewhere,
        own_ban=own_ban(facts.own_record),
    )


def own_ban(record: OwnRecord | None) -> OwnBan | None:
    return OwnBan(article="32", since=record.since, until=record.until) if record else None


def _counted(facts: Facts, persons: tuple[FamilyMember, ...], at: datetime) -> Iterator[tuple[str, Counted]]:
    for sequence, (name, department) in enumerate(DEPARTMENTS.items(), 1):
        if name not in facts.answers:  # nobody to ask about
            yield name, Counted(sequence, ReadAnswer(question_id=QUESTION, kind="none"), at)
        elif (answer := facts.answers[name]) is not None:
            yield name, Counted(sequence, heard(department, answer, persons, at), at)


def heard(department: Department, answer: Answer, persons: tuple[FamilyMember, ...], at: datetime) -> ReadAnswer:
    """An answer as it is recorded, by the door that every answer goes by."""
    question = question_under(QUESTION, department, 1, persons, at, at + timedelta(days=7))
    said = {
        "question_id": QUESTION,
        "kind": answer.kind,
        "persons": [
            {"id_number": number, "kind": person.kind, "records": person.records}
            for number, person in answer.persons.items()
        ],
    }
    body = json.dumps(said, default=_iso).encode()
    read = read_answer(body, question, department, at)
    assert not read.contradictions, read.contradictions
    return read.answer


def _iso(value: Any) -> str:
    return str(value.isoformat())


def without(facts: Facts, department: str) -> Facts:
    """The facts with one department silent."""
    return replace(facts, answers={**facts.answers, department: None})
