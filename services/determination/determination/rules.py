"""The rules of eligibility, one function an article: met, not met or unknown, never a guess (Kleene).

Each reads the evidence alone and is monotone: what it found while a department was silent, no answer undoes.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from contracts.records import HouseholdRecord, HousingRow, SocialSecurityRecord, TaxRecord
from contracts.events import Condition, Finding, Source, Truth
from contracts.people import age_on, sex
from determination.declared_family import disagreements
from determination.evidence import (
    CIVIL_AFFAIRS,
    HOUSEHOLD_REGISTRY,
    HOUSING,
    REAL_ESTATE,
    SOCIAL_SECURITY,
    TAX,
    Evidence,
)
from determination.homes import homes_of
from determination.wording import exactly, per_member, sentence

ARTICLES = {
    "R17a": "17",
    "R17b": "17",
    "R17c": "17",
    "R18a": "18(1), 21",
    "R18b": "18(1)",
    "R18c": "18(2), 19",
    "R32": "32",
    "G20": "20",
}
READS: dict[str, tuple[str, ...]] = {
    "R17a": (),
    "R17b": (CIVIL_AFFAIRS, HOUSEHOLD_REGISTRY),
    "R17c": (),
    "R18a": (HOUSEHOLD_REGISTRY,),
    "R18b": (HOUSEHOLD_REGISTRY, SOCIAL_SECURITY, TAX),
    "R18c": (REAL_ESTATE, HOUSING),
    "R32": (HOUSING,),
    "G20": (HOUSING,),
}
"""Which departments' answers a rule reads; a department that stands nowhere here can hold no case."""

NOT_STATED = "not stated"


def R17a(evidence: Evidence) -> Finding:
    """The main applicant has full legal capacity; own income from 16 on, at a counter, goes to review."""
    law = evidence.law_at_acceptance
    age = age_on(evidence.applicant.id_number, evidence.accepted_on)
    values = {"age": age, "adult_age": law.adult_age}
    text = f"the applicant was {age} on the day of acceptance; full legal capacity begins at {law.adult_age}"
    if age >= law.adult_age:
        return _finding(evidence, "R17a", "met", text, values)
    if evidence.at_a_counter and evidence.own_income_shown and age >= law.own_income_age:
        return _finding(evidence, "R17a", "unknown", f"{text}; own income was shown at a counter", values)
    return _finding(evidence, "R17a", "not_met", text, values)


def R17b(evidence: Evidence) -> Finding:
    """The family is spouse and minor children only, and the registers agree with what it declared."""
    law = evidence.law_at_acceptance
    grown = [
        f"{evidence.called(person)} was {age}"
        for person in evidence.persons
        if person.role == "child" and (age := age_on(person.id_number, evidence.accepted_on)) >= law.adult_age
    ]
    values: dict[str, Any] = {"declared": evidence.marital_status, "members": len(evidence.persons)}
    if grown:
        text = f"{', '.join(grown)} on the day of acceptance; children are members below {law.adult_age} only"
        return _finding(evidence, "R17b", "not_met", text, values)
    doubts = disagreements(evidence) + _silent(evidence, "R17b")
    if doubts:
        return _finding(evidence, "R17b", "unknown", "; ".join(doubts), {**values, "doubts": doubts})
    text = f"the {len(evidence.persons)} declared members and the marital status agree with the registers"
    return _finding(evidence, "R17b", "met", text, values)


def R17c(evidence: Evidence) -> Finding:
    """A family of one by its form has reached the legal age of marriage (sex: digit 17 of the ID number)."""
    members = len(evidence.persons)
    if members > 1:
        text = f"the family has {members} members, so the age of marriage does not matter"
        return _finding(evidence, "R17c", "met", text, {"members": members})
    number = evidence.applicant.id_number
    age, needed = age_on(number, evidence.accepted_on), evidence.law_at_acceptance.marriage_age(sex(number))
    text = f"the applicant, alone, was {age} on the day of acceptance; the age of marriage is {needed}"
    truth: Truth = "met" if age >= needed else "not_met"
    return _finding(evidence, "R17c", truth, text, {"members": 1, "age": age, "marriage_age": needed})


