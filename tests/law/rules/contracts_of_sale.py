"""Article 19: a home under a net-signed contract that is filed and not yet registered."""

from fractions import Fraction

from tests.law.facts import HOUSING, UNCLEAR, Facts, Record
from tests.law.rules.areas import DIVISIONS, HOUSING_USE, NOTHING, WHOLE, Home, agreed, fraction, is_housing, number
from tests.law.rules.kleene import both, stated_as
from tests.law.rules.register import Register, live, ours, registered_home

FILED = frozenset({"filed"})


def contracted_homes(facts: Facts, register: Register) -> list[Home]:
    """The homes under filed contracts, two contracts on one unit being one; a failed answer may hide a home."""
    found, contracts = [], dict[tuple[tuple[str, object], ...], Record]()
    for member in facts.family:
        said = facts.said(HOUSING, member)
        if said is None or said.kind in UNCLEAR or (said.kind == "found" and not said.records):
            because = "R18c.housing_silent" if said is None else "R18c.housing_unclear"
            found.append(Home(NOTHING, None, because))
            continue
        for row in said.records:
            if row["register"] == "net_signed":
                contracts[tuple(sorted(row.items()))] = row  # the same row in two members' answers
    by_unit: dict[str | None, list[Record]] = {}
    for row in contracts.values():
        if _counts(row, facts.family_numbers) is False:
            status = row.get("status", "filed")
            found.append(
                Home(NOTHING, NOTHING, "R18c.contract_no_home" if status == "filed" else f"R18c.contract_{status}")
            )
            continue
        by_unit.setdefault(row.get("unit_code"), []).append(row)
    for code, rows in by_unit.items():
        if code is None:
            found += [Home(NOTHING, _bound(row), "R18c.contract_without_code") for row in rows]
        else:
            found += _contracted_home(code, rows, register, facts.family_numbers)
    return found


def _counts(row: Record, family: frozenset[str]) -> bool | None:
    """A filed contract of the family on a residential unit in the three divisions."""
    buyer = row.get("buyer_id_number")
    return both(
        stated_as(row.get("use"), HOUSING_USE),
        stated_as(row.get("division"), DIVISIONS),
        stated_as(row.get("status"), FILED),
        None if buyer is None else buyer.upper() in family,
    )


def _contracted_home(code: str, rows: list[Record], register: Register, family: frozenset[str]) -> list[Home]:
    """What the contracts on one unit add to the homes that are registered."""
    bound = _together([_bound(row) for row in rows], rows)
    registered = live(register.units.get(code, []))
    if registered and stated_as(agreed(registered, "use"), HOUSING_USE) is False:
        return [Home(NOTHING, bound, "R18c.contract_on_a_shop")]
    if ours(registered, family):
        if is_housing(registered) and all("status" in row for row in registered):
            return [Home(NOTHING, NOTHING, "R18c.contract_on_registered_home")]
        return [Home(NOTHING, _beyond(registered_home(registered, family), bound), "R18c.contract_on_unclear_unit")]
    if not register.complete or register.without_code:
        return [Home(NOTHING, bound, "R18c.contract_register_silent")]
    return [_unregistered_home(rows, bound, sold=code in register.units, family=family)]


def _unregistered_home(rows: list[Record], bound: Fraction | None, *, sold: bool, family: frozenset[str]) -> Home:
    """The buyers' fractions of the area, once."""
    clear = [row for row in rows if _counts(row, family) and _bound(row) is not None and _share(row) is not None]
    areas = {number(row["building_area_m2"]) for row in clear}
    if len(areas) != 1:
        return Home(NOTHING, bound, "R18c.contract_not_stated")
    area = areas.pop()
    contracts: dict[object, dict[str, Fraction]] = {}
    for row in clear:
        buyers = contracts.setdefault(row.get("contract_no"), {})
        buyer = row["buyer_id_number"].upper()
        buyers[buyer] = buyers.get(buyer, NOTHING) + (_share(row) or NOTHING)
    if any(sum(buyers.values()) > WHOLE for buyers in contracts.values()):
        return Home(NOTHING, bound, "R18c.contract_above_1")
    everybody = {buyer for buyers in contracts.values() for buyer in buyers}
    parts = [max(buyers.get(buyer, NOTHING) for buyers in contracts.values()) for buyer in everybody]
    least = min(WHOLE, sum(parts, NOTHING)) * area
    if len(clear) < len(rows):
        return Home(least, None if bound is None else max(bound, least), "R18c.contract_not_stated")
    if len(contracts) > 1:
        return Home(least, least, "R18c.two_contracts_one_home")
    return Home(least, least, "R18c.contract_on_cancelled_unit" if sold else "R18c.contract")


def _share(row: Record) -> Fraction | None:
    """The buyer's fraction; more than the whole is none."""
    share = fraction(row.get("share"))
    return share if share is not None and share <= WHOLE else None


def _bound(row: Record) -> Fraction | None:
    """The most a contract may give its buyer."""
    area = row.get("building_area_m2")
    return None if area is None else number(area) * (_share(row) or WHOLE)


def _together(bounds: list[Fraction | None], rows: list[Record]) -> Fraction | None:
    """The most that contracts on one unit may give together: never more than the unit."""
    known = [bound for bound in bounds if bound is not None]
    if len(known) < len(bounds):
        return None
    return min(sum(known, NOTHING), max(number(row["building_area_m2"]) for row in rows))


def _beyond(home: Home, bound: Fraction | None) -> Fraction | None:
    """How much more a contract may give than the unclear registered unit that is the same home."""
    return None if bound is None or home.most is None else max(NOTHING, bound - home.most)
