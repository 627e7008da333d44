"""What the household (with its receipt) and the officers see of one case; the same words everywhere. Pure."""

from datetime import datetime
from typing import Any

from contracts.case import Case, State


def intake_word(case: Case) -> str | None:
    """What intake decided: accepted, supplement or refused."""
    if case.accepted is not None:
        return "accepted"
    if case.state is State.REFUSED:
        return "refused"
    if case.state is State.SUPPLEMENT_WANTED:
        return "supplement"
    return None


def failed_rules(case: Case) -> list[str]:
    """The rules not met: of the refusal, or of the determination in force."""
    if case.refused is not None:
        return [ground.rule for ground in case.refused.grounds]
    findings = case.determination.findings if case.determination else ()
    return [finding.rule for finding in findings if finding.truth == "not_met"]


def unknown_rules(case: Case) -> list[str]:
    findings = case.determination.findings if case.determination else ()
    return [finding.rule for finding in findings if finding.truth == "unknown"]


def conditions(case: Case) -> list[str]:
    return list(dict.fromkeys(item.rule for item in case.determination.conditions)) if case.determination else []


def view(case: Case) -> dict[str, Any]:
    """One case as JSON: where it stands, why, what it waits for and until when. No names, no ID numbers."""
    return {
        "application_number": case.application,
        "state": str(case.state),
        "intake": intake_word(case),
        "outcome": case.outcome,
        "submitted_at": _iso(case.submitted_at),
        "grounds": [ground.model_dump() for ground in case.refused.grounds] if case.refused else [],
        "gaps": _gaps(case),
        "round": case.round or None,
        "waiting_for": _waiting(case),
        "findings": _findings(case),
        "conditions": [item.model_dump() for item in case.determination.conditions] if case.determination else [],
        "confirmed_by_officer": case.confirmation is not None,
        "publicity": _publicity(case),
        "objections": [
            {"n": item.n, "in_time": item.in_time, "decided": item.decided, "upheld": item.upheld}
            for item in case.objections
        ],
        "notes": list(case.accepted.notes) if case.accepted else [],
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _gaps(case: Case) -> list[dict[str, Any]]:
    if case.state is not State.SUPPLEMENT_WANTED or not case.supplements:
        return []
    request = case.supplements[-1]
    return [
        {"pointer": gap.pointer, "article": gap.article, "text": gap.text, "document": gap.document}
        | {"hand_in_by": request.hand_in_by.isoformat()}
        for gap in request.gaps
    ]


def _waiting(case: Case) -> list[dict[str, Any]]:
    """The departments that have not answered, since when they are asked, and whether their time is over."""
    return [
        {
            "department": name,
            "asked_at": _iso(case.asked_at),
            "answer_by": _iso(case.answer_by),
            "overdue": (name, case.round) in case.overdue,
            "promised_at": _iso(case.deferred.get((name, case.round))),
        }
        for name in case.waiting_for
    ]


def _findings(case: Case) -> list[dict[str, Any]]:
    findings = case.determination.findings if case.determination else ()
    return [finding.model_dump(mode="json") for finding in findings]


def _publicity(case: Case) -> dict[str, Any] | None:
    opened = case.publicity
    if opened is None:
        return None
    return {
        "opened_at": _iso(case.opened_at),
        "last_day": opened.last_day.isoformat(),
        "closes_at": _iso(opened.closes_at),
        "provisional": opened.provisional,
        "drill": opened.drill,
        "derivation": [day.model_dump(mode="json") for day in opened.derivation],
    }
