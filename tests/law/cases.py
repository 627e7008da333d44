"""Plain cases for tests: everybody's birthday is today, every register agrees, until a test says otherwise."""

from datetime import date
from random import Random

from tests.law.engine import determine
from tests.law.facts import Record
from tests.law.makers.draft import Draft
from tests.law.makers.people import a_number

TODAY = date(2026, 11, 23)
HOME: Record = {
    "unit_code": "U1",
    "division": "150303",
    "use": "residential",
    "building_area_m2": "45",
    "ownership": "sole",
    "status": "registered",
}
CONTRACT: Record = {
    "register": "net_signed",
    "contract_no": "C1",
    "unit_code": "U1",
    "division": "150303",
    "use": "residential",
    "building_area_m2": "45",
    "share": "1/1",
    "status": "filed",
}


def number(age: int, *, man: bool = True, order: int = 0) -> str:
    return a_number(Random(order), date(TODAY.year - age, 11, 23), man=man)


def a_case(*ages: int, status: str = "single", children: int = 0, man: bool = True) -> Draft:
    """An applicant of that age whose birthday is today, a spouse, children of two; every register agrees."""
    draft = Draft(Random(1), TODAY, TODAY, marital_status=status)  # type: ignore[arg-type]
    draft.add("applicant", number(ages[0], man=man))
    if status == "married":
        draft.add("spouse", number(ages[1], man=not man, order=7))
    for order in range(children):
        draft.add("child", number(2, order=order + 20))
    draft.say_what_is_declared()
    return draft


def owned(draft: Draft, *owners: int | None, **cells: str) -> Draft:
    """One more home of those members; None is an outsider. A cell named `share` goes to every row."""
    rows = []
    for owner in owners:
        row = {**HOME, "unit_code": f"U{len(draft.homes) + 1}", **cells}
        rows.append(row if owner is None else {**row, "owner_id_number": draft.members[owner].id_number})
    draft.homes.append(rows)
    return draft


def bought(draft: Draft, buyer: int = 0, **cells: str) -> Draft:
    draft.contracts.append({**CONTRACT, "buyer_id_number": draft.members[buyer].id_number, **cells})
    return draft


def truth(draft: Draft, rule: str) -> str:
    return determine(draft.facts()).truths[rule]
