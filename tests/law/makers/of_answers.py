"""Answers that fail, and answers that do not come."""

from tests.law.facts import DEPARTMENTS, SOCIAL, TAX
from tests.law.makers.draft import Draft


def one_fails(draft: Draft) -> None:
    fail(draft, DEPARTMENTS, ("cannot_determine", "refused"))


def one_fails_for_everybody(draft: Draft) -> None:
    department = draft.random.choice(DEPARTMENTS)
    kind = draft.random.choice(("cannot_determine", "refused"))
    draft.fails.update({(department, member.id_number): kind for member in draft.members})


def one_is_silent(draft: Draft) -> None:
    draft.silent.add(draft.random.choice(DEPARTMENTS))


def two_are_silent(draft: Draft) -> None:
    draft.silent.update(draft.random.sample(DEPARTMENTS, draft.random.choice((2, 2, 2, 3))))


def fail(draft: Draft, departments: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    """One of the departments says one of the kinds about somebody it was asked about."""
    department = draft.random.choice(departments)
    member = draft.random.choice(draft.members if draft.random.random() < 0.5 else draft.members[:2])
    if department in (SOCIAL, TAX):
        member = draft.applicant
    draft.fails[department, member.id_number] = draft.random.choice(kinds)
