"""The rules of eligibility, one function each: met, not met or unknown, never a guess (Kleene).

Each reads the facts alone and is monotone: what it found while a department was silent, no answer undoes.
"""

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from contracts.events.values import Condition, Finding, Source, Truth
from contracts.people import age_on, sex
from contracts.readings import FIRST_READING
from procedures.hainan_2025.bans import binds, first_free_day, own_binds
from procedures.hainan_2025.declared_family import disagreements
from procedures.hainan_2025.departments.household_registry import HouseholdRecord
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.departments.social_security import SocialSecurityRecord
from procedures.hainan_2025.departments.tax import TaxRecord
from procedures.hainan_2025.facts import (
    CIVIL_AFFAIRS,
    HOUSEHOLD_REGISTRY,
    HOUSING,
    REAL_ESTATE,
    SOCIAL_SECURITY,
    TAX,
    Doubt,
    Facts,
    doubts_of,
)
from procedures.hainan_2025.homes import homes_of
from procedures.hainan_2025.wording import exactly, per_member, sentence

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
OF_A_TENANCY = frozenset(("register", "kind", "since", "until"))
"""The fields by which G20 is carried."""


def R17a(facts: Facts) -> Finding:
    """The main applicant has full legal capacity; own income from 16 on, at a counter, goes to review."""
    law = facts.law_at_acceptance
    age = age_on(facts.applicant.id_number, facts.accepted_on)
    values = {"age": age, "adult_age": law.adult_age}
    text = f"the applicant was {age} on the day of acceptance; full legal capacity begins at {law.adult_age}"
    if age >= law.adult_age:
        return _finding(facts, "R17a", "met", text, values)
    if facts.at_a_counter and facts.own_income_shown and age >= law.own_income_age:
        return _finding(facts, "R17a", "unknown", f"{text}; own income was shown at a counter", values)
    return _finding(facts, "R17a", "not_met", text, values)


def R17b(facts: Facts) -> Finding:
    """The family is spouse and minor children only, and the registers agree with what it declared."""
    law = facts.law_at_acceptance
    grown = [
        f"{facts.called(person)} was {age}"
        for person in facts.persons
        if person.role == "child" and (age := age_on(person.id_number, facts.accepted_on)) >= law.adult_age
    ]
    values: dict[str, Any] = {"declared": facts.marital_status, "members": len(facts.persons)}
    if grown:
        text = f"{', '.join(grown)} on the day of acceptance; children are members below {law.adult_age} only"
        return _finding(facts, "R17b", "not_met", text, values)
    doubts = disagreements(facts) + _not_answered(facts, "R17b")
    if doubts:
        return _finding(facts, "R17b", "unknown", "; ".join(doubts), {**values, "doubts": doubts})
    text = f"the {len(facts.persons)} declared members and the marital status agree with the registers"
    return _finding(facts, "R17b", "met", text, values)


def R17c(facts: Facts) -> Finding:
    """A family of one by its form has reached the legal age of marriage (sex: digit 17 of the ID number)."""
    members = len(facts.members)
    if members > 1:
        text = f"the family has {members} members, so the age of marriage does not matter"
        return _finding(facts, "R17c", "met", text, {"members": members})
    number = facts.applicant.id_number
    age, needed = age_on(number, facts.accepted_on), facts.law_at_acceptance.marriage_age(sex(number))
    text = f"the applicant, alone, was {age} on the day of acceptance; the age of marriage is {needed}"
    truth: Truth = "met" if age >= needed else "not_met"
    return _finding(facts, "R17c", truth, text, {"members": 1, "age": age, "marriage_age": needed})


def R18a(facts: Facts) -> Finding:
    """The main applicant's hukou is in the district today; the ID prefix and the form decide nothing."""
    district = facts.law_today.hukou_division
    rows = facts.said(HOUSEHOLD_REGISTRY, facts.applicant, HouseholdRecord) or ()
    recorded = sorted({f"{row.status or NOT_STATED} in {row.hukou_division or NOT_STATED}" for row in rows})
    values = {"district": district, "recorded": recorded}
    normal = {row.hukou_division if row.status == "normal" else None for row in rows}
    if len(normal) == 1 and None not in normal:
        text = f"the applicant's hukou is {recorded[0]}; the district is {district}"
        return _finding(facts, "R18a", "met" if normal == {district} else "not_met", text, values)
    text = f"no normal hukou of the applicant is shown, in {district} or elsewhere"
    said = [f"the household registry records: {', '.join(recorded)}"] if recorded else []
    doubts = facts.not_understood(HOUSEHOLD_REGISTRY, facts.applicant, HouseholdRecord, "status", "hukou_division")
    return _unknown(facts, "R18a", [text, *said], values, doubts)


