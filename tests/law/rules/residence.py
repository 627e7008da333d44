"""Article 18(1): hukou in Hainan District, and living there."""

from tests.law.facts import REGISTRY, SOCIAL, TAX, UNCLEAR, Facts, Finding, Record
from tests.law.rules.kleene import both, either

HAINAN_DISTRICT = "150303"  # Art. 18(1); a district of Wuhai


def r18a(facts: Facts) -> Finding:
    """The main applicant's hukou is in 150303 today."""
    said = facts.said(REGISTRY, facts.applicant)
    if said is None:
        return Finding("unknown", ("R18a.silent",))
    if said.kind in ("none", "not_matched"):
        return Finding("unknown", (f"R18a.{said.kind}",))
    if said.kind in UNCLEAR or not said.records:
        return Finding("unknown", ("R18a.unclear",))
    findings = {_hukou(row, facts.applicant.id_number) for row in said.records}
    return findings.pop() if len(findings) == 1 else Finding("unknown", ("R18a.unclear",))


def _hukou(row: Record, number: str) -> Finding:
    """What one row of the household registry makes of the rule; the ID prefix does not matter."""
    status, division = row.get("status"), row.get("hukou_division")
    if status in ("cancelled", "deceased"):
        return Finding("unknown", (f"R18a.{status}",))
    if status is None or division is None:
        return Finding("unknown", ("R18a.not_stated",))
    born_here = number.startswith(HAINAN_DISTRICT)
    if division == HAINAN_DISTRICT:
        return Finding("met", ("R18a.here" if born_here else "R18a.here_by_another_prefix",))
    return Finding("not_met", ("R18a.elsewhere_by_this_prefix" if born_here else "R18a.elsewhere",))


def r18b(facts: Facts) -> Finding:
    """The main applicant lives here: any of three registers says so; "no" only when all three have answered no."""
    answers = (_lives_here(facts), _works_here(facts, SOCIAL, "insured"), _works_here(facts, TAX, "income_recorded"))
    lives_here = either(*(value for value, _ in answers))
    if lives_here is False:
        return Finding("not_met", ("R18b.three_times_no", *(because for _, because in answers)))
    because = tuple(because for value, because in answers if value is lives_here)
    return Finding("met" if lives_here else "unknown", because)


def _lives_here(facts: Facts) -> tuple[bool | None, str]:
    said = facts.said(REGISTRY, facts.applicant)
    if said is None:
        return None, "R18b.registry_silent"
    if said.kind != "found" or not said.records:
        return None, "R18b.registry_says_nothing"
    word = {"yes": True, "no": False}
    value = either(*(word.get(row.get("residence", "unknown")) for row in said.records))
    return value, {True: "R18b.residence_yes", False: "R18b.residence_no", None: "R18b.residence_unknown"}[value]


def _works_here(facts: Facts, department: str, recorded: str) -> tuple[bool | None, str]:
    """Insured, or with income recorded, in 150303."""
    said = facts.said(department, facts.applicant)
    if said is None:
        return None, f"R18b.{recorded}_silent"
    if said.kind == "none":
        return False, f"R18b.{recorded}_none"
    if said.kind != "found" or not said.records:
        return None, f"R18b.{recorded}_{'not_matched' if said.kind == 'not_matched' else 'unclear'}"
    value = either(*(_row_says_here(row, recorded) for row in said.records))
    if value is None:
        row = said.records[0]
        return None, f"R18b.{recorded}_{'without_division' if row.get(recorded) else 'not_stated'}"
    if value is False and said.records[0].get(recorded) is False:
        return False, f"R18b.{recorded}_no"
    return value, f"R18b.{recorded}_{'here' if value else 'elsewhere'}"


def _row_says_here(row: Record, recorded: str) -> bool | None:
    division = row.get("division")
    return both(row.get(recorded), None if division is None else division == HAINAN_DISTRICT)
