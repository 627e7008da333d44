"""What an answer of real-estate registration says of the conditions that it knows: met, not met or unknown. Pure."""

from collections.abc import Mapping
from datetime import datetime

from after_care.decide.buy_back import must_wait_for_conditions
from contracts.case.case import Case
from contracts.events import BuyBackConditionShown
from contracts.events.after_care import Condition
from contracts.events.values import BanAnswer
from contracts.inquiries import SAID, Answer
from contracts.local_time import SHANGHAI
from procedures.hainan_2025.questions.encumbrances import Encumbrance
from procedures.records import read_row

ASKED: tuple[Condition, ...] = ("mortgage", "lease", "residence_right", "dispute")
"""As its contract names what may burden a home."""


def owner_of(case: Case) -> str:
    """Under whom the register has the home."""
    assert case.form is not None
    return case.form.applicant.id_number


def read(answer: Answer, owner: str, home: str) -> Mapping[Condition, bool | None]:
    """Whether each is met; None where the register does not say it clearly."""
    said = answer.about(owner)
    if said.kind not in SAID:
        return dict.fromkeys(ASKED)
    rows = [read_row(Encumbrance, row, stored=True) for row in said.records]
    return {condition: _met(condition, [row for row in rows if row.unit_code in (home, None)]) for condition in ASKED}


def _met(condition: Condition, rows: list[Encumbrance]) -> bool | None:
    about = [row for row in rows if row.kind in (condition, None) and row.status != "cancelled"]
    if any(row.kind == condition and row.status == "registered" and row.unit_code for row in about):
        return False
    return None if about else True


def show_all(
    case: Case, known: Mapping[Condition, bool | None], said: BanAnswer, by: str, now: datetime
) -> tuple[BuyBackConditionShown, ...]:
    """Each condition that the register says clearly; the others wait for a paper. Raises NotAllowed."""
    must_wait_for_conditions(case)
    n, day = case.allocation.next(BuyBackConditionShown), now.astimezone(SHANGHAI).date()
    clear = [(condition, met) for condition, met in known.items() if met is not None]
    return tuple(
        BuyBackConditionShown(
            application=case.application,
            at=now,
            n=n + place,
            condition=condition,
            met=met,
            document=f"answer of real-estate registration, {day}",
            said=said,
            by=by,
        )
        for place, (condition, met) in enumerate(clear)
    )
