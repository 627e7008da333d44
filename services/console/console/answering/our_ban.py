"""What stands in a form before anything is typed: the housing bureau's clerk finds our own ban filled in. Pure."""

from console.answering.typed import Typed, TypedPerson, nothing_typed
from contracts.case.case import Case
from contracts.inquiries import Question
from procedures.hainan_2025.departments.housing import HOUSING


def filled_in(case: Case, question: Question, department: str) -> Typed:
    """The ban of the applicant that our record showed when the round began (Art. 32); a clerk who knows better
    changes it, and then an officer decides with both in view."""
    nothing = nothing_typed(len(question.persons))
    if department != HOUSING.name or case.own_ban is None or case.form is None:
        return nothing
    ban = case.own_ban
    row = {"register": "ban", "article": ban.article, "since": str(ban.since), "until": str(ban.until)}
    applicant = case.form.applicant.id_number
    return tuple(
        TypedPerson("found", (row,)) if person.id_number == applicant else typed
        for person, typed in zip(question.persons, nothing, strict=True)
    )
