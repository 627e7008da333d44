"""Article 19: a home under a net-signed contract that is filed and not yet registered."""

from tests.law.facts import HOUSING, UNCLEAR, Facts, Record
from tests.law.rules.areas import DIVISIONS, HOUSING_USE, NOTHING, WHOLE, Home, agreed, fraction, is_housing, number
from tests.law.rules.kleene import both, stated_as
from tests.law.rules.register import Register, live, ours

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
    by_home: dict[object, list[Record]] = {}
    for row in contracts.values():
        if _counts(row, facts.family_numbers) is False:
            status = row.get("status", "filed")
            found.append(
                Home(NOTHING, NOTHING, "R18c.contract_no_home" if status == "filed" else f"R18c.contract_{status}")
            )
            continue
        by_home.setdefault(_home_of(row, list(contracts.values())), []).append(row)
    for home, rows in by_home.items():
        code = home[1] if isinstance(home, tuple) and home[0] == "unit" else None
        found += _contracted_home(str(code) if code else None, rows, register, facts.family_numbers)
    return found


def _home_of(row: Record, rows: list[Record]) -> object:
    """What a contract is on: the unit it names, or that its number names elsewhere; else its number, else itself."""
    code, number_ = row.get("unit_code"), row.get("contract_no")
    if code is None and number_ is not None:
        codes = {other["unit_code"] for other in rows if other.get("contract_no") == number_ and "unit_code" in other}
        code = codes.pop() if len(codes) == 1 else None
    if code is not None:
        return ("unit", code)
    if number_ is not None:
        return ("contract", number_)
    return ("nothing", row.get("building_area_m2"), str(row.get("buyer_id_number", "")).upper())


def _counts(row: Record, family: frozenset[str]) -> bool | None:
    """A filed contract of the family on a residential unit in the three divisions."""
    buyer = row.get("buyer_id_number")
    return both(
        stated_as(row.get("use"), HOUSING_USE),
        stated_as(row.get("division"), DIVISIONS),
        stated_as(row.get("status"), FILED),
        None if buyer is None else buyer.upper() in family,
    )


def _contracted_home(
    code: str | None, rows: list[Record], register: Register, family: frozenset[str]
) -> list[Home]:  # fmt: skip
    """What the contracts on one home add to the homes that are registered."""
    if code is None:
        return [_unregistered_home(rows, sold=False)]
    registered = live(register.units.get(code, []))
    if registered and stated_as(agreed(registered, "use"), HOUSING_USE) is False:
        return [Home(NOTHING, None, "R18c.contract_on_a_shop")]
    if ours(registered, family):
        if is_housing(registered) and all("status" in row for row in registered):
            return [Home(NOTHING, NOTHING, "R18c.contract_on_registered_home")]
        return [Home(NOTHING, None, "R18c.contract_on_unclear_unit")]
    if not register.complete or any(is_housing([row]) is not False for row in live(register.without_code)):
        return [Home(NOTHING, None, "R18c.contract_register_silent")]
    return [_unregistered_home(rows, sold=code in register.units)]


def _unregistered_home(rows: list[Record], *, sold: bool) -> Home:
    """The buyers' fractions of the area, each signature once; beside ours, a row without a buyer is an outsider's."""
    rows = [row for row in rows if "buyer_id_number" in row]
    areas = {number(row["building_area_m2"]) if "building_area_m2" in row else None for row in rows}
    cells = ("use", "division", "status")
    if not rows or len(areas) != 1 or None in areas or any(cell not in row for row in rows for cell in cells):
        return Home(NOTHING, None, "R18c.contract_not_stated")
    signatures = {(row.get("contract_no"), row["buyer_id_number"].upper(), fraction(row.get("share"))) for row in rows}
    numbers = {contract for contract, _, _ in signatures}
    if None in numbers and (len(numbers) > 1 or ("unit_code" not in rows[0] and len(rows) > 1)):
        return Home(NOTHING, None, "R18c.contract_not_stated")
    shares = [share for _, _, share in signatures]
    if None in shares:
        return Home(NOTHING, None, "R18c.contract_share_not_stated")
    total = sum((share for share in shares if share is not None), NOTHING)
    if total > WHOLE:
        return Home(NOTHING, None, "R18c.contract_above_1")
    least = total * (areas.pop() or NOTHING)
    if len({contract for contract, _, _ in signatures}) > 1:
        return Home(least, least, "R18c.two_contracts_one_home")
    return Home(least, least, "R18c.contract_on_cancelled_unit" if sold else "R18c.contract")
