"""The real-estate register: which units the family has a part in, and how much of each (Art. 18(2))."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from tests.law.facts import ESTATE, UNCLEAR, Facts, Record
from tests.law.rules.areas import DIVISIONS, HOUSING_USE, NOTHING, Home, agreed, area_of, fraction, is_housing
from tests.law.rules.kleene import stated_as


@dataclass
class Register:
    """The real-estate register as far as it speaks of the family."""

    complete: bool = True
    units: dict[str, list[Record]] = field(default_factory=dict)
    without_code: list[Record] = field(default_factory=list)


def read_register(facts: Facts) -> tuple[Register, list[Home]]:
    """Rows of one unit that came in several members' answers are the same rows; a failed answer may hide a home."""
    register, gaps = Register(), []
    seen: dict[str | None, Counter[tuple[tuple[str, object], ...]]] = {}
    for member in facts.family:
        said = facts.said(ESTATE, member)
        if said is None or said.kind in UNCLEAR or (said.kind == "found" and not said.records):
            register.complete = False
            gaps.append(Home(NOTHING, None, "R18c.estate_silent" if said is None else "R18c.estate_unclear"))
            continue
        rows: dict[str | None, Counter[tuple[tuple[str, object], ...]]] = {}
        for row in said.records:
            if stated_as(row.get("division"), DIVISIONS) is False:
                gaps.append(Home(NOTHING, NOTHING, "R18c.elsewhere"))  # dropped before anything is stored (§4)
                continue
            rows.setdefault(row.get("unit_code"), Counter())[tuple(sorted(row.items()))] += 1
        for code, counted in rows.items():
            seen[code] = seen.get(code, Counter()) | counted  # the larger count of each row
    for code, counted in seen.items():
        if code is None:
            register.without_code = [dict(row) for row in counted.elements()]
        else:
            register.units[code] = [dict(row) for row in counted.elements()]
    return register, gaps


def live(rows: list[Record]) -> list[Record]:
    """The rows that are registered, or may be."""
    return [row for row in rows if row.get("status") != "cancelled"]


def ours(rows: list[Record], family: frozenset[str]) -> list[Record]:
    """The rows whose owner is of the family; an owner that is not stated is an outsider."""
    return [row for row in rows if str(row.get("owner_id_number", "")).upper() in family]


def registered_homes(register: Register, family: frozenset[str]) -> list[Home]:
    """What the family owns of every registered unit."""
    homes = [registered_home(rows, family) for rows in register.units.values()]
    for row in register.without_code:
        if live([row]) and is_housing([row]) is not False:
            homes.append(Home(NOTHING, None, "R18c.code_not_stated"))
    return homes


def registered_home(rows: list[Record], family: frozenset[str]) -> Home:
    """What the family owns of one unit."""
    rows = live(rows)
    mine = ours(rows, family)
    housing = is_housing(rows)
    if not mine:
        return Home(NOTHING, NOTHING, "R18c.registration_cancelled")
    if housing is False:
        use = agreed(rows, "use")
        return Home(NOTHING, NOTHING, "R18c.elsewhere" if use in HOUSING_USE else f"R18c.{use or 'elsewhere'}")
    area, form = area_of(rows), agreed(rows, "ownership")
    if housing is None or form is None or area is None or any("status" not in row for row in rows):
        return Home(NOTHING, None, "R18c.cell_not_stated")
    outsiders = len(rows) > len(mine)
    if form == "shares":
        return _by_shares(rows, mine, area)
    if form == "joint":
        if outsiders:
            return Home(NOTHING, None, "R18c.joint_with_outsider")
        return Home(area, area, "R18c.joint_in_family")
    return Home(NOTHING, None, "R18c.sole_beside_another") if outsiders else Home(area, area, "R18c.sole")


def _by_shares(rows: list[Record], mine: list[Record], area: Fraction) -> Home:
    """The family's fractions of the building area, if every row has one and all are no more than the whole."""
    if len({tuple(sorted(row.items())) for row in mine}) < len(mine):
        return Home(NOTHING, None, "R18c.share_not_stated")  # one part twice, or two parts: nobody can tell
    fractions = [fraction(row.get("share")) for row in rows]
    known = [value for value in fractions if value is not None]
    if len(known) < len(fractions):
        return Home(NOTHING, None, "R18c.share_not_stated")
    if sum(known) > 1:
        return Home(NOTHING, None, "R18c.shares_above_1")
    part = sum((fraction(row["share"]) or NOTHING for row in mine), NOTHING) * area
    return Home(part, part, "R18c.shares_with_outsiders" if len(mine) < len(rows) else "R18c.shares_in_family")
