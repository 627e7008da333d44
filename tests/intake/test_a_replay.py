"""What was taken in once is taken in: the same key and body give the same receipt, whatever is new meanwhile."""

import asyncio
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from intake.body_hash import VERSION, body_hash, is_body_of
from pydantic import BaseModel

from contracts.application import ApplicationForm
from contracts.events import EVENTS, ApplicationSubmitted
from contracts.numbers import application_number
from contracts.people import check_digit
from procedures.hainan_2025.projects import Project
from tests.intake.in_memory import NUMBER_KEY, Intake, Memory
from tests.support.families import a_form

KEY = b"the-key-of-this-form"
NUMBER = application_number(KEY.decode(), NUMBER_KEY)
FORM: dict[str, Any] = json.loads(a_form().model_dump_json(exclude_none=True))
FORM["declared_housing"] = [{"address": "测试路 1 号", "area": 36, "owner": "15030319900101202X", "floors": [1, 2]}]
INCOMPLETE = {**FORM, "documents": ["application_form"]}
RECORDED = Path(__file__).parents[1] / "recorded" / "a68a448" / "log.jsonl.gz"


def body_of(form: dict[str, Any]) -> bytes:
    return json.dumps(form, ensure_ascii=False).encode()


def project(name: str, opens: int = -30, closes: int = 30) -> dict[str, Project]:
    """A project that is open from so many days before today until so many after."""
    today = datetime.now(UTC).date()
    days = (today + timedelta(days=opens), today + timedelta(days=closes))
    return {name: Project(name, "示范", *days, price_published=date(2025, 9, 20))}


THERE, GONE, OVER = project("HN-2026-01"), project("HN-2027-01"), project("HN-2026-01", -30, -2)


