"""Counts the family's homes for Art. 18(2) and 19: each once, in exact fractions, or unclear and why."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from contracts.readings import FIRST_READING
from contracts.text import masked
from procedures.codes import MOST_DIGITS, digits_of, share_of
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.departments.real_estate import OwnershipRow
from procedures.hainan_2025.facts import HOUSING, REAL_ESTATE, Facts, doubts_of
from procedures.records import fields_of

NO_CODE = "a unit without a code"
OF_A_UNIT = frozenset(("unit_code", "division", "use", "building_area_m2", "ownership", "owner_id_number", "status"))
OF_A_CONTRACT = OF_A_UNIT - {"ownership", "owner_id_number"} | {"register", "contract_no", "buyer_id_number", "share"}
"""The fields by which a home is counted."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Home:
    """One home: its unit code or contract, who said so, and the m² that count; None where that is unclear."""

    code: str
    said_by: str
    counts: Fraction | None
    why: str = ""


def homes_of(facts: Facts) -> tuple[list[Home], list[str]]:
    """The family's homes, and in words all that is unclear: where there is any, there may be more."""
    owned = [facts.said(REAL_ESTATE, person, OwnershipRow) for person in facts.members]
    bureau = [facts.said(HOUSING, person, HousingRow) for person in facts.members]
    divisions = frozenset(facts.law_today.housing_divisions)
    units = registered_homes([rows for rows in owned if rows], facts.family, divisions, facts.reading)
    registry_complete = None not in owned and units.get(NO_CODE) is None
    signed = [row for rows in bureau for row in rows or () if row.register_ in ("net_signed", None)]
    homes = [home for home in units.values() if home is not None]
    homes += contract_homes(signed, facts.family, divisions, units, registry_complete, facts.reading)
    if facts.reading != FIRST_READING:  # in a free text anything may stand
        homes = [replace(home, code=masked(home.code)) for home in homes]
    unclear = [f"{home.code}: {home.why}" for home in homes if home.counts is None]
    unclear += dict.fromkeys(_doubts(facts))
    if None in owned:
        unclear.append("real-estate registration has not answered clearly about everybody")
    if None in bureau:
        unclear.append("the housing bureau has not answered clearly about everybody")
    if unclear:  # a person looks at it, and is told the rest of what was not understood
        unclear += [doubt for doubt in dict.fromkeys(_all_doubts(facts)) if doubt not in unclear]
    return homes, unclear


def _all_doubts(facts: Facts) -> Iterator[str]:
    for person in facts.members:
        yield from map(str, facts.not_understood(REAL_ESTATE, person, OwnershipRow, *fields_of(OwnershipRow)))
        for row in facts.said(HOUSING, person, HousingRow) or ():
            if row.register_ in ("net_signed", None):
                yield from map(str, doubts_of(HOUSING, facts.called(person), row, fields_of(HousingRow).keys()))


def _doubts(facts: Facts) -> Iterator[str]:
    """What was not understood in rows that may be homes: such a row may be more than what it counts for."""
    divisions = frozenset(facts.law_today.housing_divisions)
    for person in facts.members:
        for unit in facts.said(REAL_ESTATE, person, OwnershipRow) or ():
            if _is_home(unit, "registered", divisions) is not False:
                in_parts = unit.ownership not in ("sole", "joint")
                fields = OF_A_UNIT | {"share"} if in_parts else OF_A_UNIT
                yield from map(str, doubts_of(REAL_ESTATE, facts.called(person), unit, fields))
        for row in facts.said(HOUSING, person, HousingRow) or ():
            if row.register_ in ("net_signed", None) and _is_home(row, "filed", divisions) is not False:
                yield from map(str, doubts_of(HOUSING, facts.called(person), row, OF_A_CONTRACT))


