"""How an application gets to each point where the family is told something."""

from typing import Any

from contracts.events import (
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DepartmentOverdue,
    DeterminationConfirmed,
    DeterminationMade,
    HandedToOfficer,
    ObjectionDecided,
    ObjectionRaised,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
    ReverificationOpened,
    SupplementRequested,
)
from tests.notify.told import APPLICANT, DEPARTMENTS, NUMBER, PERSONS, Told, at, form

ENTRY = {
    "application": NUMBER,
    "name": "王*国",
    "id_number": "1503**********001X",
    "family_size": 3,
    "outcome": "符合条件 / eligible",
    "how_to_object": "到窗口 / at the window",
}
RULES = ("R17a", "R17b", "R17c", "R18a", "R18b", "R18c", "R32", "G20")


def finding(rule: str, truth: str = "met", **more: Any) -> dict[str, Any]:
    return {"rule": rule, "article": "17", "truth": truth, "text": f"What {rule} found.", **more}


def submitted() -> Told:
    return Told().then(ApplicationSubmitted, "2026-11-02 09:00", form=form(), body_sha256="0" * 64)


def accepted(**more: Any) -> Told:
    fields: dict[str, Any] = {
        "policy": "hainan-2025",
        "as_of": "2026-11-02",
        "project": "HN-2026-01",
        "persons": PERSONS,
        "marital_status": "married",
        "asked": DEPARTMENTS,
        "answer_by": at("2026-11-09 18:00"),
    }
    return submitted().then(ApplicationAccepted, "2026-11-02 09:01", **fields | more)


def supplement_wanted(*gaps: dict[str, Any], hand_in_by: str = "2026-11-16") -> Told:
    gaps = gaps or (
        {
            "pointer": "/documents",
            "article": "22",
            "text": "hand in the signed commitment",
            "document": "commitment",
        },
    )
    return submitted().then(SupplementRequested, "2026-11-02 09:01", n=1, gaps=gaps, hand_in_by=hand_in_by)


def refused(*grounds: tuple[str, str, str]) -> Told:
    grounds = grounds or (("R17c", "17", "the applicant applies alone and is younger than 22"),)
    named = [dict(zip(("rule", "article", "text"), ground, strict=True)) for ground in grounds]
    return submitted().then(ApplicationRefused, "2026-11-02 09:01", as_of="2026-11-02", grounds=named)


def withdrawn() -> Told:
    return accepted().then(ApplicationWithdrawn, "2026-11-02 15:30", reason="we move away", by="the family")


def determined(outcome: str, *findings: dict[str, Any], after: Told | None = None, **more: Any) -> Told:
    fields: dict[str, Any] = {
        "round": 1,
        "policy": "hainan-2025",
        "as_of": "2026-11-03",
        "accepted_on": "2026-11-02",
        "outcome": outcome,
        "findings": findings or tuple(finding(rule) for rule in RULES),
        "used": (),
    }
    return (after or accepted()).then(DeterminationMade, "2026-11-03 10:00", **fields | more)


def handed_over(outcome: str = "review", after: Told | None = None, round: int = 1) -> Told:
    findings = (finding("R18c", {"review": "unknown", "ineligible": "not_met"}[outcome]),)
    told = determined(outcome, *findings, after=after, round=round)
    return told.then(HandedToOfficer, "2026-11-03 10:00", round=round)


def overdue(department: str = "tax", after: Told | None = None, round: int = 1) -> Told:
    until = at("2026-11-09 18:00")
    return (after or accepted()).then(
        DepartmentOverdue,
        "2026-11-09 18:00",
        department=department,
        round=round,
        asked_at=at("2026-11-02 09:01"),
        answer_by=until,
    )


def asked_again(told: Told) -> Told:
    return told.then(
        ReverificationOpened,
        "2026-11-10 09:00",
        round=2,
        persons=PERSONS,
        asked=DEPARTMENTS,
        answer_by=at("2026-11-17 18:00"),
        reason="the family brought a paper",
        by="officer 7",
    )


def ineligible(*findings: dict[str, Any], after: Told | None = None) -> Told:
    findings = findings or (finding("R18c", "not_met"),)
    return determined("ineligible", *findings, after=after).then(
        DeterminationConfirmed,
        "2026-11-04 11:20",
        round=1,
        outcome="ineligible",
        reason="checked against the registers",
        by="officer 7",
    )


def opened(told: Told | None = None, when: str = "2026-11-03 10:01", **more: Any) -> Told:
    fields: dict[str, Any] = {
        "n": 1,
        "last_day": "2026-11-12",
        "closes_at": at("2026-11-12 18:00"),
        "provisional": False,
        "derivation": [
            {"date": "2026-11-04", "number": 1, "reason": "Wednesday"},
            {"date": "2026-11-07", "number": None, "reason": "Saturday"},
            {"date": "2026-11-12", "number": 7, "reason": "Thursday"},
        ],
        "entry": ENTRY,
    }
    return (told or determined("eligible")).then(PublicityOpened, when, **fields | more)


def objected(told: Told | None = None, n: int = 1, when: str = "2026-11-10 17:59", **more: Any) -> Told:
    fields: dict[str, Any] = {
        "n": n,
        "received_at": at(when),
        "in_time": True,
        "text": "his neighbour knows of a house",
    }
    return (told or opened()).then(ObjectionRaised, when, **fields | more)


def decided(told: Told, n: int, upheld: bool, when: str = "2026-11-11 09:00") -> Told:
    fields: dict[str, Any] = {
        "n": n,
        "upheld": upheld,
        "reason": "the register shows otherwise",
        "by": "officer 7",
    }
    return told.then(ObjectionDecided, when, **fields)


def confirmed(told: Told | None = None, when: str = "2026-11-12 18:01") -> Told:
    closed = (told or opened()).then(
        PublicityClosed, when, n=1, shown_from=at("2026-11-03 10:01"), shown_until=at(when)
    )
    return closed.then(PoolConfirmed, when)


EVERY_NOTICE: dict[str, tuple[Told, tuple[str, ...]]] = {
    "accepted": (accepted(), ("23",)),
    "supplement-wanted": (supplement_wanted(), ("23",)),
    "refused": (refused(), ("23",)),
    "withdrawn": (withdrawn(), ("24",)),
    "department-overdue": (overdue(), ("26(2)",)),
    "handed-to-officer": (handed_over(), ("26(2)",)),
    "ineligible": (ineligible(), ("26(3)",)),
    "in-publicity": (opened(), ("26(3)", "26(4)")),
    "objection-received": (objected(), ("26(4)",)),
    "objection-decided": (decided(objected(), 1, upheld=False), ("26(4)",)),
    "disqualified": (decided(objected(), 1, upheld=True), ("26(4)",)),
    "pool-confirmed": (confirmed(), ("26(4)",)),
}
"""One story for every notice of regulation §6 that these states need, and the articles it cites."""

BIRTH_DATE = APPLICANT[6:14]
