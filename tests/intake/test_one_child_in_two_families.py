"""A child whom two families name: both are taken in, the later one with a note for the officer (Art. 17, R17b)."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.application import ApplicationForm, Supplement
from contracts.events import ApplicationAccepted
from contracts.numbers import application_number
from procedures.hainan_2025.completeness import CHILD_ELSEWHERE
from procedures.hainan_2025.projects import Project, load_projects
from tests.intake.in_memory import NUMBER_KEY, Intake
from tests.support.families import a_form, an_id_number

TODAY = datetime.now(UTC).date()
CHILD, SISTER = an_id_number(TODAY.year - 8), an_id_number(TODAY.year - 6)


def divorced(*children: str, project: str = "HN-2026-01", **changes: Any) -> dict[str, Any]:
    """The complete form of a parent alone with these children; a new parent each time."""
    form = json.loads(a_form().model_dump_json(exclude_none=True))
    form["project"] = project
    form["applicant"]["marital_status"] = "divorced"
    form["members"] = [{"name": "王小雨", "id_number": child, "relation": "child"} for child in children]
    everyone = (form["applicant"]["id_number"], *children)
    form["consents"] = [{"id_number": number, "given": True, "text_version": "2025-1"} for number in everyone]
    return {**form, **changes}


def post(intake: Intake, form: dict[str, Any], key: str) -> str:
    """Posts, and returns the application number."""
    reply = intake.post(json.dumps(form).encode(), key.encode())
    assert reply.status_code == 202
    return str(reply.json()["receipt"]["application_number"])


def elsewhere(intake: Intake, number: str) -> tuple[str, ...]:
    """The children that the acceptance names; its note must say the same."""
    event = intake.events(number)[-1]
    assert isinstance(event, ApplicationAccepted)
    assert (CHILD_ELSEWHERE in event.notes) == bool(event.children_elsewhere)
    return event.children_elsewhere


def shown(intake: Intake, number: str) -> Any:
    return intake.answer("get", "/v1/applications/{number}", number, headers=intake.taken(number)).json()


def test_the_first_family_of_a_child_is_accepted_without_a_note_and_without_a_read() -> None:
    intake = Intake()
    assert elsewhere(intake, post(intake, divorced(CHILD), "first")) == ()
    assert intake.memory.asked_for == []


def test_the_later_family_is_accepted_too_and_is_told() -> None:
    intake = Intake()
    first, second = post(intake, divorced(CHILD), "first"), post(intake, divorced(CHILD, SISTER), "second")
    assert (elsewhere(intake, first), elsewhere(intake, second)) == ((), (CHILD,))
    assert shown(intake, first)["notes"] == []
    assert shown(intake, second)["notes"] == [CHILD_ELSEWHERE]
    assert CHILD not in json.dumps(shown(intake, second))


def test_a_third_family_is_told_of_each_child_that_an_earlier_one_names() -> None:
    intake = Intake()
    post(intake, divorced(CHILD), "first")
    post(intake, divorced(SISTER), "second")
    assert set(elsewhere(intake, post(intake, divorced(CHILD, SISTER), "third"))) == {CHILD, SISTER}


def test_a_small_x_is_the_same_child() -> None:
    child = "15030320180609777X"
    intake = Intake()
    post(intake, divorced(child), "first")
    assert elsewhere(intake, post(intake, divorced(child.lower()), "second")) == (child,)


def test_a_family_that_withdrew_or_was_refused_is_nobodys_other_family() -> None:
    intake = Intake()
    intake.withdraw(post(intake, divorced(CHILD), "first"))
    refused = divorced(CHILD)
    refused["members"].append({"name": "王父", "id_number": an_id_number(1950), "relation": "parent"})
    post(intake, refused, "second")
    assert elsewhere(intake, post(intake, divorced(CHILD), "third")) == ()


def test_a_family_that_applies_again_after_a_withdrawal_is_not_told_of_itself() -> None:
    intake, form = Intake(), divorced(CHILD)
    intake.withdraw(post(intake, form, "first"))
    assert elsewhere(intake, post(intake, form, "again")) == ()


def test_another_project_is_another_supply() -> None:
    projects = load_projects()
    [known] = projects.values()
    other = Project("HN-2026-02", known.title, known.registration_opens, known.registration_closes, TODAY)
    intake = Intake(projects={**projects, other.name: other})
    post(intake, divorced(CHILD), "first")
    assert elsewhere(intake, post(intake, divorced(CHILD, project=other.name), "second")) == ()


def test_a_replay_changes_nothing() -> None:
    intake, form = Intake(), divorced(CHILD)
    first = post(intake, form, "first")
    post(intake, divorced(CHILD), "second")
    assert post(intake, form, "first") == first
    assert elsewhere(intake, first) == ()


def test_closed_families_are_dropped_from_the_list_and_the_open_ones_stay_in_their_order() -> None:
    intake = Intake()
    numbers = [post(intake, divorced(CHILD), f"family-{n}") for n in range(4)]
    intake.withdraw(numbers[1])
    numbers.append(post(intake, divorced(CHILD), "the-last"))
    [listed] = [stored.body for subject, stored in intake.memory.claims.items() if subject.startswith("claim.child-")]
    assert listed.decode().split() == [numbers[0], *numbers[2:]]


def test_nothing_of_a_child_stands_in_a_subject() -> None:
    intake = Intake()
    post(intake, divorced(CHILD), "first")
    subjects = sorted(intake.memory.claims)
    assert [subject.rpartition(".")[0] for subject in subjects] == ["claim.child-v1", "claim.v1"]
    assert len({subject.rpartition(".")[2] for subject in subjects}) == 2
    assert not any(CHILD in subject for subject in subjects)


@pytest.mark.parametrize("families", [2, 7, 20])
def test_of_families_that_post_at_once_all_but_one_are_told(families: int) -> None:
    intake = Intake()
    forms = [ApplicationForm.model_validate(divorced(CHILD)) for _ in range(families)]
    numbers = [application_number(f"at-once-{n}", NUMBER_KEY) for n in range(families)]

    async def all_at_once() -> None:
        await asyncio.gather(*map(intake.desk.take, numbers, forms, [datetime.now(UTC)] * families))

    asyncio.run(all_at_once())
    assert sorted(map(len, (elsewhere(intake, number) for number in numbers))) == [0, *[1] * (families - 1)]


# --- who waits for a supplement is open, and keeps its place -------------------------------------------------------


def supplemented(intake: Intake, number: str, after: timedelta = timedelta()) -> None:
    handed_in = Supplement(documents=("commitment", "consent", "identity_copies"))
    asyncio.run(intake.desk.supplement(number, handed_in, datetime.now(UTC) + after))


PAPERS_MISSING = {"documents": ["application_form"]}


def test_a_family_that_waits_for_its_papers_is_the_first_one_all_the_same() -> None:
    intake = Intake()
    first = post(intake, divorced(CHILD, **PAPERS_MISSING), "first")
    second = post(intake, divorced(CHILD), "second")
    supplemented(intake, first)
    assert (elsewhere(intake, first), elsewhere(intake, second)) == ((), (CHILD,))


@pytest.mark.parametrize("withdrawn", [False, True])
def test_what_counts_is_who_is_open_on_the_day_of_the_supplement(withdrawn: bool) -> None:
    intake = Intake()
    first = post(intake, divorced(CHILD), "first")
    second = post(intake, divorced(CHILD, **PAPERS_MISSING), "second")
    if withdrawn:
        intake.withdraw(first)
    supplemented(intake, second)
    assert elsewhere(intake, second) == (() if withdrawn else (CHILD,))


def test_a_case_that_is_opened_again_is_listed_again() -> None:
    intake = Intake()
    first = post(intake, divorced(CHILD), "first")
    intake.memory.claims.clear()  # as it is once a later post dropped it
    asyncio.run(intake.desk.hold(first))
    assert elsewhere(intake, post(intake, divorced(CHILD), "second")) == (CHILD,)


def test_a_case_that_is_opened_again_learns_of_the_family_that_was_taken_in_meanwhile() -> None:
    intake = Intake()
    first, second = post(intake, divorced(CHILD), "first"), post(intake, divorced(CHILD), "second")
    intake.memory.claims.clear()
    asyncio.run(intake.desk.hold(second))  # the only open one, as long as the first was closed
    assert asyncio.run(intake.desk.hold(first)) == (CHILD,)
