"""One case as officers see it: what the household sees, and the answers, those that came too late among them. Pure."""

from collections.abc import Iterable
from typing import Any

from contracts.case.case import Recorded
from contracts.case.fold import fold
from contracts.events import AlsoAnswered, AnsweredByHand, DepartmentAnswered
from procedures.procedure import Procedures


def shown_to_officers(procedures: Procedures, history: Iterable[Recorded], application: str) -> dict[str, Any]:
    """What GET shows, and of each answer that was kept but not used whether it would have changed the outcome."""
    history = tuple(history)
    case = fold(history, application)
    kept = [item.event for item in history if isinstance(item.event, AlsoAnswered)]
    said = [item.event for item in history if isinstance(item.event, DepartmentAnswered | AnsweredByHand)]
    would_change = procedures.of(case).would_change
    return procedures.view(case) | {
        "answers": [_answer(event) for event in said if event.round == case.round],
        "also_answered": [
            {
                "department": event.department,
                "round": event.round,
                "at": event.at.isoformat(),
                "why": event.why,
                "would_have_changed_the_outcome": would_change(case, event.department, event.answer)
                if event.round == case.round
                else None,
            }
            for event in kept
        ],
    }


def _answer(event: DepartmentAnswered | AnsweredByHand) -> dict[str, Any]:
    """Who said what kind of thing when; the rows themselves stand in the findings that rest on them."""
    told = {"department": event.department, "at": event.at.isoformat(), "kind": event.answer.kind}
    if isinstance(event, AnsweredByHand):
        return told | {"by_hand": event.by, "approved_by": event.approved_by, "reason": event.reason}
    signed = event.evidence is not None and event.evidence.answer_jws is not None
    return told | {"signed": signed, "by_clerk": event.answer.answered_by}