def registered_homes(
    listings: Iterable[Sequence[OwnershipRow]], family: AbstractSet[str], divisions: AbstractSet[str], reading: int
) -> dict[str, Home | None]:
    """Every unit the family has a registered part in, by its code; None for a shop, or in another division.

    `listings` has one listing a member; in each stand the units of that member with all their owners.
    """
    units: dict[str, list[list[OwnershipRow]]] = {}
    of_any_unit: list[OwnershipRow] = []
    for listing in listings:
        rows_of: dict[str, list[OwnershipRow]] = {}
        for row in listing:
            rows_of.setdefault(row.unit_code or NO_CODE, []).append(row)
            if not row.unit_code and row.owner_id_number not in family and reading != FIRST_READING:
                of_any_unit.append(row)
        for code, rows in rows_of.items():
            units.setdefault(code, []).append(rows)
    homes: dict[str, Home | None] = {}
    for code, tellings in units.items():
        now = [[row for row in rows if row.status in ("registered", None)] for rows in tellings]
        owners = {row.owner_id_number for rows in tellings for row in rows}
        owners_now = {row.owner_id_number for rows in now for row in rows}
        told_apart = code != NO_CODE or reading == FIRST_READING
        if told_apart and owners & family and not owners_now & family:
            if reading != FIRST_READING and any(row.use not in ("residential", None) for rows in now for row in rows):
                homes[code] = None
            continue  # sold: only an ended registration names a member
        if any(now):
            home = _unit(code, now, family, divisions, reading)
            owners_rows = [row for rows in now for row in rows]
            if home is not None and any(_may_be_of(owners_rows, row, divisions) for row in of_any_unit):
                home = Home(code, REAL_ESTATE, None, "somebody outside the family may own a part, under no code")
            homes[code] = home
    return homes


def _may_be_of(unit: Sequence[OwnershipRow], row: OwnershipRow, divisions: AbstractSet[str]) -> bool:
    """Whether an owner's row without a code may belong to a unit that has one."""
    alike = all(
        stated is None or stated in {getattr(each, name) for each in unit}
        for name in ("building_area_m2", "ownership")
        for stated in [getattr(row, name)]
    )
    return alike and _is_home(row, "registered", divisions) is not False


def _unit(
    code: str, tellings: list[list[OwnershipRow]], family: AbstractSet[str], divisions: AbstractSet[str], reading: int
) -> Home | None:
    scope = {_is_home(row, "registered", divisions) for rows in tellings for row in rows}
    if scope == {False}:
        return None
    rows = tellings[0]
    ours = [row for row in rows if row.owner_id_number in family]
    area = _the_one(_area(row) for row in rows)
    form = _the_one(row.ownership for row in rows)

    def unclear(why: str) -> Home:
        return Home(code, REAL_ESTATE, None, why)

    if code == NO_CODE:
        return unclear("its code is missing, so it cannot be told from others")
    if scope != {True}:
        return unclear("its use, division or status is missing or stated in two ways")
    if any(Counter(other) != Counter(rows) for other in tellings[1:]):
        return unclear("it is listed differently for two members")
    if not ours:
        return unclear("none of the owners listed is a member")
    if area is None:
        return unclear("its building area is missing or stated in two ways")
    if form in ("sole", "joint"):
        if len(ours) < len(rows):
            return unclear(f"its ownership is {form} with somebody outside the family")
        return Home(code, REAL_ESTATE, area)
    if form != "shares":
        return unclear("its form of ownership is missing, unknown or stated in two ways")
    if reading != FIRST_READING and len(set(ours)) < len(ours):
        return unclear("a member's part is listed twice in the same words")
    total, our_part = _added(row.share for row in rows), _added(row.share for row in ours)
    if total is None or our_part is None:
        return unclear("a share is missing")
    if total > 1:
        return unclear("its shares add up to more than one")
    return Home(code, REAL_ESTATE, area * our_part)


