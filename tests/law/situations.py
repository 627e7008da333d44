"""What may be found about a household or its homes: each situation twists one register, as life does."""

from collections.abc import Callable
from datetime import date, timedelta

from tests.law.bureau import one_year_after
from tests.law.draft import Draft
from tests.law.facts import CIVIL, DEPARTMENTS, ESTATE, REGISTRY, SOCIAL, TAX, Record
from tests.law.people import a_number
from tests.law.property import OTHER_USES, own_a_home, sign_a_contract

ELSEWHERE = ("150302", "150304", "150100", "440305", "460105")
CODES = ("10", "20", "21", "22", "23", "30", "40", "90")
WITH_A_NAME = (REGISTRY, CIVIL, SOCIAL, TAX)


# The household


def not_known(draft: Draft) -> None:
    """A department asked with a name knows no such person."""
    _fail(draft, WITH_A_NAME, ("not_matched", "not_matched", "none"))


def marriage_not_known(draft: Draft) -> None:
    """Civil affairs has no record of an adult."""
    _fail(draft, (CIVIL,), ("not_matched", "none"))


def another_status(draft: Draft) -> None:
    row = draft.random.choice(list(draft.civil.values()) or [{}])
    row["marital_status"] = draft.random.choice(CODES)


def another_spouse(draft: Draft) -> None:
    row = draft.random.choice(list(draft.civil.values()) or [{}])
    row["spouse_id_number"] = a_number(draft.random, date(1990, 5, 6))
    if draft.spouse is None:
        row["marital_status"] = "20"


def small_x(draft: Draft) -> None:
    """A register writes the last character of a number small."""
    draft.writes_small_x = True


def a_civil_cell_missing(draft: Draft) -> None:
    row = draft.random.choice(list(draft.civil.values()) or [{}])
    row.pop(draft.random.choice(("marital_status", "spouse_id_number")), None)
    row.setdefault("since", "2015-02-03")


def somebody_died(draft: Draft) -> None:
    _any_registry_row(draft)["status"] = "deceased"


def a_registration_cancelled(draft: Draft) -> None:
    _any_registry_row(draft)["status"] = "cancelled"


def hukou_elsewhere(draft: Draft) -> None:
    draft.registry[draft.applicant.id_number]["hukou_division"] = draft.random.choice(ELSEWHERE)


def a_registry_cell_missing(draft: Draft) -> None:
    row = _any_registry_row(draft)
    row.pop(draft.random.choice(("status", "hukou_division", "residence")), None)


def lives_elsewhere(draft: Draft) -> None:
    """The registry says no; work decides, or nothing does."""
    draft.registry[draft.applicant.id_number]["residence"] = draft.random.choice(("no", "no", "no", "unknown"))
    _other_work(draft, draft.social, "insured")
    _other_work(draft, draft.tax, "income_recorded")
    if draft.random.random() < 0.25:
        draft.fails[draft.random.choice((SOCIAL, TAX)), draft.applicant.id_number] = draft.random.choice(
            ("not_matched", "none", "cannot_determine", "refused")
        )
    if draft.random.random() < 0.2:
        draft.silent.add(draft.random.choice((SOCIAL, TAX, REGISTRY)))
    if draft.random.random() < 0.1:
        draft.fails[REGISTRY, draft.applicant.id_number] = draft.random.choice(("not_matched", "none", "refused"))


def _other_work(draft: Draft, row: Record, recorded: str) -> None:
    kind = draft.random.randrange(7)
    if kind == 0:
        row.pop("division", None)
    elif kind == 1:
        row.clear()  # laid down as `none`
    elif kind in (2, 3):
        row["division"] = draft.random.choice(ELSEWHERE)
    elif kind == 4:
        row[recorded] = False
        row.pop("division", None)
    elif kind == 5:
        row.pop(recorded, None)
        if draft.random.random() < 0.5:
            row["division"] = draft.random.choice(ELSEWHERE)


def child_elsewhere(draft: Draft) -> None:
    children = [member.id_number for member in draft.members if member.role == "child"]
    if children:
        draft.children_elsewhere.add(draft.random.choice(children))


# Homes


def a_home(draft: Draft) -> None:
    own_a_home(draft)


def another_use_of_a_home(draft: Draft) -> None:
    use = draft.random.choice(OTHER_USES)
    for row in _a_unit(draft):
        row["use"] = use


def a_home_far_away(draft: Draft) -> None:
    division = draft.random.choice(("150100", "460105"))
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
        _fail(draft, (ESTATE,), ("cannot_determine", "refused"))


# The bureau


