"""A supplement: nothing new means no event; what is new is judged on its own day, but for the window (Art. 23)."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from intake.bans import Bans

from contracts.application import Consent, Supplement
from contracts.events import (
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationSupplemented,
    Event,
    SupplementRequested,
)
from contracts.events.values import BanAnswer
from contracts.inquiries import Answer
from contracts.local_time import SHANGHAI
from contracts.people import check_digit
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.projects import Project
from tests.intake.in_memory import Intake
from tests.support.families import a_form, an_application_number

COMPLETE: dict[str, Any] = json.loads(a_form().model_dump_json(exclude_none=True))
APPLICANT, SPOUSE, CHILD = (consent["id_number"] for consent in COMPLETE["consents"])
NOTHING_HANDED_IN = {**COMPLETE, "documents": [], "consents": []}
PAPERS = ("application_form", "identity_copies", "commitment", "consent")


def consent(number: str, given: bool = True) -> dict[str, Any]:
    return {"id_number": number, "given": given, "text_version": "2025-1"}


def opened(intake: Intake, form: dict[str, Any]) -> str:
    return str(intake.post(json.dumps(form).encode()).json()["receipt"]["application_number"])


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


MISSING_TWO = {**COMPLETE, "documents": ["application_form", "identity_copies"]}
MISSING_CONSENT = {**COMPLETE, "consents": COMPLETE["consents"][:2]}


@pytest.mark.parametrize(
    ("form", "nothing"),
    [
        pytest.param(MISSING_CONSENT, {"consents": [consent(CHILD, False)]}, id="a-consent-refused"),
        pytest.param(MISSING_CONSENT, {"consents": [consent(CHILD), consent(CHILD, False)]}, id="the-later-word"),
        pytest.param(MISSING_CONSENT, {"consents": [consent(SPOUSE)]}, id="a-consent-that-is-there"),
        pytest.param(MISSING_CONSENT, {"consents": [consent(SPOUSE.lower())]}, id="a-consent-in-another-spelling"),
        pytest.param(MISSING_CONSENT, {"documents": ["commitment"]}, id="a-document-that-is-there"),
        pytest.param(
            MISSING_CONSENT, {"documents": ["commitment", "consent"], "consents": [consent(CHILD, False)]}, id="all"
        ),
        pytest.param(MISSING_TWO, {"documents": ["application_form"] * 3}, id="a-document-thrice"),
        pytest.param(NOTHING_HANDED_IN, {"consents": [consent(SPOUSE, False)]}, id="of-many-gaps-none"),
    ],
)
def test_what_brings_nothing_new_changes_nothing_however_often(form: dict[str, Any], nothing: dict[str, Any]) -> None:
    intake = Intake()
    number = opened(intake, form)
    before = intake.answer("get", "/v1/applications/{number}", number, headers=intake.taken(number)).json()
    for _ in range(3):
        reply = intake.supplement(number, json.dumps(nothing).encode())
        assert (reply.status_code, reply.json()["application"]) == (202, before)
    assert len(intake.events(number)) == 2


@pytest.mark.parametrize(
    ("beyond", "pointer"),
    [
        ({"documents": ["own_income"]}, "/documents/0"),
        ({"documents": ["commitment", "own_income"]}, "/documents/1"),
        ({"consents": [consent("11010519491231002X")]}, "/consents/0/id_number"),
        ({"consents": [consent(SPOUSE, False)]}, "/consents/0/id_number"),
        ({"consents": [consent("915840198904120022")]}, "/consents/0/id_number"),
    ],
)
def test_what_was_neither_asked_for_nor_is_there_is_told_at_its_place(beyond: dict[str, Any], pointer: str) -> None:
    intake = Intake()
    number = opened(intake, MISSING_TWO)
    reply = intake.supplement(number, json.dumps(beyond).encode())
    assert reply.status_code == 422
    assert [fault["pointer"] for fault in reply.json()["errors"]] == [pointer.removesuffix("/id_number")]
    assert len(intake.events(number)) == 2


def test_a_part_has_the_rest_asked_for_again_by_the_day_first_set_and_every_request_was_bought() -> None:
    intake = Intake()
    number = opened(intake, NOTHING_HANDED_IN)
    first = intake.events(number)[-1]
    assert isinstance(first, SupplementRequested)
    parts = [{"documents": [name]} for name in PAPERS]
    parts += [{"consents": [consent(person)]} for person in (APPLICANT, SPOUSE, CHILD)]
    for n, part in enumerate(parts, start=1):
        for days in (0, 3):
            later = datetime.now(UTC) + timedelta(days=n + days)
            asyncio.run(intake.desk.supplement(number, Supplement.model_validate(part), later))
    events = intake.events(number)
    requests = [event for event in events if isinstance(event, SupplementRequested)]
    assert [request.n for request in requests] == list(range(1, len(parts) + 1))
    assert [len(request.gaps) for request in requests] == list(range(len(parts), 0, -1))
    assert {request.hand_in_by for request in requests} == {first.hand_in_by}
    assert isinstance(events[-1], ApplicationAccepted)


def test_only_what_is_new_stands_in_the_event() -> None:
    intake = Intake()
    number = opened(intake, NOTHING_HANDED_IN)
    body = {
        "documents": ["commitment", "commitment"],
        "consents": [consent(APPLICANT, False), consent(APPLICANT), consent(SPOUSE, False)],
    }
    intake.supplement(number, json.dumps(body).encode())
    event = intake.events(number)[-2]
    assert isinstance(event, ApplicationSupplemented)
    assert event.documents == ("commitment",)
    assert event.consents == (Consent(id_number=APPLICANT, given=True, text_version="2025-1"),)


@pytest.mark.parametrize("ends", ["accepted", "supplemented again", "withdrawn"])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"documents": ["commitment", "consent"]}, id="documents"),
        pytest.param({"consents": [consent(CHILD)]}, id="a-consent"),
        pytest.param({"documents": ["commitment"], "consents": [consent(CHILD, False)]}, id="a-consent-refused"),
        pytest.param({"consents": [consent(CHILD, False)]}, id="only-a-consent-refused"),
    ],
)
def test_a_supplement_that_was_taken_is_taken_again_whatever_has_happened_since(
    body: dict[str, Any], ends: str
) -> None:
    intake = Intake()
    number = opened(intake, {**MISSING_TWO, "consents": COMPLETE["consents"][:2]})
    sent = json.dumps(body).encode()
    assert intake.supplement(number, sent).status_code == 202
    if ends != "supplemented again":
        rest = {"documents": ["commitment", "consent"], "consents": [consent(CHILD)]}
        assert intake.supplement(number, json.dumps(rest).encode()).json()["application"]["state"] == "verifying"
    if ends == "withdrawn":
        intake.withdraw(number)
    case, events = intake.get(number).json(), len(intake.events(number))
    for _ in range(2):
        reply = intake.supplement(number, sent)
        assert (reply.status_code, reply.json()["application"]) == (202, case)
    assert len(intake.events(number)) == events


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"documents": ["commitment"]}, id="a-document"),
        pytest.param({"consents": [consent(CHILD)]}, id="a-consent"),
    ],
)
def test_what_was_asked_for_and_comes_after_the_withdrawal_is_refused_and_not_called_taken(
    body: dict[str, Any],
) -> None:
    intake = Intake()
    number = opened(intake, {**MISSING_TWO, "consents": COMPLETE["consents"][:2]})
    intake.withdraw(number)
    assert intake.supplement(number, json.dumps(body).encode()).status_code == 409


def test_once_nothing_is_missing_what_is_there_is_taken_and_anything_else_is_too_late() -> None:
    intake = Intake()
    number = opened(intake, COMPLETE)
    assert intake.supplement(number, b'{"documents": ["commitment"]}').status_code == 202
    assert intake.supplement(number, b'{"documents": ["own_income"]}').status_code == 409
    assert intake.supplement(number, json.dumps({"consents": [consent(SPOUSE, False)]}).encode()).status_code == 409
    intake.withdraw(number)
    assert intake.supplement(number, b'{"documents": ["own_income"]}').status_code == 409
    assert kinds(intake.events(number))[:2] == [ApplicationSubmitted, ApplicationAccepted]


# --- the day of the supplement --------------------------------------------------------------------------------


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=SHANGHAI)


def born(day: date, order: int) -> str:
    first = f"150303{day:%Y%m%d}{order:03}"
    return first + check_digit(first)


PROJECT = Project("HN-2026-01", "示范", date(2026, 10, 1), date(2026, 12, 31), date(2026, 9, 20))
POSTED, LATER = noon(date(2026, 11, 2)), noon(date(2026, 11, 9))
NUMBER, OTHER = an_application_number(), an_application_number()
PAPERS_MISSING = Supplement(documents=("identity_copies", "commitment", "consent"))


def decided(form: dict[str, Any], intake: Intake | None = None, posted: datetime = POSTED) -> Event:
    """What a form without its papers, posted on the first day and supplemented on the second, comes to."""
    intake = intake or Intake(projects={PROJECT.name: PROJECT})
    read = a_form().model_validate({**form, "documents": ["application_form"]})
    asyncio.run(intake.desk.take(NUMBER, read, posted))
    assert kinds(intake.events(NUMBER)) == [ApplicationSubmitted, SupplementRequested]
    asyncio.run(intake.desk.supplement(NUMBER, PAPERS_MISSING, LATER))
    return intake.events(NUMBER)[-1]


def of_family(child: str) -> dict[str, Any]:
    return json.loads(json.dumps(COMPLETE).replace(CHILD, child))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("birthday", "outcome"),
    [(date(2008, 11, 3), ApplicationRefused), (date(2008, 11, 9), ApplicationRefused),
     (date(2008, 11, 10), ApplicationAccepted)],
)  # fmt: skip
def test_a_child_that_came_of_age_before_the_supplement_is_no_member_any_more(
    birthday: date, outcome: type[Event]
) -> None:
    event = decided(of_family(born(birthday, 7)))
    assert type(event) is outcome
    if isinstance(event, ApplicationRefused):
        assert ([ground.rule for ground in event.grounds], event.as_of) == (["R17b"], date(2026, 11, 9))


def test_a_window_that_closed_after_the_posting_refuses_nobody() -> None:
    closes = replace(PROJECT, registration_closes=date(2026, 11, 2))
    assert isinstance(decided(COMPLETE, Intake(projects={PROJECT.name: closes})), ApplicationAccepted)


def test_the_acceptance_is_of_the_day_of_the_supplement() -> None:
    event = decided(COMPLETE)
    assert isinstance(event, ApplicationAccepted)
    assert (event.as_of, event.at) == (date(2026, 11, 9), LATER)


@pytest.mark.parametrize(
    ("since", "until", "outcome"),
    [
        ("2026-11-05", "2027-11-05", ApplicationRefused),
        ("2026-11-09", "2027-11-09", ApplicationRefused),
        ("2026-11-10", "2027-11-10", ApplicationAccepted),
        ("2025-11-09", "2026-11-09", ApplicationAccepted),
    ],
)
def test_a_ban_counts_where_it_binds_on_the_day_of_the_supplement(
    since: str, until: str, outcome: type[Event]
) -> None:
    intake = Intake(projects={PROJECT.name: PROJECT})
    row = HousingRow.model_validate({"register": "ban", "article": "32", "since": since, "until": until})

    class Banned:
        """Nobody is, when the form is posted."""

        async def about(self, application: str, form: object, now: datetime) -> Bans:
            answer = BanAnswer(asked_at=now, answer=Answer(question_id="no-question-of-anybody", kind="none"))
            return Bans((row,) if now > POSTED else (), answer)

    intake.desk = replace(intake.desk, bans=Banned())  # type: ignore[arg-type]
    assert type(decided(COMPLETE, intake)) is outcome


def test_another_open_application_of_the_family_refuses_on_the_day_of_the_supplement() -> None:
    """It cannot be opened beside this one; a case that an officer opened again can hold the family's place."""
    intake = Intake(projects={PROJECT.name: PROJECT})
    read = a_form().model_validate({**COMPLETE, "documents": ["application_form"]})
    asyncio.run(intake.desk.take(NUMBER, read, POSTED))
    held = dict(intake.memory.claims)
    intake.memory.claims.clear()
    asyncio.run(intake.desk.take(OTHER, read, POSTED))
    intake.memory.claims.update({subject: intake.memory.claims.get(subject, held[subject]) for subject in held})
    asyncio.run(intake.desk.supplement(NUMBER, PAPERS_MISSING, LATER))
    event = intake.events(NUMBER)[-1]
    assert isinstance(event, ApplicationRefused)
    assert [ground.rule for ground in event.grounds] == ["one-application"]