def R18b(facts: Facts) -> Finding:
    """The main applicant lives in the district: the registry, social security or tax says so."""
    who, district = facts.applicant, facts.law_today.residence_division
    home = facts.said(HOUSEHOLD_REGISTRY, who, HouseholdRecord) or ()
    residence = {row.residence for row in home}
    insured, income = _insured_here(facts), _income_here(facts)
    here = {HOUSEHOLD_REGISTRY: residence == {"yes"}, SOCIAL_SECURITY: insured is True, TAX: income is True}
    stated = sorted(word or NOT_STATED for word in residence)
    values = {"district": district, "residence": stated, "here": here}
    proofs = [_spoken(department) for department, says_so in here.items() if says_so]
    if proofs:
        text = f"the applicant lives in {district} according to {' and '.join(proofs)}"
        return _finding(facts, "R18b", "met", text, values)
    if residence == {"no"} and insured is False and income is False:
        text = f"the registry says not resident, and neither social security nor tax says {district}"
        return _finding(facts, "R18b", "not_met", text, values)
    doubts = (
        *facts.not_understood(HOUSEHOLD_REGISTRY, who, HouseholdRecord, "residence"),
        *facts.not_understood(SOCIAL_SECURITY, who, SocialSecurityRecord, "insured", "division"),
        *facts.not_understood(TAX, who, TaxRecord, "income_recorded", "division"),
    )
    return _unknown(facts, "R18b", [f"it is not shown whether the applicant lives in {district}"], values, doubts)


def _insured_here(facts: Facts) -> bool | None:
    """Whether social security places the applicant in the district; None where it has not said."""
    rows = facts.said(SOCIAL_SECURITY, facts.applicant, SocialSecurityRecord)
    return _placed(facts, None if rows is None else [(row.insured, row.division) for row in rows])


def _income_here(facts: Facts) -> bool | None:
    """Whether tax places the applicant in the district; None where it has not said."""
    rows = facts.said(TAX, facts.applicant, TaxRecord)
    return _placed(facts, None if rows is None else [(row.income_recorded, row.division) for row in rows])


def _placed(facts: Facts, rows: list[tuple[bool | None, str | None]] | None) -> bool | None:
    district = facts.law_today.residence_division
    if rows is None:
        return None
    if any(there and division == district for there, division in rows):
        return True
    if facts.reading == FIRST_READING:
        return False
    # Insured somewhere that is not stated may be here; elsewhere, or not insured, is not here whatever else is stated.
    here = (there is not False and division in (district, None) for there, division in rows)
    return None if any(here) else False


def R18c(facts: Facts) -> Finding:
    """The family's homes in the three divisions, registered or net-signed, stay below 15 m² a member."""
    law, members = facts.law_today, len(facts.members)
    divisions = ", ".join(sorted(law.housing_divisions))
    homes, unclear = homes_of(facts)
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
        return _finding(facts, "R18c", "not_met", f"in {divisions} the family {owns}", values)
    if unclear:
        text = f"only {each} m² a member is certain, and not all is clear: {'; '.join(unclear)}"
        return _finding(facts, "R18c", "unknown", text, values)
    owns = f"owns {each} m² a member, below {exactly(limit)}" if homes else "owns no home"
    return _finding(facts, "R18c", "met", f"in {divisions} the family {owns}", values)


def R32(facts: Facts) -> Finding:
    """The main applicant is under no ban of Art. 32 today; it binds until the day before its first free day."""
    article, today = facts.law_today.ban_article, facts.as_of
    rows = facts.said(HOUSING, facts.applicant, HousingRow)
    values: dict[str, Any] = {"day": today.isoformat()}
    if own_binds(facts.own_ban, article, today):
        return _held_against_our_record(facts, rows, values)
    if rows is None:
        return _unknown(facts, "R32", ["it is not known whether a ban binds the applicant"], values)
    truths = [(ban, binds(ban, article, today, facts.reading)) for ban in rows if ban.register_ in ("ban", None)]
    binding = [(_day(ban.since), _day(first_free_day(ban, facts.reading))) for ban, truth in truths if truth]
    values["bans"] = [{"since": since, "until": until} for since, until in binding]
    if binding:
        since, until = binding[0]
        text = f"a ban of Art. {article} binds from {since}; first free day: {until}"
        return _finding(facts, "R32", "not_met", text, values)
    if any(truth is None for _, truth in truths):
        fields = ("register", "article", "since", "until")
        doubts = facts.not_understood(HOUSING, facts.applicant, HousingRow, *fields)
        text = "a ban does not state clearly its article, or from when until when it binds"
        return _unknown(facts, "R32", [text], values, doubts)
    return _finding(facts, "R32", "met", f"no ban of Art. {article} binds on {today}", values)


def _held_against_our_record(facts: Facts, rows: tuple[HousingRow, ...] | None, values: dict[str, Any]) -> Finding:
    """R32 where our own record says that a ban binds: it holds, unless the bureau clearly says that there is none."""
    own, article, today = facts.own_ban, facts.law_today.ban_article, facts.as_of
    assert own is not None
    values["own_ban"] = {"since": own.since.isoformat(), "until": own.until.isoformat()}
    ours = f"our own record says that a ban of Art. {article} binds from {own.since}; first free day: {own.until}"
    if HOUSING not in facts.answers:
        return _unknown(facts, "R32", [ours], values)
    if rows is not None and all(binds(ban, article, today, facts.reading) is False for ban in rows):
        return _unknown(facts, "R32", [ours, "the housing bureau says that none binds"], values)
    return _finding(facts, "R32", "not_met", ours, values)