def a_ban(draft: Draft) -> None:
    """Around today at both ends; some without an end, a beginning or an article; some of another member."""
    random, today = draft.random, draft.as_of
    ban: Record = {"register": "ban", "article": "32", "decision": "D-1"}
    ban["since"] = today + timedelta(random.choice((-400, -200, -30, -1, 0, 1, 20)))
    ban["until"] = random.choice((one_year_after(ban["since"]), today + timedelta(random.choice((-1, 0, 1, 9)))))
    if ban["until"] <= ban["since"]:
        ban["until"] = ban["since"] + timedelta(1)
    missing = random.choice((None, None, None, None, "since", "article", "until"))
    ban.pop(missing or "", None)
    if random.random() < 0.1:
        ban["article"] = random.choice(("31", "24"))
    owner = draft.applicant if random.random() < 0.85 else random.choice(draft.members)
    draft.bureau.append((owner.id_number, ban))


def a_ban_without_an_end(draft: Draft) -> None:
    """It ends one year after its beginning: today, yesterday, tomorrow; one of 29 February ends on 28 February."""
    draft.as_of = draft.accepted_on + timedelta(draft.random.choice((0, 3)))
    ban: Record = {"register": "ban", "article": "32"}
    if draft.random.random() < 0.5:
        year = draft.random.choice((2028, 2024))
        ban["since"] = date(year, 2, 29)
        if year == 2028:
            draft.accepted_on = draft.as_of = date(2029, 2, 26) + timedelta(draft.random.randrange(4))
    else:
        ban["since"] = draft.as_of - timedelta(draft.random.choice((364, 365, 366, 367, 3)))
    draft.bureau.append((draft.applicant.id_number, ban))


def a_tenancy(draft: Draft) -> None:
    """Around today at both ends, of every kind; some without a beginning, an end or a kind."""
    random, today = draft.random, draft.as_of
    kinds = ("public_rental", "affordable_rental", "public_rental", "affordable_rental", "private", "market")
    tenancy: Record = {"register": "tenancy", "kind": random.choice(kinds)}
    tenancy["since"] = today + timedelta(random.choice((-900, -30, -1, 0, 1, 30)))
    tenancy["until"] = max(tenancy["since"], today + timedelta(random.choice((-20, -1, 0, 1, 300))))
    tenancy.pop(random.choice(("", "", "", "since", "until", "kind")), None)
    draft.bureau.append((random.choice(draft.members).id_number, tenancy))


# Answers that fail, and answers that do not come


def one_fails(draft: Draft) -> None:
    _fail(draft, DEPARTMENTS, ("cannot_determine", "refused"))


def one_fails_for_everybody(draft: Draft) -> None:
    department = draft.random.choice(DEPARTMENTS)
    kind = draft.random.choice(("cannot_determine", "refused"))
    draft.fails.update({(department, member.id_number): kind for member in draft.members})


def one_is_silent(draft: Draft) -> None:
    draft.silent.add(draft.random.choice(DEPARTMENTS))


def two_are_silent(draft: Draft) -> None:
    draft.silent.update(draft.random.sample(DEPARTMENTS, draft.random.choice((2, 2, 2, 3))))


# How a situation is brought about


def _fail(draft: Draft, departments: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    department = draft.random.choice(departments)
    member = draft.random.choice(draft.members if draft.random.random() < 0.5 else draft.members[:2])
    if department in (SOCIAL, TAX):
        member = draft.applicant
    draft.fails[department, member.id_number] = draft.random.choice(kinds)


def _any_registry_row(draft: Draft) -> Record:
    member = draft.applicant if draft.random.random() < 0.6 else draft.random.choice(draft.members)
    return draft.registry[member.id_number]


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


SITUATIONS: tuple[tuple[Callable[[Draft], None], int], ...] = (
    (not_known, 8),
    (marriage_not_known, 4),
    (another_status, 5),
    (another_spouse, 4),
    (a_civil_cell_missing, 3),
    (somebody_died, 3),
    (a_registration_cancelled, 3),
    (hukou_elsewhere, 4),
    (a_registry_cell_missing, 4),
    (lives_elsewhere, 12),
    (child_elsewhere, 3),
    (a_home, 10),
    (another_use_of_a_home, 4),
    (a_home_far_away, 2),
    (a_home_sold_on, 3),
    (a_cell_of_a_home_missing, 6),
    (a_share_missing, 3),
    (shares_above_the_whole, 3),
    (a_contract, 8),
    (a_cell_of_a_contract_missing, 5),
    (a_contract_on_a_registered_unit, 8),
    (two_contracts_on_one_unit, 4),
    (a_contract_above_the_whole, 2),
    (a_contract_and_a_silent_registry, 4),
    (a_ban, 12),
    (a_ban_without_an_end, 5),
    (a_tenancy, 12),
    (one_fails, 6),
    (one_fails_for_everybody, 3),
    (one_is_silent, 10),
    (two_are_silent, 6),
    (small_x, 4),
)
WEIGHTS = tuple(weight for _, weight in SITUATIONS)
