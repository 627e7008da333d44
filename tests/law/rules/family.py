"""Article 17: who the applicant is, who the family is, and whether a person alone is old enough."""

from tests.law.facts import ADULT, CIVIL, REGISTRY, UNCLEAR, Facts, Finding, Member, Truth
from tests.law.idnumbers import age_on, born_on_29_february, is_man

OWN_INCOME_AGE = 16  # Art. 17: at an officer's counter, with proof of own income
MARRIAGE_AGE_MAN, MARRIAGE_AGE_WOMAN = 22, 20  # Art. 17, by Civil Code 1047
REGISTERED_AS = {  # GB/T 2261.2: codes 20 to 23 are all married
    "10": "single",
    "20": "married",
    "21": "married",
    "22": "married",
    "23": "married",
    "30": "widowed",
    "40": "divorced",
}


def r17a(facts: Facts) -> Finding:
    """The main applicant has full legal capacity."""
    truth, because = capacity(
        facts.applicant.id_number, age_on(facts.applicant.id_number, facts.accepted_on), facts.at_a_counter,
        facts.own_income_shown,
    )  # fmt: skip
    return Finding(truth, (because,))


def capacity(number: str, age: int, at_a_counter: bool, own_income: bool) -> tuple[Truth, str]:
    """R17a from the form, on whatever day its age is taken."""
    if age >= ADULT:
        return "met", "R17a.adult_born_29_february" if born_on_29_february(number) else "R17a.adult"
    if not at_a_counter:
        return "not_met", "R17a.minor_at_a_kiosk"
    if age < OWN_INCOME_AGE:
        return "not_met", "R17a.below_16_at_a_counter"
    return ("unknown", "R17a.own_income") if own_income else ("not_met", "R17a.no_own_income")


def r17b(facts: Facts) -> Finding:
    """The family is spouse and minor children only, and agrees with the registers."""
    if facts.strangers:
        return Finding("not_met", ("R17b.grown_child",))
    doubts = [*_doubts_of_the_form(facts)]
    remarks: list[str] = []
    for member in facts.asked(CIVIL):
        _read_civil_affairs(facts, member, doubts, remarks)
    for member in facts.members:
        _read_registry(facts, member, doubts, remarks)
    if any(not facts.is_adult(m) and age_on(m.id_number, facts.as_of) >= ADULT for m in facts.family[1:]):
        remarks.append("R17b.turned_18_since")
    return Finding("unknown" if doubts else "met", (*doubts, *remarks, *(() if doubts else ("R17b.agrees",))))


def _doubts_of_the_form(facts: Facts) -> list[str]:
    doubts = []
    if facts.spouse is not None and not facts.is_adult(facts.spouse):
        doubts.append("R17b.spouse_under_18")
    if any(member.role == "child" and member.id_number in facts.children_elsewhere for member in facts.family):
        doubts.append("R17b.child_elsewhere")
    return doubts


def _read_civil_affairs(facts: Facts, member: Member, doubts: list[str], remarks: list[str]) -> None:
    """Marital status and spouse of one adult, beside what the form declares."""
    declared = "married" if member.role == "spouse" else facts.marital_status
    said = facts.said(CIVIL, member)
    if said is None:
        doubts.append("R17b.civil_silent")
    elif said.kind in ("none", "not_matched"):
        if declared == "married":
            doubts.append(f"R17b.no_record_{said.kind}")
        else:
            remarks.append("R17b.no_record_of_unmarried")
    elif said.kind in UNCLEAR or not said.records:
        doubts.append("R17b.civil_unclear")
    else:
        partner = facts.applicant if member.role == "spouse" else facts.spouse
        for row in said.records:
            code = row.get("marital_status")
            if code is None and declared == "married":
                doubts.append("R17b.status_not_stated")
            elif code is None:
                remarks.append("R17b.status_not_stated_of_unmarried")
            elif REGISTERED_AS.get(code) != declared:
                doubts.append("R17b.status_90" if code == "90" else "R17b.other_status")
            elif code in ("21", "22", "23"):
                remarks.append("R17b.married_by_another_code")
            stated = row.get("spouse_id_number")
            if stated is None:
                remarks.append("R17b.spouse_not_stated" if declared == "married" else "R17b.agrees_unmarried")
            elif code in ("30", "40"):
                remarks.append("R17b.former_spouse")
            elif partner is None or stated.upper() != partner.id_number:
                doubts.append("R17b.other_spouse")
            elif stated != partner.id_number:
                remarks.append("R17b.small_x")


def _read_registry(facts: Facts, member: Member, doubts: list[str], remarks: list[str]) -> None:
    """Everyone alive: nothing else of the household registry is a reason here."""
    said = facts.said(REGISTRY, member)
    if said is None:
        doubts.append("R17b.registry_silent")
    elif said.kind in ("none", "not_matched"):
        remarks.append("R17b.applicant_not_known" if member.role == "applicant" else "R17b.member_not_known")
    elif said.kind in UNCLEAR or not said.records:
        doubts.append("R17b.registry_unclear")
    elif any(row.get("status") == "deceased" for row in said.records):
        doubts.append("R17b.deceased")
    elif any(row.get("status") == "cancelled" for row in said.records):
        remarks.append("R17b.cancelled_is_no_reason")


def r17c(facts: Facts) -> Finding:
    """A person alone has reached the legal age of marriage; for a larger family the rule does not apply."""
    if len(facts.family) > 1:
        return Finding("met", ("R17c.couple" if facts.spouse else "R17c.parent_with_child",))
    man = is_man(facts.applicant.id_number)
    age, needed = age_on(facts.applicant.id_number, facts.accepted_on), marriage_age(facts.applicant.id_number)
    if age >= needed:
        return Finding("met", ("R17c.of_age_since_today" if age == needed else "R17c.of_age",))
    because = ["R17c.man_too_young" if man else "R17c.woman_too_young"]
    if facts.marital_status in ("widowed", "divorced"):
        because.append("R17c.widow_too_young")
    if facts.strangers:
        because.append("R17c.alone_with_a_grown_child")
    return Finding("not_met", tuple(because))


def marriage_age(number: str) -> int:
    """Man 22, woman 20."""
    return MARRIAGE_AGE_MAN if is_man(number) else MARRIAGE_AGE_WOMAN