def G20(facts: Facts) -> Finding:
    """Renting public or affordable housing is never a reason against: it is to be left before moving in."""
    carried = conditions(facts)
    text = "renting is no reason against; the determination carries a condition"
    if not carried:
        text = "nobody of the family rents public or affordable housing"
    values = {"day": facts.as_of.isoformat(), "condition": bool(carried)}
    return _finding(facts, "G20", "met", text, values)


def conditions(facts: Facts) -> tuple[Condition, ...]:
    """The one condition of Art. 20, if the family carries it; to be checked where nobody knows."""
    renting, doubtful = [], []
    for person in facts.members:
        who, rows = facts.called(person), facts.said(HOUSING, person, HousingRow)
        for row in rows or ():
            if row.register_ not in ("tenancy", None) or not (_runs(row, facts.as_of) or _ends_before(row)):
                continue
            if row.not_understood.keys() & {"register", "since", "until"} or _ends_before(row):
                doubtful.append(f"a tenancy of {who} is unclear")
            elif row.register_ is None:
                doubtful.append(f"a row about {who} does not say which register it is of")
            elif row.kind in facts.law_today.rental_kinds:
                renting.append(who)
            elif not {"private", "market"} & set((row.kind or "").split("_")):
                doubtful.append(f"the kind of a tenancy of {who} is unclear")
            doubtful += map(str, doubts_of(HOUSING, who, row, OF_A_TENANCY))
        if rows is None:
            doubtful.append(f"the housing bureau has not answered clearly about {who}")
    if renting:
        them = " and ".join(dict.fromkeys(renting))
        text = f"public or affordable housing rented by {them} is to be left before moving in"
    elif doubtful:
        text = f"whether public or affordable housing is to be left is to be checked: {'; '.join(doubtful)}"
    else:
        return ()
    return (Condition(rule="G20", article=ARTICLES["G20"], text=sentence(text), to_be_checked=not renting),)


RULES: tuple[Callable[[Facts], Finding], ...] = (R17a, R17b, R17c, R18a, R18b, R18c, R32, G20)


def silent(facts: Facts, rule: str) -> frozenset[str]:
    """The departments a rule reads that have not answered."""
    return frozenset(READS[rule]) - facts.answers.keys()


def may_become(facts: Facts, unknown: Finding) -> frozenset[Truth]:
    """What a rule that is unknown may still be found, whatever the silent departments say.

    R17b: no register can talk another's disagreement away, and none can say that a family is none. R18b: it is met as
    soon as one of the silent says so, and not met only if nobody who answered left it open. R32: a ban of our own
    record is confirmed, or stays a contradiction.
    """
    waits = silent(facts, unknown.rule)
    if not waits or (unknown.rule == "R17b" and disagreements(facts)):
        return frozenset()
    if unknown.rule == "R17b":
        return frozenset({"met"})
    if unknown.rule == "R32" and "own_ban" in unknown.values:
        return frozenset({"not_met"})
    if unknown.rule == "R18b" and not _may_be_elsewhere(facts, waits):
        return frozenset({"met"})
    return frozenset({"met", "not_met"})


def _may_be_elsewhere(facts: Facts, waits: frozenset[str]) -> bool:
    home = facts.said(HOUSEHOLD_REGISTRY, facts.applicant, HouseholdRecord) or ()
    return (
        (HOUSEHOLD_REGISTRY in waits or {row.residence for row in home} == {"no"})
        and (SOCIAL_SECURITY in waits or _insured_here(facts) is False)
        and (TAX in waits or _income_here(facts) is False)
    )


def _unknown(
    facts: Facts, rule: str, said: Iterable[str], values: dict[str, Any], doubts: Iterable[Doubt] = ()
) -> Finding:
    """What is not known, what was not understood, and who has not answered."""
    text = "; ".join([*said, *map(str, doubts), *_not_answered(facts, rule)])
    return _finding(facts, rule, "unknown", text, values)


def _finding(facts: Facts, rule: str, truth: Truth, text: str, values: dict[str, Any]) -> Finding:
    sources = [Source(department="form", said_at=facts.accepted_at)] if rule.startswith("R17") else []
    for department in READS[rule]:
        counted = facts.answers.get(department)
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


def _not_answered(facts: Facts, rule: str) -> list[str]:
    return [f"{_spoken(name)} has not answered" for name in READS[rule] if name not in facts.answers]


def _spoken(department: str) -> str:
    return department.replace("-", " ")


def _ends_before(tenancy: HousingRow) -> bool:
    return tenancy.since is not None and tenancy.until is not None and tenancy.until < tenancy.since


def _runs(tenancy: HousingRow, today: date) -> bool:
    """A tenancy without a beginning runs; its last day is `until`."""
    began = tenancy.since is None or tenancy.since <= today
    return began and (tenancy.until is None or today <= tenancy.until)


def _day(day: date | None) -> str:
    return day.isoformat() if day else NOT_STATED
