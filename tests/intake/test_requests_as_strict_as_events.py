"""Whatever a request may say, its event may say; what it may not is told at its place, and is no fault of ours."""

import asyncio
import json
from datetime import UTC, datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from determination.commands import Confirm, Reverify
from intake.commands import Withdraw
from intake.problems import UNCHANGED
from intake.read_bodies import Withdrawal
from publicity.commands import Correct, DecideObjection
from pydantic import BaseModel, TypeAdapter

from chassis.errors import CommandRefused
from contracts.application import Supplement
from contracts.events import (
    AnsweredByHand,
    ApplicationWithdrawn,
    DeterminationConfirmed,
    ObjectionDecided,
    PublicityOpened,
    ReverificationOpened,
)
from contracts.events.values import Reason
from contracts.key_register import AskingPaused, AskingResumed, DepartmentCertified, KeyRegistered, KeyRevoked
from inquiry.by_people.manual_answers import AnswerByHand
from inquiry.register_changes import Certify, Pause, RegisterKey, RevokeKey
from tests.intake.in_memory import Intake
from tests.support.families import a_form

COMPLETE = json.loads(a_form().model_dump_json())
LONGEST = TypeAdapter(Reason).json_schema()["maxLength"]
INCOMPLETE = {**COMPLETE, "documents": ["application_form"]}


BECOMES: dict[type[BaseModel], tuple[type[BaseModel], ...]] = {
    Withdrawal: (ApplicationWithdrawn,),
    Withdraw: (ApplicationWithdrawn,),
    Confirm: (DeterminationConfirmed,),
    Reverify: (ReverificationOpened,),
    DecideObjection: (ObjectionDecided,),
    Correct: (PublicityOpened,),
    AnswerByHand: (AnsweredByHand,),
    RegisterKey: (KeyRegistered,),
    RevokeKey: (KeyRevoked,),
    Pause: (AskingPaused, AskingResumed),
    Certify: (DepartmentCertified,),
}
"""Every request in words of its sender's own, and what it becomes."""
LOOKED_UP = {(AnswerByHand, "department"), (DecideObjection, "n")}
"""Compared with what there is, before it becomes anything."""


def stated(model: type[BaseModel], field: str) -> object:
    """A field's type with every check in it; that it may be left out is no check."""
    hint = get_type_hints(model, include_extras=True)[field]
    given = [part for part in get_args(hint) if part is not type(None)]
    return given[0] if get_origin(hint) in (Union, UnionType) and len(given) == 1 else hint


def shared() -> list[tuple[type[BaseModel], type[BaseModel], str]]:
    return [
        (request, event, field)
        for request, events in BECOMES.items()
        for event in events
        for field in request.model_fields
        if field in event.model_fields and (request, field) not in LOOKED_UP
    ]


@pytest.mark.parametrize(("request_", "event", "field"), shared())
def test_a_field_of_a_request_is_the_field_of_its_event(
    request_: type[BaseModel], event: type[BaseModel], field: str
) -> None:
    assert stated(request_, field) == stated(event, field)


@pytest.fixture
def intake() -> Intake:
    return Intake()


def opened(intake: Intake, form: dict[str, Any] = COMPLETE) -> str:
    return str(intake.post(json.dumps(form).encode()).json()["receipt"]["application_number"])


@pytest.mark.parametrize(
    "reason",
    ["", " ", "\t\n", "\u3000\t", "\u00a0", "\u2003\u3000", "x" * (LONGEST + 1), 7, None, True, [], {}],
)
def test_a_reason_that_its_event_would_not_take_is_told_at_its_place(intake: Intake, reason: object) -> None:
    number = opened(intake)
    reply = intake.withdraw(number, json.dumps({"reason": reason}).encode())
    assert (reply.status_code, [fault["pointer"] for fault in reply.json()["errors"]]) == (422, ["/reason"])
    assert intake.withdraw(number, b'{"reason": "we move away"}').json()["application"]["state"] == "withdrawn"


@pytest.mark.parametrize("reason", ["x", " 搬家 ", "x" * LONGEST, "\u3000搬家\u3000"])
def test_a_reason_that_its_event_takes_is_taken_and_stands_there_stripped(intake: Intake, reason: str) -> None:
    number = opened(intake)
    assert intake.withdraw(number, json.dumps({"reason": reason}).encode()).status_code == 202
    event = intake.events(number)[-1]
    assert isinstance(event, ApplicationWithdrawn)
    assert event.reason == reason.strip()


def test_a_family_need_not_say_why(intake: Intake) -> None:
    number = opened(intake)
    assert intake.withdraw(number).status_code == 202
    assert intake.withdraw(number, b"{}").status_code == 202


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"[]", ""),
        (b"{", ""),
        (b"\xff", ""),
        (b'{"why": "we move"}', "/why"),
        (b'{"reason": "a", "reason": "b"}', "/reason"),
        (b'{"reason": "\\ud800"}', ""),
    ],
)
def test_any_other_fault_of_a_withdrawal_is_told_at_its_own_place(intake: Intake, body: bytes, pointer: str) -> None:
    reply = intake.withdraw(opened(intake), body)
    assert (reply.status_code, [fault["pointer"] for fault in reply.json()["errors"]]) == (422, [pointer])


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b'{"documents": ["own_income"]}', b'{"documents": [" "]}', b'{"consents": [{}]}']
)
def test_whoever_has_a_case_is_never_told_that_none_was_opened(intake: Intake, body: bytes) -> None:
    number = opened(intake, INCOMPLETE)
    for reply in (intake.supplement(number, body), intake.withdraw(number, b'{"reason": " "}')):
        assert (reply.status_code, reply.json()["detail"]) == (422, UNCHANGED.en)
        assert reply.json()["detail_zh"] == UNCHANGED.zh
        assert reply.json()["errors"]
    assert len(intake.events(number)) == 2


def test_a_counter_that_hands_in_what_was_not_asked_for_is_told_the_field_as_a_kiosk_is(intake: Intake) -> None:
    number = opened(intake, INCOMPLETE)
    beyond = Supplement(documents=("commitment", "own_income"))
    with pytest.raises(CommandRefused) as told:
        asyncio.run(intake.desk.supplement(number, beyond, datetime.now(UTC)))
    assert (told.value.status, told.value.detail) == (
        422,
        "supplement/documents/1: this was not asked for; leave it out",
    )
