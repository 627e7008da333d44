"""What real estate and the bureau may hold about homes: forms, missing cells, contracts on all kinds of units."""

from tests.law.facts import ESTATE, Record
from tests.law.makers.draft import Draft
from tests.law.makers.of_answers import fail
from tests.law.makers.property import OTHER_USES, own_a_home, sign_a_contract


def a_home(draft: Draft) -> None:
    own_a_home(draft)


def another_use_of_a_home(draft: Draft) -> None:
    use = draft.random.choice(OTHER_USES)
    for row in _a_unit(draft):
        row["use"] = use


def a_home_far_away(draft: Draft) -> None:
    division = draft.random.choice(("150102", "460105"))
    for row in _a_unit(draft):
        row["division"] = division


def a_home_sold_on(draft: Draft) -> None:
    """The family's rows are cancelled, and the unit is an outsider's now."""
    unit = _a_unit(draft)
    for row in unit:
        row["status"] = "cancelled"
    unit.append({**unit[0], "status": "registered", "ownership": "sole"})
    unit[-1].pop("owner_id_number", None)
    unit[-1].pop("share", None)


def a_cell_of_a_home_missing(draft: Draft) -> None:
    cell = draft.random.choice(("unit_code", "use", "division", "status", "building_area_m2", "ownership"))
    for row in _a_unit(draft):
        row.pop(cell, None)


def a_share_missing(draft: Draft) -> None:
    unit = _a_unit_of_shares(draft)
    draft.random.choice(unit).pop("share", None)


def shares_above_the_whole(draft: Draft) -> None:
    unit = _a_unit_of_shares(draft)
    draft.random.choice(unit)["share"] = draft.random.choice(("1/1", "3/2", "4/3"))


def a_contract(draft: Draft) -> None:
    sign_a_contract(draft)
    if draft.random.random() < 0.3:
        _for_last_contract(draft, "status", draft.random.choice(("registered", "cancelled")))
    elif draft.random.random() < 0.15:
        _for_last_contract(draft, "use", draft.random.choice(OTHER_USES))


def a_cell_of_a_contract_missing(draft: Draft) -> None:
    sign_a_contract(draft)
    cell = draft.random.choice(
        ("unit_code", "use", "division", "status", "building_area_m2", "share", "buyer_id_number")
    )  # fmt: skip
    if cell in ("share", "buyer_id_number"):
        draft.contracts[-1].pop(cell, None)
    else:
        for row in _last_contract(draft):
            row.pop(cell, None)


def a_contract_on_a_registered_unit(draft: Draft) -> None:
    """On a home, a shop, a unit whose registration is cancelled, or one that misses a cell."""
    own_a_home(draft)
    unit = draft.homes[-1]
    change, value = draft.random.choice(
        (("use", "residential"), ("use", "commercial"), ("status", "cancelled"), ("use", None), ("status", None))
    )
    for row in unit:
        row[change] = value
        if value is None:
            del row[change]
    sign_a_contract(draft)
    _for_last_contract(draft, "unit_code", unit[0]["unit_code"])
    if draft.random.random() < 0.7:
        _for_last_contract(draft, "building_area_m2", unit[0]["building_area_m2"])


def two_contracts_on_one_unit(draft: Draft) -> None:
    sign_a_contract(draft)
    unit = {cell: draft.contracts[-1][cell] for cell in ("unit_code", "building_area_m2", "division")}
    sign_a_contract(draft)
    for row in _last_contract(draft):
        row.update(unit)
        if draft.random.random() < 0.6:
            row["share"] = "1/1"
    if len(_last_contract(draft)) > 1:
        draft.contracts.pop()


def a_contract_above_the_whole(draft: Draft) -> None:
    sign_a_contract(draft)
    _for_last_contract(draft, "share", "3/2" if len(_last_contract(draft)) == 1 else "2/3")


def a_contract_and_a_silent_registry(draft: Draft) -> None:
    sign_a_contract(draft)
    if draft.random.random() < 0.5:
        draft.silent.add(ESTATE)
    else:
        fail(draft, (ESTATE,), ("cannot_determine", "refused"))


def _a_unit(draft: Draft) -> list[Record]:
    if not draft.homes:
        own_a_home(draft)
    return draft.random.choice(draft.homes)


def _a_unit_of_shares(draft: Draft) -> list[Record]:
    while not any(rows[0].get("ownership") == "shares" for rows in draft.homes):
        own_a_home(draft)
    return next(rows for rows in draft.homes if rows[0].get("ownership") == "shares")


def _last_contract(draft: Draft) -> list[Record]:
    last = draft.contracts[-1].get("contract_no")
    return [row for row in draft.contracts if row.get("contract_no") == last]


def _for_last_contract(draft: Draft, cell: str, value: str) -> None:
    for row in _last_contract(draft):
        row[cell] = value
