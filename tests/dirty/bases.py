"""The clean cases: a family, what one department says of it, and what comes out while every other answers well."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.application import MaritalStatus
from contracts.events.values import FamilyMember, Outcome
from tests.rules.rules_world import CHILD, MAN, OUTSIDER, WIFE, Row, ban, contract, family, insured, tenancy, unit

COUPLE, THREE = family(MAN, WIFE), family(MAN, WIFE, CHILD)
Rows = Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True, eq=False)
class Base:
    """`department` says `rows`, by ID number; of whom it says no row, it says `none`."""

    name: str
    department: str
    outcome: Outcome
    rows: Rows
    persons: tuple[FamilyMember, ...] = family(MAN)
    marital_status: MaritalStatus = "single"
    otherwise: Mapping[str, Rows] = field(default_factory=dict)
    """What another department says instead of what it says of an eligible family."""
    condition: str | None = None
    """`leave` or `check` where G20 is carried."""


def hukou(**cells: str) -> Row:
    return {
        "status": "normal",
        "hukou_division": "150303",
        "hukou_township": "150303103",
        "relation_to_head": "01",
        "moved_in": "2010-05-01",
        "residence": "yes",
    } | cells


def marriage(code: str, spouse: str = "") -> Row:
    return {"marital_status": code, "spouse_id_number": spouse, "since": "2015-05-20", "assistance": "低保"}


def signed(buyer: str, area: str = "120", **cells: str) -> Row:
    return contract(buyer, area, unit_code="U9", **cells)


def half(owner: str, area: str) -> Row:
    return unit(owner, area, ownership="shares", share="1/2")


def joint(area: str, *owners: str) -> tuple[Row, ...]:
    return tuple(unit(owner, area, ownership="joint", share="1/2") for owner in owners)


MARRIED = {MAN: (marriage("20", WIFE),), WIFE: (marriage("20", MAN),)}
AWAY = {"household-registry": {MAN: (hukou(residence="no"),)}}
IN_TWO = {MAN: (unit(MAN, "10", "U1"), unit(MAN, "10", "U2"))}

HOUSEHOLD = (
    Base("hukou here", "household-registry", "eligible", {MAN: (hukou(),)}),
    Base("hukou elsewhere", "household-registry", "ineligible", {MAN: (hukou(hukou_division="150302"),)}),
    Base("hukou cancelled", "household-registry", "review", {MAN: (hukou(status="cancelled"),)}),
    Base("not living here", "household-registry", "ineligible", {MAN: (hukou(residence="no"),)}),
    Base("residence unknown", "household-registry", "review", {MAN: (hukou(residence="unknown"),)}),
    Base("deceased", "household-registry", "review", {MAN: (hukou(status="deceased"),)}),
    Base(
        "wife deceased",
        "household-registry",
        "review",
        {MAN: (hukou(),), WIFE: (hukou(status="deceased"),)},
        COUPLE,
        "married",
    ),
    Base(
        "three here",
        "household-registry",
        "eligible",
        {MAN: (hukou(),), WIFE: (hukou(hukou_division="460105"),), CHILD: (hukou(),)},
        THREE,
        "married",
    ),
)
CIVIL = (
    Base("single", "civil-affairs", "eligible", {MAN: (marriage("10"),)}),
    Base("widowed", "civil-affairs", "eligible", {MAN: (marriage("30"),)}, marital_status="widowed"),
    Base("divorced", "civil-affairs", "eligible", {MAN: (marriage("40", OUTSIDER),)}, marital_status="divorced"),
    Base("couple", "civil-affairs", "eligible", MARRIED, COUPLE, "married"),
    Base("undeclared spouse", "civil-affairs", "review", {MAN: (marriage("20", OUTSIDER),)}),
    Base("unknown status", "civil-affairs", "review", {MAN: (marriage("90"),)}),
    Base("other spouse", "civil-affairs", "review", MARRIED | {MAN: (marriage("21", OUTSIDER),)}, COUPLE, "married"),
    Base("wife divorced", "civil-affairs", "review", MARRIED | {WIFE: (marriage("40", MAN),)}, COUPLE, "married"),
)


def _paid(name: str, outcome: Outcome, *, here: bool, division: str, elsewhere: bool = True) -> tuple[Base, Base]:
    """The same of social security and of tax."""
    security = insured("yes" if here else "no", division)
    tax = {"income_recorded": here, "division": division}
    otherwise = AWAY if elsewhere else {}
    return (
        Base(f"insured {name}", "social-security", outcome, {MAN: (security,)}, otherwise=otherwise),
        Base(f"income {name}", "tax", outcome, {MAN: (tax,)}, otherwise=otherwise),
    )


PAID = (
    *_paid("here", "eligible", here=True, division="150303"),
    *_paid("elsewhere", "ineligible", here=True, division="150302"),
    *_paid("nowhere", "ineligible", here=False, division="150303"),
    *_paid("elsewhere and resident", "eligible", here=True, division="460105", elsewhere=False),
)
REAL_ESTATE = (
    Base("120 m2", "real-estate", "ineligible", {MAN: (unit(MAN, "120"),)}),
    Base("14 m2", "real-estate", "eligible", {MAN: (unit(MAN, "14"),)}),
    Base("joint", "real-estate", "ineligible", {MAN: joint("44", MAN, WIFE)}, COUPLE, "married"),
    Base("joint with an outsider", "real-estate", "review", {MAN: joint("20", MAN, OUTSIDER)}),
    Base("half each", "real-estate", "ineligible", {MAN: (half(MAN, "44"), half(WIFE, "44"))}, COUPLE, "married"),
    Base(
        "half each, under both",
        "real-estate",
        "ineligible",
        dict.fromkeys((MAN, WIFE), (half(MAN, "44"), half(WIFE, "44"))),
        COUPLE,
        "married",
    ),
    Base("half with an outsider", "real-estate", "eligible", {MAN: (half(MAN, "20"), half(OUTSIDER, "20"))}),
    Base("two of 10 m2", "real-estate", "ineligible", IN_TWO),
    Base("the child's", "real-estate", "ineligible", {CHILD: (unit(CHILD, "50"),)}, THREE, "married"),
    Base("home elsewhere", "real-estate", "eligible", {MAN: (unit(MAN, "120", division="150602"),)}),
    Base("shop", "real-estate", "eligible", {MAN: (unit(MAN, "120", use="commercial"),)}),
    Base("registration cancelled", "real-estate", "eligible", {MAN: (unit(MAN, "120", status="cancelled"),)}),
    Base("sold", "real-estate", "eligible", {MAN: (unit(MAN, "120", status="cancelled"), unit(OUTSIDER, "120"))}),
)
CONTRACTS = (
    Base("contract", "housing", "ineligible", {MAN: (signed(MAN),)}),
    Base("contract for 14 m2", "housing", "eligible", {MAN: (signed(MAN, "14"),)}),
    Base("half of a contract", "housing", "eligible", {MAN: (signed(MAN, "20", share="1/2"),)}),
    Base("the wife's contract", "housing", "ineligible", {WIFE: (signed(WIFE),)}, COUPLE, "married"),
    Base("contract cancelled", "housing", "eligible", {MAN: (signed(MAN, status="cancelled"),)}),
    Base("contract registered", "housing", "eligible", {MAN: (signed(MAN, status="registered"),)}),
    Base("contract elsewhere", "housing", "eligible", {MAN: (signed(MAN, division="150602"),)}),
    Base("contract for a garage", "housing", "eligible", {MAN: (signed(MAN, use="garage"),)}),
    Base(
        "contract of a registered home",
        "housing",
        "eligible",
        {MAN: (signed(MAN, "20"),)},
        COUPLE,
        "married",
        {"real-estate": {MAN: (unit(MAN, "20", "U9"),)}},
    ),
    Base("an outsider's contract", "housing", "eligible", {MAN: (signed(OUTSIDER),)}),
)
BANS = (
    Base("ban", "housing", "ineligible", {MAN: (ban("2026-01-01", "2027-01-01"),)}),
    Base("ban that states no end", "housing", "ineligible", {MAN: (ban("2026-01-01", ""),)}),
    Base("ban of three years", "housing", "ineligible", {MAN: (ban("2024-06-01", "2027-06-01"),)}),
    Base("ban over", "housing", "eligible", {MAN: (ban("2025-01-01", "2026-01-01"),)}),
    Base("ban lifted early", "housing", "eligible", {MAN: (ban("2026-09-01", "2026-10-01"),)}),
    Base("ban to come", "housing", "eligible", {MAN: (ban("2026-12-01", "2027-12-01"),)}),
    Base("ban of another article", "housing", "eligible", {MAN: (ban("2026-01-01", "2027-01-01", "31"),)}),
    Base("the wife's ban", "housing", "eligible", {WIFE: (ban("2026-01-01", "2027-01-01"),)}, COUPLE, "married"),
)
TENANCIES = (
    Base("tenancy", "housing", "eligible", {MAN: (tenancy("public_rental"),)}, condition="leave"),
    Base(
        "the wife's tenancy",
        "housing",
        "eligible",
        {WIFE: (tenancy("affordable_rental", until="2026-12-31"),)},
        COUPLE,
        "married",
        condition="leave",
    ),
    Base("tenancy over", "housing", "eligible", {MAN: (tenancy("public_rental", until="2026-01-01"),)}),
    Base("tenancy to come", "housing", "eligible", {MAN: (tenancy("public_rental", "2027-01-01"),)}),
    Base("tenancy of a private home", "housing", "eligible", {MAN: (tenancy("private_rental"),)}),
)
BASES = (*HOUSEHOLD, *CIVIL, *PAID, *REAL_ESTATE, *CONTRACTS, *BANS, *TENANCIES)
