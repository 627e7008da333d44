"""The housing bureau's own registers (住建局): net-signed contracts, tenancies, bans (Art. 19, 20, 32)."""

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
    Text,
    like,
    one_of,
)
from procedures.department import Department, by_row
from procedures.records import Record

RENTALS = ("public_rental", "affordable_rental", "private_rental", "market_rental", "private", "market")


class HousingRow(Record):
    """One row of the bureau's own registers: `net_signed`, `tenancy` or `ban` (Art. 19, 20, 32)."""

    register_: Annotated[str | None, *one_of("net_signed", "tenancy", "ban")] = Field(
        default=None,
        alias="register",
        description="net_signed (a contract), tenancy or ban: which register this row comes from",
    )
    contract_no: Identifier = Field(default=None, description="net_signed: the number of the contract")
    unit_code: Identifier = Field(
        default=None, description="net_signed: the unit's code (不动产单元号); empty until the unit has one"
    )
    division: DivisionCode = Field(default=None, description=f"net_signed: where the unit lies: {A_DIVISION}")
    use: HomeUse = Field(default=None, description="net_signed: what the unit is sold for")
    building_area_m2: SquareMetres = Field(
        default=None, description="net_signed: of the whole unit, in square metres, above 0"
    )
    buyer_id_number: Person = Field(
        default=None,
        description="net_signed: of this row's buyer if the question asks about them; no row for other buyers",
    )
    share: Share = Field(
        default=None,
        description='net_signed: this buyer\'s part, a fraction as text, "1/2"; empty for the only buyer',
    )
    filed: Day = Field(default=None, description=f"net_signed: when the contract was filed: {A_DAY}")
    status: Annotated[str | None, *one_of("filed", "registered", "cancelled")] = Field(
        default=None, description="net_signed: filed, registered (it became ownership) or cancelled"
    )
    kind: Annotated[str | None, *one_of(*RENTALS)] = Field(
        default=None,
        description="tenancy: public_rental and affordable_rental are the state's, the others are private",
    )
    article: Annotated[str | None, *like(r"([1-9]|[12][0-9]|3[0-6])(\([1-9][0-9]?\))*")] = Field(
        default=None, description="ban: the article it rests on, such as 32(1)"
    )
    decision: Text = Field(default=None, description="ban: the number of the decision")
    since: Day = Field(default=None, description=f"tenancy: the first day; ban: the day of the decision: {A_DAY}")
    until: Day = Field(
        default=None,
        description=f"tenancy: the last day, empty while it runs; ban: the first free day: {A_DAY}",
    )


def without_other_buyers(row: Record, family: frozenset[str]) -> Record | None:
    """Another buyer of the same contract is nobody we asked about; a ban or a tenancy has no buyer."""
    assert isinstance(row, HousingRow)
    if row.buyer_id_number is None or row.buyer_id_number in family:
        return row
    return None if row.register_ == "net_signed" else row.model_copy(update={"buyer_id_number": None})


HOUSING = Department(
    name="housing",
    title=Bilingual("住建局", "housing bureau"),
    article="19, 20, 32",
    asked_by="verify-property",
    about="everyone",
    with_name=False,
    record=HousingRow,
    row="A row for each net-signed contract, each tenancy and each ban of the person, past and present; "
    "`register` says which of the three it is, and only its fields are filled.",
    within_question=by_row(without_other_buyers),
    former_hashes=(
        "4c1879976c2bced8d66ced33821e650173cba620dac9f48f4e98e414ee7746ba",
        "6407755df4e5c197dd9a9ea7fcae8f51aeff5a2acfaac422efcd8b1b4911c90b",
        "9675fe3ef98224a6bdc2747c49bebd264e3aa77c53dfe79573b0038f7c145eeb",
        "2bd5e6a23c0aebedc739778284d453cbbc114dd008518427bf46131470bcab0b",
    ),
)
