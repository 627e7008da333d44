"""The events: where each stands in the log, and what reading and writing keep and refuse."""

import inspect
import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.events import (
    EVENTS,
    STORY,
    ApplicationWithdrawn,
    Event,
    NoticeFailed,
    NoticeSent,
    ObjectionRaised,
)
from contracts.events.base import CaseEvent, cause_of
from tests.contracts.examples import ANSWERED, EXAMPLES, NUMBER, OPENED, POOL_CONFIRMED, TABLE, Row

each_event = pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
each_kind = pytest.mark.parametrize("kind", STORY, ids=lambda kind: kind.__name__)


def parameters(kind: type[Event]) -> list[str]:
    return re.findall(r"\{(\w+)\}", kind.tail)


def test_the_table_has_every_event_of_the_story_in_its_order() -> None:
    assert tuple(map(type, EXAMPLES)) == STORY
    assert tuple(EVENTS.by_name.values()) == STORY


@pytest.mark.parametrize("row", TABLE, ids=lambda row: type(row.event).__name__)
def test_an_event_stands_on_the_subject_of_the_table(row: Row) -> None:
    assert EVENTS.subject_of(row.event) == f"case.{NUMBER}.{row.tail}"
    assert EVENTS.subjects_of(type(row.event)) == row.filter


def test_no_two_kinds_share_a_subject() -> None:
    assert len({EVENTS.subject_of(event) for event in EXAMPLES}) == len(STORY)
    shapes = [tuple(EVENTS.subjects_of(kind).split(".")) for kind in STORY]
    # Tokens of a fixed word and wildcards: two kinds overlap only where the length and the first word are the same.
    assert len({(len(shape), shape[2]) for shape in shapes}) == len(STORY)


@each_kind
def test_every_event_says_in_one_sentence_what_happened(kind: type[Event]) -> None:
    said = inspect.cleandoc(kind.__doc__ or "")
    assert said != inspect.cleandoc(CaseEvent.__doc__ or "")
    assert said.endswith((".", ").")), said
    assert "\n\n" not in said


@each_kind
def test_what_stands_in_a_subject_is_a_field_of_the_event(kind: type[Event]) -> None:
    assert set(parameters(kind)) <= set(kind.model_fields)