def R18a(evidence: Evidence) -> Finding:
    """The main applicant's hukou is in the district today; the ID prefix and the form decide nothing."""
    district = evidence.law_today.hukou_division
    rows = evidence.said(HOUSEHOLD_REGISTRY, evidence.applicant, HouseholdRecord) or ()
    recorded = sorted({f"{row.status or NOT_STATED} in {row.hukou_division or NOT_STATED}" for row in rows})
    values = {"district": district, "recorded": recorded}
    normal = {row.hukou_division if row.status == "normal" else None for row in rows}
    if len(normal) == 1 and None not in normal:
        text = f"the applicant's hukou is {recorded[0]}; the district is {district}"
        return _finding(evidence, "R18a", "met" if normal == {district} else "not_met", text, values)
    text = f"no normal hukou of the applicant is shown, in {district} or elsewhere"
    said = [f"the household registry records: {', '.join(recorded)}"] if recorded else []
    return _finding(evidence, "R18a", "unknown", "; ".join([text, *said, *_silent(evidence, "R18a")]), values)


def R18b(evidence: Evidence) -> Finding:
    """The main applicant lives in the district: the registry, social security or tax says so."""
    who, district = evidence.applicant, evidence.law_today.residence_division
    home = evidence.said(HOUSEHOLD_REGISTRY, who, HouseholdRecord) or ()
    insured = evidence.said(SOCIAL_SECURITY, who, SocialSecurityRecord)
    income = evidence.said(TAX, who, TaxRecord)
    residence = {row.residence for row in home}
    here = {
        HOUSEHOLD_REGISTRY: residence == {"yes"},
        SOCIAL_SECURITY: any(row.insured and row.division == district for row in insured or ()),
        TAX: any(row.income_recorded and row.division == district for row in income or ()),
    }
    stated = sorted(word or NOT_STATED for word in residence)
    values = {"district": district, "residence": stated, "here": here}
    proofs = [_spoken(department) for department, says_so in here.items() if says_so]
    if proofs:
        text = f"the applicant lives in {district} according to {' and '.join(proofs)}"
        return _finding(evidence, "R18b", "met", text, values)
    if residence == {"no"} and insured is not None and income is not None:
        text = f"the registry says not resident, and neither social security nor tax says {district}"
        return _finding(evidence, "R18b", "not_met", text, values)
    text = f"it is not shown whether the applicant lives in {district}"
    return _finding(evidence, "R18b", "unknown", "; ".join([text, *_silent(evidence, "R18b")]), values)


def R18c(evidence: Evidence) -> Finding:
    """The family's homes in the three divisions, registered or net-signed, stay below 15 m² a member."""
    law, members = evidence.law_today, len(evidence.persons)
    divisions = ", ".join(sorted(law.housing_divisions))
    homes, unclear = homes_of(evidence)
    certain = sum((home.counts for home in homes if home.counts is not None), Fraction(0))
    limit = law.area_per_member
    each = per_member(certain, members, limit)
    values: dict[str, Any] = {
        "members": members,
        "limit_m2": exactly(limit),
        "per_member_m2": each,
        "homes": [
            {"home": home.code, "m2": exactly(home.counts), "said_by": home.said_by}
            for home in homes
            if home.counts is not None
        ],
        "unclear": unclear,
    }
    if certain / members >= limit:
        owns = f"owns {'at least ' if unclear else ''}{each} m² a member, not below {exactly(limit)}"
        return _finding(evidence, "R18c", "not_met", f"in {divisions} the family {owns}", values)
    if unclear:
        text = f"only {each} m² a member is certain, and not all is clear: {'; '.join(unclear)}"
        return _finding(evidence, "R18c", "unknown", text, values)
    owns = f"owns {each} m² a member, below {exactly(limit)}" if homes else "owns no home"
    return _finding(evidence, "R18c", "met", f"in {divisions} the family {owns}", values)