def contract_homes(
    rows: Iterable[HousingRow],
    family: AbstractSet[str],
    divisions: AbstractSet[str],
    registered: Mapping[str, Home | None],
    registry_complete: bool,
    reading: int,
) -> list[Home]:
    """The homes under filed contracts that are not registered yet (Art. 19).

    Unless the registry has answered for everybody, a contract that names a unit is unclear: the registered
    area may have to take its place.
    """
    filed = [row for row in rows if _is_home(row, "filed", divisions) is not False]
    units_of: dict[str | None, set[str]] = {}
    for row in filed:
        if row.contract_no and row.unit_code:
            units_of.setdefault(row.contract_no, set()).add(row.unit_code)
    contracts: dict[tuple[str | None, object], list[HousingRow]] = {}
    for row in filed:
        named = {row.unit_code} if row.unit_code else units_of.get(row.contract_no, set())
        code = _the_one(named)
        alike = row if reading == FIRST_READING else (row.building_area_m2, row.buyer_id_number)
        contracts.setdefault((code, code or row.contract_no or alike), []).append(row)
    homes = []
    for (code, _), signed in contracts.items():
        home = _contract(code, signed, family, divisions, reading)
        if home is None or (code is not None and registered.get(code) is not None):
            continue
        why = ""
        if code is not None and code in registered:
            why = "the contract calls it a home, the registry does not"
        elif code is not None and not registry_complete:
            why = "the registry has not said whether it is registered already"
        homes.append(Home(home.code, HOUSING, None, why) if why else home)
    return homes


def _contract(
    code: str | None, signed: list[HousingRow], family: AbstractSet[str], divisions: AbstractSet[str], reading: int
) -> Home | None:
    name = code or signed[0].contract_no or "a contract without a number"
    ours = [row for row in signed if row.buyer_id_number in family]
    if not ours and all(row.buyer_id_number for row in signed):
        return None
    # The same row under two members, or twice in the register, is one signature.
    signatures = {(row.contract_no, row.buyer_id_number, _signed_share(row, reading)): row.share for row in ours}
    numbers = {row.contract_no for row in ours}
    area = _the_one(_area(row) for row in ours)
    our_part = _added(signatures.values())

    def unclear(why: str) -> Home:
        return Home(name, HOUSING, None, why)

    if not ours:
        return unclear("its buyer is missing")
    if any(row.register_ is None for row in ours):
        return unclear("it does not say whether it is a contract")
    if any(_is_home(row, "filed", divisions) is None for row in ours):
        return unclear("its use, division or status is missing")
    if any("unit_code" in row.not_understood for row in signed):
        return unclear("its unit code is not understood, so it may be registered already")
    if reading != FIRST_READING and None in numbers and len(numbers) > 1:
        return unclear("it is listed with a number and without")
    if reading != FIRST_READING and code is None and numbers == {None} and len(set(ours)) > 1:
        return unclear("whether it is one contract or two cannot be told without unit code and number")
    if area is None:
        return unclear("its building area is missing or stated in two ways")
    if our_part is None:
        return unclear("the buyer's share is missing")
    if our_part > 1:
        return unclear("its shares add up to more than one")
    return Home(name, HOUSING, area * our_part)


def _signed_share(row: HousingRow, reading: int) -> object:
    """A half is a half, as 1/2 and as 50%."""
    return row.share if reading == FIRST_READING else share_of(row.share)


def _is_home(row: OwnershipRow | HousingRow, status: str, divisions: AbstractSet[str]) -> bool | None:
    """Whether a row is a residential unit in these divisions and that status; None where not stated."""
    facts = (
        None if row.status is None else row.status == status,
        None if row.use is None else row.use == "residential",
        None if row.division is None else row.division in divisions,
    )
    if False in facts:
        return False
    return None if None in facts else True


def _area(row: OwnershipRow | HousingRow) -> Fraction | None:
    """An area, exactly; one of more digits than any register writes is a slip and counts as missing."""
    stated = row.building_area_m2
    return None if stated is None or digits_of(stated) > MOST_DIGITS else Fraction(stated)


def _added(stated: Iterable[str | None]) -> Fraction | None:
    """Shares together; None where one of them is missing."""
    total = Fraction(0)
    for text in stated:
        share = share_of(text)
        if share is None:
            return None
        total += share
    return total


def _the_one(values: Iterable[Value | None]) -> Value | None:
    """What all of them say; None where they differ."""
    different = set(values)
    return different.pop() if len(different) == 1 else None