@pytest.mark.parametrize("now", [THERE, GONE, OVER, {}], ids=["there", "gone", "window-over", "no-project-at-all"])
def test_a_replay_gives_the_same_receipt_whatever_became_of_the_project(now: dict[str, Project]) -> None:
    memory = Memory()
    first = Intake(memory, THERE).post(body_of(FORM), KEY)
    again = Intake(memory, now).post(body_of(FORM), KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert len(memory.cases) == 1


def test_another_form_for_a_project_that_is_gone_is_told_so_and_opens_nothing() -> None:
    memory = Memory()
    Intake(memory, THERE).post(body_of(FORM), KEY)
    later = Intake(memory, GONE)
    other = {**FORM, "channel": "kiosk-04"}
    for key in (KEY, b"another-key"):
        reply = later.post(body_of(other), key)
        assert (reply.status_code, [fault["pointer"] for fault in reply.json()["errors"]]) == (422, ["/project"])
    assert len(memory.cases) == 1


def test_a_case_whose_project_is_gone_is_supplemented_shown_and_withdrawn_as_before() -> None:
    for now in (GONE, OVER):
        memory = Memory()
        assert Intake(memory, THERE).post(body_of(INCOMPLETE), KEY).status_code == 202
        later = Intake(memory, now)
        half = later.supplement(NUMBER, b'{"documents": ["commitment", "consent"]}')
        assert (half.status_code, half.json()["application"]["intake"]) == (202, "supplement")
        whole = later.supplement(NUMBER, b'{"documents": ["identity_copies"]}')
        assert (whole.status_code, whole.json()["application"]["intake"]) == (202, "accepted")
        assert later.withdraw(NUMBER).json()["application"]["state"] == "withdrawn"


def test_a_form_that_a_new_rule_refuses_is_still_replayed_and_a_new_one_is_refused() -> None:
    """Births before 1900 were taken until November 2026."""
    number = "15030309990101826"
    number += check_digit(number)
    old = json.loads(body_of(FORM))
    old["applicant"]["id_number"] = old["consents"][0]["id_number"] = number
    intake = Intake()
    assert intake.post(body_of(old), KEY).status_code == 422
    form = ApplicationForm.model_validate(old)
    event = ApplicationSubmitted(application=NUMBER, at=datetime.now(UTC), form=form, body_sha256=body_hash(form))
    intake.memory._store([event])
    again = intake.post(body_of(old), KEY)
    assert (again.status_code, again.json()["receipt"]["application_number"]) == (202, NUMBER)
    assert intake.post(body_of(old), b"another-key").status_code == 422


def test_a_fresh_form_costs_no_read_and_only_one_that_would_be_refused_costs_one() -> None:
    intake = Intake()
    assert intake.post(body_of(FORM), KEY).status_code == 202
    assert intake.memory.asked_for == []
    assert intake.post(b"{", KEY).status_code == 422
    assert intake.post(body_of({**FORM, "project": 7}), KEY).status_code == 422
    assert intake.memory.asked_for == [], "what is no form has opened no case"
    assert intake.post(body_of({**FORM, "project": "HN-1999-01"}), b"another-key").status_code == 422
    assert len(intake.memory.asked_for) == 1


# --- the same body, however it is written ---------------------------------------------------------------------


def reordered(value: Any) -> Any:
    """The same content with the keys of every object from the last to the first."""
    if isinstance(value, dict):
        return {key: reordered(item) for key, item in reversed(value.items())}
    return [reordered(item) for item in value] if isinstance(value, list) else value


def spellings() -> Iterator[Any]:
    text = body_of(FORM).decode()
    yield pytest.param(body_of(reordered(FORM)), id="keys-in-another-order-on-every-level")
    yield pytest.param(json.dumps(FORM, indent=4).encode(), id="white-space-and-escapes")
    yield pytest.param(text.encode("utf-8-sig"), id="a-byte-order-mark")
    for number in ("36.0", "36.00", "3.6e1", "360e-1", "3600E-2"):
        yield pytest.param(text.replace('"area": 36', f'"area": {number}').encode(), id=f"36-as-{number}")
    yield pytest.param(text.replace("[1, 2]", "[1.0, 2e0]").encode(), id="numbers-in-a-list")
    yield pytest.param(text.replace("202X", "202x").encode(), id="a-small-x-in-a-declared-home")
    yield pytest.param(body_of({**FORM, "applicant": {**FORM["applicant"], "hukou_division": None}}), id="null")
    stranger = {"id_number": "11010519491231002X", "given": True, "text_version": "2025-1"}
    yield pytest.param(body_of({**FORM, "consents": [*FORM["consents"], stranger]}), id="what-is-dropped-anyway")


@pytest.mark.parametrize("body", [*spellings()])
def test_the_same_content_in_another_spelling_is_the_same_body(body: bytes) -> None:
    intake = Intake()
    first, again = intake.post(body_of(FORM), KEY), intake.post(body, KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["receipt"] == first.json()["receipt"]


def test_a_small_x_of_a_person_is_the_same_person() -> None:
    number = "11010519491231002X"
    form = {**FORM, "members": [], "consents": [{**FORM["consents"][0], "id_number": number}]}
    form["applicant"] = {**FORM["applicant"], "id_number": number}
    intake = Intake()
    assert intake.post(body_of(form), KEY).status_code == 202
    assert intake.post(body_of(form).replace(b"002X", b"002x"), KEY).status_code == 202


@pytest.mark.parametrize(
    ("was", "is_"),
    [
        ('"area": 36', '"area": "36"'),
        ('"area": 36', '"area": 36.5'),
        ('"area": 36', '"area": true'),
        ("[1, 2]", "[true, 2]"),
        ("[1, 2]", "[2, 1]"),
        ("测试路 1 号", "测试路 2 号"),
        ('"kiosk-03"', '"kiosk-04"'),
    ],
)
def test_other_content_is_another_body(was: str, is_: str) -> None:
    intake = Intake()
    assert intake.post(body_of(FORM), KEY).status_code == 202
    changed = body_of(FORM).decode().replace(was, is_)
    assert changed != body_of(FORM).decode()
    reply = intake.post(changed.encode(), KEY)
    assert (reply.status_code, reply.json()["type"]) == (409, "/problems/key-reused")


@pytest.mark.parametrize(("one", "other"), [("1e22", "1" + "0" * 22), ("1e23", "1" + "0" * 23), ("0", "-0.0")])
def test_a_number_too_large_for_a_float_to_count_is_still_one_number(one: str, other: str) -> None:
    forms = []
    for number in (one, other):
        text = body_of(FORM).decode().replace('"area": 36', f'"area": {number}')
        forms.append(ApplicationForm.model_validate_json(text))
    assert body_hash(forms[0]) == body_hash(forms[1])


# --- cases that were opened before the hash was canonical -----------------------------------------------------


def recorded() -> list[ApplicationSubmitted]:
    lines = gzip.decompress(RECORDED.read_bytes()).decode().splitlines()
    records = [json.loads(line) for line in lines if '"ce-type": "ApplicationSubmitted"' in line]
    events = [EVENTS.read("ApplicationSubmitted", record["body"].encode()) for record in records]
    return [event for event in events if isinstance(event, ApplicationSubmitted)]


def test_every_body_of_the_recorded_log_is_known_by_the_hash_of_its_day() -> None:
    events = recorded()
    assert len(events) == 30
    for event in events:
        assert not event.body_sha256.startswith(VERSION)
        assert is_body_of(event.form, event.body_sha256)
        assert not is_body_of(event.form.model_copy(update={"channel": "another"}), event.body_sha256)


def test_a_body_of_the_recorded_log_is_replayed_to_its_case_even_for_a_project_that_is_gone() -> None:
    for event in recorded():
        number = application_number("of-old", NUMBER_KEY)
        for projects in (THERE, {}):
            intake = Intake(projects=projects)
            intake.memory._store([event.model_copy(update={"application": number})])
            reply = intake.post(of_a_client(event.form), b"of-old")
            assert (reply.status_code, reply.json()["receipt"]["application_number"]) == (202, number)


def of_a_client(form: BaseModel) -> bytes:
    return form.model_dump_json(exclude_none=True).encode()


def test_a_new_case_keeps_the_canonical_hash() -> None:
    intake = Intake()
    intake.post(body_of(FORM), KEY)
    event = intake.events(NUMBER)[0]
    assert isinstance(event, ApplicationSubmitted)
    assert event.body_sha256.startswith(VERSION)


async def test_a_replay_beside_another_body_under_its_key_is_answered_all_the_same() -> None:
    intake = Intake()
    transport = httpx.ASGITransport(intake.app)
    headers = {"Idempotency-Key": KEY.decode()}
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as kiosk:
        first = await kiosk.post("/v1/applications", json=FORM, headers=headers)
        bodies = [{**FORM, "channel": "kiosk-04"}, FORM] * 5
        replies = await asyncio.gather(
            *(kiosk.post("/v1/applications", json=body, headers=headers) for body in bodies)
        )
    assert [reply.status_code for reply in replies] == [409, 202] * 5
    assert {reply.json()["receipt"]["secret"] for reply in replies[1::2]} == {first.json()["receipt"]["secret"]}
