"""Real-estate registration (不动产登记): units in the three divisions in which the family has a part (Art. 18(2))."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Annotated

from pydantic import Field

from contracts.bilingual import Bilingual
from procedures.codes import (
    A_DAY,
    A_DIVISION,
    Day,
    DivisionCode,
    HomeUse,
    Identifier,
    Person,
    Share,
    SquareMetres,
    one_of,
)
from procedures.department import Department, Narrow
from procedures.hainan_2025.policy import POLICY
from procedures.policy import Policy
from procedures.records import Record

TWO_DIVISIONS = "two divisions of one unit"


class OwnershipRow(Record):
    """One owner's part of one registered unit; an owner outside the family has no number."""

    unit_code: Identifier = Field(
        default=None, description="the unit's code (不动产单元号), the same in all its rows and in its contracts"
    )
    division: DivisionCode = Field(default=None, description=f"where the unit lies: {A_DIVISION}")
    use: HomeUse = Field(default=None, description="what the unit is registered for; a mixed one by its main use")
    building_area_m2: SquareMetres = Field(
        default=None, description="of the whole unit, in square metres, above 0; not the owner's part of it"
    )
    ownership: Annotated[str | None, *one_of("sole", "joint", "shares")] = Field(
        default=None, description="sole, joint (共同共有) or shares (按份共有)"
    )
    owner_id_number: Person = Field(
        default=None,
        description="of this row's owner if the question asks about them; left out for every other owner",
    )
    share: Share = Field(
        default=None,
        description='this owner\'s part as it is registered: a fraction as text, "1/3"; empty unless owned in shares',
    )
    registered: Day = Field(default=None, description=f"when the ownership was registered: {A_DAY}")
    status: Annotated[str | None, *one_of("registered", "cancelled")] = Field(
        default=None, description="registered, or cancelled"
    )


def within_the_divisions_of(policy: Policy) -> Narrow:
    """Units elsewhere are beyond the question and dropped; an owner outside the family stays without a number.

    Elsewhere is what lies in none of the divisions of the question's own day: whoever reads the same answer again in
    another year must come to the same rows.
    """

    def within_question(rows: Sequence[Record], family: frozenset[str], day: date) -> list[Record | None]:
        here = frozenset(policy.on(day).housing_divisions)
        return _within(here, [row for row in rows if isinstance(row, OwnershipRow)], family)

    return within_question


def _within(here: frozenset[str], rows: list[OwnershipRow], family: frozenset[str]) -> list[Record | None]:
    """A unit that is here by one row and elsewhere by another is not elsewhere: where it is, nobody can tell."""
    elsewhere = {row.unit_code for row in rows if _is_elsewhere(row, here)} - {None}
    return [None if _is_elsewhere(row, here) else _narrowed(row, family, elsewhere) for row in rows]


def _is_elsewhere(row: OwnershipRow, here: frozenset[str]) -> bool:
    return row.division is not None and row.division not in here


def _narrowed(row: OwnershipRow, family: frozenset[str], elsewhere: AbstractSet[str | None]) -> OwnershipRow:
    if row.owner_id_number is not None and row.owner_id_number not in family:
        row = row.model_copy(update={"owner_id_number": None})
    if row.unit_code in elsewhere:
        doubts = {**row.not_understood, "division": TWO_DIVISIONS}
        row = row.model_copy(update={"division": None, "not_understood": doubts})
    return row


REAL_ESTATE = Department(
    name="real-estate",
    title=Bilingual("不动产登记", "real-estate registration"),
    article="18(2)",
    asked_by="verify-property",
    about="everyone",
    with_name=False,
    record=OwnershipRow,
    row="A row for each owner of each unit in the three divisions (150302, 150303, 150304) in which the "
    "person has a part; a cancelled registration may come, marked so.",
    within_question=within_the_divisions_of(POLICY),
    former_hashes=(
        "7c6854283ca4fddd2ef935ff976c6d81aa5143dbc9980b2d589c8379cdbdda9d",
        "ac57f84e9f800047a7cec2ed6966a9b688116578ad438e9f68f6f8f7ce5ebe96",
        "7904f5bd4dd5fe47bb3787aced74f6dd24acf40de0f0f8521b2ffc8cc4fd480f",
        "44b31ec9f720b370196015cde4a7eed58d0adf8f0d65b1a64f682e68e341bcc6",
    ),
)
