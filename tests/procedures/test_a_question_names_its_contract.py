"""Two procedures may ask one department for different rows: the question says which (ADR 0017)."""

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from pydantic import Field

from chassis.log.journal import Journal
from contracts.case.case import Case, Recorded
from contracts.case.fold import fold
from contracts.events import ApplicationAccepted, DepartmentAnswered, Event
from contracts.inquiries import Answer, AnswerProof, PersonAnswer
from contracts.jws import sha256
from evidence import answers
from inquiry.department_client import DepartmentClient
from inquiry.questions import to_send
from lianshen.simulation.answers import read_question
from procedures.codes import Month
from procedures.hainan_2025.departments.tax import TAX
from procedures.hainan_2025.law import HAINAN_2025
from procedures.procedure import Procedures
from procedures.records import Record
from tests.asking.test_deadlines import a_determination, again, an_asking
from tests.intake.in_memory import Memory
from tests.procedures.made_up import MADE_UP
from tests.support.families import accepted, an_application_number, submitted


class PaidUntil(Record):
    paid_until: Month = Field(default=None, description="the last month for which tax was paid, YYYY-MM")


TAX_PAID = replace(TAX, record=PaidUntil, former_hashes=(), contract="tax-paid")
SECOND = replace(MADE_UP, departments=(TAX_PAID,))
BOTH = Procedures(HAINAN_2025, (SECOND,))


def a_case(policy: str) -> tuple[Case, ApplicationAccepted]:
    number = an_application_number()
    first = accepted(number).model_copy(update={"policy": policy})
    return folded(submitted(number), first), first


def folded(*events: Event) -> Case:
    history = (Recorded(n, event, "id", event.at) for n, event in enumerate(events, start=1))
    return fold(tuple(history), events[0].application)


def the_client(journal: Memory | None = None) -> DepartmentClient:
    client = an_asking(TAX, cast(Journal, journal or Memory()))
    client.by_procedure = BOTH.named_contracts("tax")
    return client


def test_the_first_contract_has_no_name_and_its_questions_keep_their_bytes() -> None:
    case, first = a_case("hainan-2025")
    sent = the_client().as_sent(case, 1)
    applicant = first.persons[0]
    before = {
        "question_id": sent.question.question_id,
        "department": "tax",
        "round": 1,
        "asked_at": json.loads(first.model_dump_json())["at"],
        "answer_by": json.loads(first.model_dump_json())["answer_by"],
        "persons": [{"id_number": applicant.id_number, "name": applicant.name}],
    }
    assert sent.body == json.dumps(before, separators=(",", ":"), ensure_ascii=False).encode()
    assert "contract" not in sent.question.model_dump()


def test_a_second_procedures_question_names_its_contract_and_its_answer_is_read_by_it() -> None:
    case, _ = a_case(SECOND.name)
    client = the_client()
    sent = client.as_sent(case, 1)
    assert read_question(sent.body)["contract"] == "tax-paid", "the simulation takes it, too"
    person = sent.question.persons[0].id_number
    rows = [{"paid_until": "2026-10"}]
    answer = {
        "question_id": sent.question.question_id,
        "kind": "found",
        "persons": [{"id_number": person, "kind": "found", "records": rows}],
    }
    heard = client.verify(json.dumps(answer).encode(), sent)
    assert heard.read.surplus == 0
    assert heard.read.answer.persons[0].records == ({"paid_until": "2026-10"},)


async def test_a_new_round_asks_with_the_contract_of_its_case() -> None:
    class Holding(Memory):
        def holding(self, *events: Event) -> "Holding":
            self._store(events)
            return self

    for policy, contract in ((SECOND.name, "tax-paid"), ("hainan-2025", None)):
        number = an_application_number()
        first = accepted(number).model_copy(update={"policy": policy})
        anew = again(first)
        journal = Holding().holding(submitted(number), first, a_determination(number, "ineligible"), anew)
        client = the_client(journal)
        assert [(await client._asked_with(event)).contract for event in (first, anew)] == [contract, contract]


def test_an_answer_is_proved_against_the_question_of_its_cases_own_procedure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PROCEDURES", BOTH)
    case, first = a_case(SECOND.name)
    sent = the_client().as_sent(case, 1)
    said = Answer(
        question_id=sent.question.question_id,
        kind="none",
        persons=(PersonAnswer(id_number=sent.question.persons[0].id_number, kind="none"),),
    )
    event = DepartmentAnswered(
        application=case.application,
        at=first.at,
        department="tax",
        round=1,
        question_id=sent.question.question_id,
        asked_at=first.at,
        answer=said,
        evidence=AnswerProof(question_sha256=sha256(sent.body)),
    )
    found = answers.answer_in(case, event)
    assert found is not None
    assert found.question == sent.body
    assert to_send(sent.question, None).body == sent.body


def test_other_rows_under_no_name_or_under_the_same_are_refused() -> None:
    unnamed: Any = replace(SECOND, departments=(replace(TAX_PAID, contract=None),))
    with pytest.raises(ValueError, match="tax is asked for other rows"):
        Procedures(HAINAN_2025, (unnamed,))
    another = replace(TAX, contract="tax-paid")
    same_name = replace(SECOND, policy=replace(SECOND.policy, name="a-third"), departments=(another,))
    with pytest.raises(ValueError, match="tax is asked for other rows"):
        Procedures(HAINAN_2025, (SECOND, same_name))
    assert [it.contract for it in BOTH.asked_by("verify-household") if it.name == "tax"] == [None]
