"""The form as a kiosk posts it (`POST /v1/applications`), and what a supplement may add."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from contracts.model import Frozen
from contracts.people import Division, IdNumber, PersonName, birth_date

MaritalStatus = Literal["single", "married", "widowed", "divorced"]
Token = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
DocumentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Applicant(Frozen):
    name: PersonName
    id_number: IdNumber
    phone: Annotated[str, Field(pattern=r"^(\+?86)?1[0-9]{10}$", description="a mobile number, for notices")]
    marital_status: MaritalStatus
    hukou_division: Division | None = Field(default=None, description="as declared; decides nothing (Art. 18)")


class Member(Frozen):
    name: PersonName
    id_number: IdNumber
    relation: Annotated[str, Field(pattern=r"^[a-z][a-z_-]{0,31}$", description="spouse, child, or another word")]


class Residence(Frozen):
    division: Division
    township: Annotated[str, Field(pattern=r"^[0-9]{9}$")] | None = None
    address: Annotated[str, Field(min_length=1, max_length=200)]


class Consent(Frozen):
    id_number: IdNumber
    given: bool
    text_version: Token


class ApplicationForm(Frozen):
    """One family's application. Everybody on it is a member once."""

    project: Token
    channel: Token
    applicant: Applicant
    members: Annotated[tuple[Member, ...], Field(max_length=20)]
    residence: Residence
    declared_housing: Annotated[tuple[dict[str, Any], ...], Field(max_length=20)] = ()
    documents: Annotated[tuple[DocumentName, ...], Field(max_length=40)]
    consents: Annotated[tuple[Consent, ...], Field(max_length=40)]

    @property
    def everyone(self) -> tuple[str, ...]:
        """The ID numbers of the family by the form, applicant first."""
        return (self.applicant.id_number, *(member.id_number for member in self.members))

    @property
    def spouse(self) -> Member | None:
        return next((member for member in self.members if member.relation == "spouse"), None)

    @property
    def at_a_counter(self) -> bool:
        """Entered by an officer, not at a kiosk (R17a)."""
        return self.channel.startswith("counter")


class Fault(Frozen):
    """One thing wrong with a body: a JSON pointer (RFC 6901), what is wrong and what to do."""

    pointer: str
    detail: str


def faults_between_fields(form: ApplicationForm, today: date) -> tuple[Fault, ...]:
    """What only the whole form shows: nobody twice, nobody born tomorrow, one spouse (regulation: invalid)."""
    places = ["/applicant", *(f"/members/{n}" for n in range(len(form.members)))]
    faults = []
    for n, (place, number) in enumerate(zip(places, form.everyone, strict=True)):
        if birth_date(number) > today:
            faults.append(Fault(pointer=f"{place}/id_number", detail="the date of birth is in the future; check it"))
        if number in form.everyone[:n]:
            faults.append(
                Fault(
                    pointer=f"{place}/id_number",
                    detail="this person is on the form already; enter each person once",
                )
            )
    spouses = [n for n, member in enumerate(form.members) if member.relation == "spouse"]
    faults += [
        Fault(pointer=f"/members/{n}/relation", detail="a family has one spouse at most; correct the relation")
        for n in spouses[1:]
    ]
    return tuple(faults)


class Supplement(Frozen):
    """What a family hands in later: only what the request named is taken."""

    documents: Annotated[tuple[DocumentName, ...], Field(max_length=40)] = ()
    consents: Annotated[tuple[Consent, ...], Field(max_length=40)] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> "Supplement":
        if not self.documents and not self.consents:
            raise ValueError("name at least one document or one consent that is handed in")
        return self
