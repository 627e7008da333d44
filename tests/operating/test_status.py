"""What an officer is shown of an answer that came too late to be used."""

from datetime import UTC, datetime, timedelta

from contracts.case.case import Recorded
from contracts.case.fold import fold
from contracts.events import AlsoAnswered, DepartmentAnswered, Event
from contracts.inquiries import Answer
from procedures.hainan_2025.determination import determine
from procedures.registry import PROCEDURES
from procedures.shown_to_officers import shown_to_officers
from tests.support.families import (
    DEPARTMENTS,
    a_form,
    accepted,
    an_application_number,
    answered,
    person_answer,
    submitted,
)


def recorded(*events: Event) -> tuple[Recorded, ...]:
    return tuple(Recorded(n, event, str(n), event.at) for n, event in enumerate(events, start=1))


def test_a_late_answer_is_shown_with_whether_it_would_have_changed_the_outcome() -> None:
    number, form = an_application_number(), a_form()
    owner = form.applicant.id_number
    home = {
        "unit_code": "U1",
        "division": "150303",
        "use": "residential",
        "building_area_m2": "200",
        "ownership": "sole",
        "owner_id_number": owner,
        "status": "registered",
    }
    says_a_home = Answer(question_id="Q" * 26, kind="found", persons=(person_answer(owner, "found", home),))
    before: list[Event] = [submitted(number, form), accepted(number, form)]
    before += [answered(number, name) for name in DEPARTMENTS]
    made = determine(fold(recorded(*before), number), datetime.now(UTC))
    assert made.outcome == "review"  # nobody knows this family
    late = AlsoAnswered(
        application=number,
        at=made.at + timedelta(hours=1),
        department="real-estate",
        round=1,
        hash8="0123abcd",
        answer=says_a_home,
        why="late",
    )
    same = late.model_copy(update={"hash8": "89abcdef", "answer": _said(before, "real-estate")})

    (changing, harmless) = shown_to_officers(PROCEDURES, recorded(*before, made, late, same), number)["also_answered"]
    assert (changing["department"], changing["why"]) == ("real-estate", "late")
    assert changing["would_have_changed_the_outcome"] is True
    assert harmless["would_have_changed_the_outcome"] is False


def _said(events: list[Event], department: str) -> Answer:
    return next(e.answer for e in events if isinstance(e, DepartmentAnswered) and e.department == department)
