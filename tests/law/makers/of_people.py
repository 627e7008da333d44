"""What the household registers may hold about a family, other than what it declares."""

from datetime import date

from tests.law.facts import CIVIL, REGISTRY, SOCIAL, TAX, Record
from tests.law.makers.draft import Draft
from tests.law.makers.of_answers import fail
from tests.law.makers.people import a_number

ELSEWHERE = ("150302", "150304", "150102", "440305", "460105")
CODES = ("10", "20", "21", "22", "23", "30", "40", "90")
WITH_A_NAME = (REGISTRY, CIVIL, SOCIAL, TAX)


def not_known(draft: Draft) -> None:
    """A department asked with a name knows no such person."""
    fail(draft, WITH_A_NAME, ("not_matched", "not_matched", "none"))


def marriage_not_known(draft: Draft) -> None:
    """Civil affairs has no record of an adult."""
    fail(draft, (CIVIL,), ("not_matched", "none"))


def another_status(draft: Draft) -> None:
    row = draft.random.choice(list(draft.civil.values()) or [{}])
    row["marital_status"] = draft.random.choice(CODES)


def another_spouse(draft: Draft) -> None:
    row = draft.random.choice(list(draft.civil.values()) or [{}])
    row["spouse_id_number"] = a_number(draft.random, date(1990, 5, 6))
    if draft.spouse is None:
        row["marital_status"] = "20"


def small_x(draft: Draft) -> None:
    """A register writes the last character of a number small."""
    draft.writes_small_x = True


def a_civil_cell_missing(draft: Draft) -> None:
    row = draft.random.choice(list(draft.civil.values()) or [{}])
    row.pop(draft.random.choice(("marital_status", "spouse_id_number")), None)
    row.setdefault("since", "2015-02-03")


def somebody_died(draft: Draft) -> None:
    _any_registry_row(draft)["status"] = "deceased"


def a_registration_cancelled(draft: Draft) -> None:
    _any_registry_row(draft)["status"] = "cancelled"


def hukou_elsewhere(draft: Draft) -> None:
    draft.registry[draft.applicant.id_number]["hukou_division"] = draft.random.choice(ELSEWHERE)


def a_registry_cell_missing(draft: Draft) -> None:
    row = _any_registry_row(draft)
    row.pop(draft.random.choice(("status", "hukou_division", "residence")), None)


def lives_elsewhere(draft: Draft) -> None:
    """The registry says no; work decides, or nothing does."""
    draft.registry[draft.applicant.id_number]["residence"] = draft.random.choice(("no", "no", "no", "unknown"))
    _other_work(draft, draft.social, "insured")
    _other_work(draft, draft.tax, "income_recorded")
    if draft.random.random() < 0.25:
        draft.fails[draft.random.choice((SOCIAL, TAX)), draft.applicant.id_number] = draft.random.choice(
            ("not_matched", "none", "cannot_determine", "refused")
        )
    if draft.random.random() < 0.2:
        draft.silent.add(draft.random.choice((SOCIAL, TAX, REGISTRY)))
    if draft.random.random() < 0.1:
        draft.fails[REGISTRY, draft.applicant.id_number] = draft.random.choice(("not_matched", "none", "refused"))


def _other_work(draft: Draft, row: Record, recorded: str) -> None:
    kind = draft.random.randrange(7)
    if kind == 0:
        row.pop("division", None)
    elif kind == 1:
        row.clear()  # laid down as `none`
    elif kind in (2, 3):
        row["division"] = draft.random.choice(ELSEWHERE)
    elif kind == 4:
        row[recorded] = False
        row.pop("division", None)
    elif kind == 5:
        row.pop(recorded, None)
        if draft.random.random() < 0.5:
            row["division"] = draft.random.choice(ELSEWHERE)


def child_elsewhere(draft: Draft) -> None:
    children = [member.id_number for member in draft.members if member.role == "child"]
    if children:
        draft.children_elsewhere.add(draft.random.choice(children))


def _any_registry_row(draft: Draft) -> Record:
    member = draft.applicant if draft.random.random() < 0.6 else draft.random.choice(draft.members)
    return draft.registry[member.id_number]