@pytest.mark.parametrize("value", ["a.b", "*", ">", "a b", "", "a\n", "."])
@pytest.mark.parametrize(
    ("event", "name"),
    [(event, name) for event in EXAMPLES for name in ("application", *parameters(type(event)))],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_nothing_that_changes_the_meaning_of_a_subject_can_stand_in_one(event: Event, name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        type(event).model_validate(event.model_dump() | {name: value})


@each_event
def test_what_was_written_is_read_again(event: Event) -> None:
    assert EVENTS.read(type(event).__name__, EVENTS.write(event)) == event


def test_an_older_body_without_a_field_that_has_a_default_is_still_read() -> None:
    body = POOL_CONFIRMED.model_dump_json().encode()
    assert EVENTS.read("PoolConfirmed", body) == POOL_CONFIRMED
    older = OPENED.model_dump_json(exclude={"why", "drill"}).encode()
    assert EVENTS.read("PublicityOpened", older) == OPENED


@pytest.mark.parametrize("name", ["", "DepartmentGuessed", "Event", "departmentanswered"])
def test_an_unknown_name_is_a_lookup_error(name: str) -> None:
    with pytest.raises(LookupError):
        EVENTS.read(name, EVENTS.write(POOL_CONFIRMED))


def test_an_instant_without_its_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        type(POOL_CONFIRMED).model_validate({"application": NUMBER, "at": "2026-11-23T10:00:00"})


CANARY = "王建国150303198803120018"


def with_a_canary(value: Any) -> list[Any]:
    """A JSON value in every way one of its leaves can be a canary."""
    if isinstance(value, dict):
        return [value | {key: spoilt} for key, item in value.items() for spoilt in with_a_canary(item)]
    if isinstance(value, list):
        return [
            [*value[:n], spoilt, *value[n + 1 :]] for n, item in enumerate(value) for spoilt in with_a_canary(item)
        ]
    return [CANARY, {"nested": CANARY}, [CANARY]]


def refusal(kind: type[Event], body: Any) -> ValidationError | None:
    try:
        kind.model_validate(body)
    except ValidationError as error:
        return error
    return None


@each_event
def test_an_error_never_repeats_what_was_sent(event: Event) -> None:
    spoilt = with_a_canary(event.model_dump(mode="json"))
    refusals = [error for body in spoilt if (error := refusal(type(event), body))]
    assert len(refusals) > len(type(event).model_fields)
    assert not [error for error in refusals if CANARY in str(error) or CANARY in repr(error)]


@pytest.mark.parametrize(
    "body", [CANARY.encode(), b'{"application": "' + CANARY.encode(), f'["{CANARY}"]'.encode(), b"\xff" + b"150303"]
)
def test_bytes_that_are_no_event_are_refused_without_repeating_them(body: bytes) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # what it says is the test
        EVENTS.read("PoolConfirmed", body)
    assert "150303" not in str(refused.value)
    assert "王" not in str(refused.value)


@each_event
def test_a_cause_is_one_token_that_a_notice_can_carry(event: Event) -> None:
    cause = cause_of(event)
    assert re.fullmatch(r"[a-z0-9-]+", cause)
    sent = NoticeSent(application=NUMBER, at=event.at, cause=cause, channel="sms", notice_id="N1", article="26(3)")
    assert EVENTS.subject_of(sent) == f"case.{NUMBER}.notice-sent.{cause}.sms"


def test_causes_of_different_events_differ() -> None:
    causes = [cause_of(event) for event in EXAMPLES if not isinstance(event, NoticeSent | NoticeFailed)]
    assert len(set(causes)) == len(causes) == len(STORY) - 2


def test_two_answers_of_different_rounds_have_different_subjects() -> None:
    assert EVENTS.subject_of(ANSWERED) != EVENTS.subject_of(ANSWERED.model_copy(update={"round": 2}))


BLANK = ["", " ", "\u3000", "\n", "\u200b", "\u3164", "\u2800", "\x85", "\xad\ufeff", " \u2060\u180e ", "\U000e0020"]


@pytest.mark.parametrize("blank", BLANK, ids=ascii)
def test_a_reason_an_officer_or_an_objection_that_nobody_can_see_is_refused(blank: str) -> None:
    when = {"application": NUMBER, "at": "2026-11-02T09:00:00Z"}
    with pytest.raises(ValidationError):
        ApplicationWithdrawn.model_validate({**when, "reason": blank, "by": "officer Li"})
    with pytest.raises(ValidationError):
        ApplicationWithdrawn.model_validate({**when, "reason": "moved away", "by": blank})
    with pytest.raises(ValidationError):
        ObjectionRaised.model_validate({**when, "n": 1, "received_at": when["at"], "in_time": True, "text": blank})


@pytest.mark.parametrize("blank", [blank for blank in BLANK if blank], ids=ascii)
def test_and_is_read_where_it_stands_in_the_log_already(blank: str) -> None:
    when = {"application": NUMBER, "at": "2026-11-02T09:00:00Z"}
    withdrawn = EVENTS.read("ApplicationWithdrawn", json.dumps({**when, "reason": blank, "by": blank}).encode())
    assert isinstance(withdrawn, ApplicationWithdrawn)
    assert (withdrawn.reason, withdrawn.by) == (blank, blank)
    said = {**when, "n": 1, "received_at": when["at"], "in_time": True, "text": blank}
    objection = EVENTS.read("ObjectionRaised", json.dumps(said).encode())
    assert isinstance(objection, ObjectionRaised)
    assert objection.text == blank


def test_a_reason_is_kept_as_it_was_typed_with_its_ends_trimmed() -> None:
    typed = {
        "application": NUMBER,
        "at": "2026-11-02T09:00:00Z",
        "reason": "\u3000搬走了，\n不 再需要。\n\u200b",
        "by": " 李 ",
    }
    event = ApplicationWithdrawn.model_validate(typed)
    assert (event.reason, event.by) == ("搬走了，\n不 再需要。", "李")