def R32(evidence: Evidence) -> Finding:
    """The main applicant is under no ban of Art. 32 today; `until` is the first free day."""
    article, today = evidence.law_today.ban_article, evidence.as_of
    rows = evidence.said(HOUSING, evidence.applicant, HousingRow)
    if rows is None:
        text = "it is not known whether a ban binds the applicant"
        values: dict[str, Any] = {"day": today.isoformat()}
        return _finding(evidence, "R32", "unknown", "; ".join([text, *_silent(evidence, "R32")]), values)
    bans = [row for row in rows if row.register_ == "ban" and (row.until is None or today < row.until)]
    running = [row for row in bans if row.since is not None and row.since <= today]
    unclear = [row for row in bans if row.since is None and row.article in (article, None)]
    values = {
        "day": today.isoformat(),
        "bans": [{"since": _day(row.since), "until": _day(row.until)} for row in running],
    }
    for row in running:
        if row.article == article:
            text = f"a ban of Art. {article} binds from {_day(row.since)}; first free day: {_day(row.until)}"
            return _finding(evidence, "R32", "not_met", text, values)
    if any(row.article is None for row in running):
        return _finding(evidence, "R32", "unknown", "a running ban does not state its article", values)
    if unclear:
        return _finding(evidence, "R32", "unknown", "a ban does not state from when it binds", values)
    return _finding(evidence, "R32", "met", f"no ban of Art. {article} binds on {today}", values)


def G20(evidence: Evidence) -> Finding:
    """Renting public or affordable housing is never a reason against: it is to be left before moving in."""
    carried = conditions(evidence)
    text = "renting is no reason against; the determination carries a condition"
    if not carried:
        text = "nobody of the family rents public or affordable housing"
    values = {"day": evidence.as_of.isoformat(), "condition": bool(carried)}
    return _finding(evidence, "G20", "met", text, values)


def conditions(evidence: Evidence) -> tuple[Condition, ...]:
    """The one condition of Art. 20, if the family carries it; to be checked where nobody knows."""
    renting, doubtful = [], []
    for person in evidence.persons:
        rows = evidence.said(HOUSING, person, HousingRow)
        for row in rows or ():
            runs = _began(row, evidence.as_of) and (row.until is None or evidence.as_of <= row.until)
            if row.register_ != "tenancy" or not runs:
                continue
            if row.kind in evidence.law_today.rental_kinds:
                renting.append(evidence.called(person))
            elif not {"private", "market"} & set((row.kind or "").split("_")):
                doubtful.append(f"the kind of a tenancy of {evidence.called(person)} is unclear")
        if rows is None:
            doubtful.append(f"the housing bureau has not answered clearly about {evidence.called(person)}")
    if renting:
        who = " and ".join(dict.fromkeys(renting))
        text = f"public or affordable housing rented by {who} is to be left before moving in"
    elif doubtful:
        text = f"whether public or affordable housing is to be left is to be checked: {'; '.join(doubtful)}"
    else:
        return ()
    return (Condition(rule="G20", article=ARTICLES["G20"], text=sentence(text), to_be_checked=not renting),)


RULES: tuple[Callable[[Evidence], Finding], ...] = (R17a, R17b, R17c, R18a, R18b, R18c, R32, G20)


def waits_for(evidence: Evidence, finding: Finding) -> frozenset[str]:
    """The silent departments that could still change what a rule found; none once it is met or not met."""
    if finding.truth != "unknown":
        return frozenset()
    if finding.rule == "R17b" and disagreements(evidence):
        return frozenset()  # no register can talk another's disagreement away
    return frozenset(READS[finding.rule]) - evidence.answers.keys()


def _finding(evidence: Evidence, rule: str, truth: Truth, text: str, values: dict[str, Any]) -> Finding:
    sources = [Source(department="form", said_at=evidence.accepted_at)] if rule.startswith("R17") else []
    for department in READS[rule]:
        counted = evidence.answers.get(department)
        if counted is not None:
            sources.append(Source(department=department, said_at=counted.said_at, sequence=counted.sequence))
    return Finding(
        rule=rule,
        article=ARTICLES[rule],
        truth=truth,
        text=sentence(text),
        values=values,
        sources=tuple(sources),
    )


def _silent(evidence: Evidence, rule: str) -> list[str]:
    return [f"{_spoken(name)} has not answered" for name in READS[rule] if name not in evidence.answers]


def _spoken(department: str) -> str:
    return department.replace("-", " ")


def _began(row: HousingRow, today: date) -> bool:
    return row.since is None or row.since <= today


def _day(day: date | None) -> str:
    return day.isoformat() if day else NOT_STATED
