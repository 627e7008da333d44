"""What the bus document tells a department's engineer: headers, signatures, queue groups, replies, how to refuse."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import contracts
from contracts.events.values import FamilyMember
from contracts.jws import ANSWER, QUESTION, Signer
from inquiry.questions import question_under, to_send
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS
from tests.support.families import an_id_number

NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def bus() -> dict[str, Any]:
    path = Path(contracts.__file__).parent / "asyncapi.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_a_question_names_its_signature_and_how_a_forged_one_is_refused(bus: dict[str, Any]) -> None:
    message = bus["components"]["messages"]["Question"]
    header = message["headers"]["properties"]["Lianshen-Signature"]
    person = FamilyMember(id_number=an_id_number(), name="测试一", role="applicant")
    question = question_under("QUESTION-OF-A-TEST", DEPARTMENTS["tax"], 1, (person,), NOW, NOW + timedelta(days=5))
    signature = to_send(question, Signer.from_seed(b"l" * 32)).signature
    assert signature is not None
    assert re.fullmatch(header["pattern"], signature)
    assert QUESTION in header["description"]
    assert "Nats-Service-Error-Code: 403" in message["description"]
    assert "Never answer it `refused`" in message["description"]


def test_an_answer_may_be_a_signature_wherever_it_is_sent(bus: dict[str, Any]) -> None:
    message = bus["components"]["messages"]["SignedAnswer"]
    assert message["contentType"] == "application/jose"
    assert re.fullmatch(message["payload"]["pattern"], Signer.from_seed(b"t" * 32).sign(b"{}", ANSWER))
    assert ANSWER in message["description"]
    for channel in ("DepartmentReply", "DepartmentDelivery"):
        assert set(bus["channels"][channel]["messages"]) == {"Answer", "SignedAnswer"}
    assert len(bus["operations"]["DepartmentQuery"]["reply"]["messages"]) == 2


def test_an_answer_that_is_brought_gets_a_reply_of_its_own(bus: dict[str, Any]) -> None:
    assert bus["operations"]["DepartmentDelivery"]["reply"]["channel"] == {"$ref": "#/channels/DeliveryReply"}
    reply = Draft202012Validator({"$ref": "#/components/schemas/DeliveryReply", "components": bus["components"]})
    reply.validate({"ok": {"taken": True}})
    reply.validate({"problem": {"status": 404, "title": "no such question", "detail": "…"}})
    assert not reply.is_valid({"ok": {"taken": False}})


def test_queue_groups_are_named(bus: dict[str, Any]) -> None:
    assert "queue group `q`" in bus["channels"]["DepartmentQuery"]["description"]
    assert bus["operations"]["DepartmentDelivery"]["bindings"]["nats"]["queue"] == "q"
