"""What `department list` and `doctor` show of a department that answers wrongly or not at all, and when it is gone."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from chassis.clock import WALL
from chassis.consume.breaker import Breaker
from chassis.errors import CommandRefused
from contracts.events.values import FamilyMember
from contracts.key_register import Holding
from inquiry import answer_delivery
from inquiry.answer_delivery import deliver
from inquiry.attachments.bus import BusAttachment
from inquiry.attachments.http import HttpAttachment
from inquiry.department_client import DepartmentClient
from inquiry.department_faults import Faults
from inquiry.department_state import state_of
from inquiry.questions import question_under, to_send
from lianshen.cli.departments_table import worries
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS
from tests.support.families import an_id_number

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)


def state(faults: Faults, attachment: Any) -> dict[str, Any]:
    asking = SimpleNamespace(
        name="tax",
        department=DEPARTMENTS["tax"],
        attached_by="http",
        signatures="accepted",
        breaker=Breaker(),
        faults=faults,
        attachment=attachment,
    )
    return state_of(cast(Any, asking), Holding(), [], NOW)


async def test_a_fault_is_listed_with_its_instant_and_the_address_that_was_asked() -> None:
    faults = Faults()
    faults.add("Q1", "silent", "tax did not answer: the department's endpoint says 401", NOW)
    transport = httpx.MockTransport(lambda request: httpx.Response(200))
    attachment = HttpAttachment("https://tax.example/query?key=s3cret#top", transport=transport)
    [line] = worries([state(faults, attachment)])
    assert line == (
        "tax did not answer: the department's endpoint says 401; since 2026-11-28 12:00:00, 1 question waits;"
        " asked at https://tax.example/query"
    )


async def test_on_the_bus_the_address_is_the_subject() -> None:
    nc = SimpleNamespace(new_inbox=lambda: "_INBOX.x")
    assert BusAttachment(cast(Any, nc), "tax", cast(Any, None)).address == "department.tax.query.v1"


@pytest.mark.parametrize(("kind", "left"), [("silent", []), ("no answer", ["no answer"])])
def test_one_answer_ends_every_silence_and_no_other_questions_rubbish(kind: Any, left: list[str]) -> None:
    faults = Faults()
    faults.add("Q1", kind, "why", NOW)
    faults.add("Q2", "silent", "why", NOW + timedelta(seconds=1))
    faults.heard("Q2")
    assert [fault["kind"] for fault in faults.listed()] == left
    faults.mended("Q1")
    assert faults.listed() == []
    assert faults.newest is None


async def test_rubbish_brought_to_a_settled_question_is_refused_and_leaves_no_fault_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def read() -> None:
        return None

    register = SimpleNamespace(known=read, newest=SimpleNamespace(of=lambda name: Holding()))
    asking = DepartmentClient(
        DEPARTMENTS["tax"], cast(Any, SimpleNamespace(clock=WALL)), b"k" * 32, cast(Any, register)
    )
    person = FamilyMember(id_number=an_id_number(), name="测试一", role="applicant")
    question = question_under("QUESTION-OF-A-TEST-0", DEPARTMENTS["tax"], 1, (person,), NOW, NOW + timedelta(days=5))

    async def question_of(asking: DepartmentClient, token: str) -> Any:
        return to_send(question, None), None

    monkeypatch.setattr(answer_delivery, "question_of", question_of)
    rubbish = b'{"question_id": "QUESTION-OF-A-TEST-0", "kind": "perhaps"}'
    asking.questions.add("QUESTION-OF-A-TEST-0", "A", 1)
    with pytest.raises(CommandRefused):
        await deliver(asking, rubbish)
    assert [fault["kind"] for fault in asking.faults.listed()] == ["no answer"]
    asking.settle("QUESTION-OF-A-TEST-0", "A", 1)
    with pytest.raises(CommandRefused):
        await deliver(asking, rubbish)
    assert asking.faults.listed() == []
