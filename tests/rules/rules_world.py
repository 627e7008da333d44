"""Synthetic people and answers for the tests of the determination; nobody here exists."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from contracts.application import MaritalStatus
from contracts.case.answers import Counted
from contracts.events.values import FamilyMember, OwnBan
from contracts.inquiries import Answer, Kind, PersonAnswer
from contracts.people import check_digit
from procedures.hainan_2025.facts import Facts
from procedures.policy import policy_named

ACCEPTED_ON = date(2026, 11, 10)
AS_OF = date(2026, 11, 20)
AT = datetime(2026, 11, 10, 3, tzinfo=UTC)
SIX = ("household-registry", "civil-affairs", "social-security", "tax", "real-estate", "housing")

Row = dict[str, Any]
Said = Mapping[str, Kind | Sequence[Row]]
"""What a department says of each person, by ID number: a bare kind, or the rows it found."""


def number(born: str, sex: str = "man", order: int = 1) -> str:
    """A valid ID number of somebody born on `born` (YYYYMMDD)."""
    body = f"150303{born}{order:02d}{1 if sex == 'man' else 2}"
    return body + check_digit(body)


MAN = number("19850115")
WIFE = number("19870303", "woman")
CHILD = number("20160201")
SECOND_CHILD = number("20180609", "woman")
OUTSIDER = number("19550505")


def family(applicant: str = MAN, spouse: str | None = None, *children: str) -> tuple[FamilyMember, ...]:
    """Applicant, spouse and children, in this order."""
    persons = [FamilyMember(id_number=applicant, name="Applicant", role="applicant")]
    if spouse:
        persons.append(FamilyMember(id_number=spouse, name="Spouse", role="spouse"))
    persons += [FamilyMember(id_number=child, name="Child", role="child") for child in children]
    return tuple(persons)


def answer(said: Said, kind: Kind = "found") -> Answer:
    """A department's answer; kinds other than `found` carry no rows."""
    persons = tuple(
        PersonAnswer(id_number=who, kind=what)
        if isinstance(what, str)
        else PersonAnswer(id_number=who, kind="found", records=tuple(what))
        for who, what in said.items()
    )
    return Answer(question_id="question-of-a-test", kind=kind, persons=persons)


def counted(said: Said, sequence: int = 7, kind: Kind = "found", contradicted: bool = False) -> Counted:
    return Counted(sequence, answer(said, kind), AT, contradicted=contradicted)


def evidence(
    persons: tuple[FamilyMember, ...],
    answers: Mapping[str, Counted],
    marital_status: MaritalStatus = "single",
    accepted_on: date = ACCEPTED_ON,
    as_of: date = AS_OF,
    own_income_shown: bool = False,
    at_a_counter: bool = False,
    own_ban: OwnBan | None = None,
) -> Facts:
    return Facts(
        persons=persons,
        marital_status=marital_status,
        own_income_shown=own_income_shown,
        at_a_counter=at_a_counter,
        accepted_at=AT,
        accepted_on=accepted_on,
        as_of=as_of,
        policy=policy_named("hainan-2025"),
        answers=answers,
        own_ban=own_ban,
    )


def unit(owner: str, area: str | None = "45.00", code: str | None = "UNIT1", **cells: str | None) -> Row:
    """One owner's row of a registered home in the district."""
    return {
        "unit_code": code,
        "division": "150303",
        "use": "residential",
        "building_area_m2": area,
        "ownership": "sole",
        "owner_id_number": owner,
        "share": "1/1",
        "registered": "2018-06-01",
        "status": "registered",
    } | cells


def contract(buyer: str, area: str | None = "90.00", no: str | None = "WQ1", **cells: str | None) -> Row:
    """One buyer's row of a filed contract for a home in the district."""
    return {
        "register": "net_signed",
        "contract_no": no,
        "unit_code": "",
        "division": "150303",
        "use": "residential",
        "building_area_m2": area,
        "buyer_id_number": buyer,
        "share": "1/1",
        "filed": "2025-08-08",
        "status": "filed",
    } | cells


def ban(since: str, until: str, article: str = "32") -> Row:
    return {"register": "ban", "article": article, "decision": "HN-1", "since": since, "until": until}


def tenancy(kind: str, since: str = "2021-01-01", until: str = "") -> Row:
    return {"register": "tenancy", "kind": kind, "since": since, "until": until}


def hukou(division: str = "150303", status: str = "normal", residence: str = "yes") -> Row:
    return {"status": status, "hukou_division": division, "residence": residence}


def marriage(code: str, spouse: str = "") -> Row:
    return {"marital_status": code, "spouse_id_number": spouse, "since": "2015-05-20", "assistance": "none"}


def insured(word: str = "yes", division: str | None = "150303") -> Row:
    return {"insured": {"yes": True, "no": False}.get(word), "division": division, "last_paid_month": "2026-10"}


def income(word: str = "yes", division: str | None = "150303") -> Row:
    return {"income_recorded": {"yes": True, "no": False}.get(word), "division": division}
