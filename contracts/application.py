"""The form as a kiosk posts it (`POST /v1/applications`), and what a supplement may add."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from contracts.faults import Fault, Faulty, fault
from contracts.model import Frozen
from contracts.people import Division, IdNumber, PersonName, age_on, birth_date, is_residence_card

MaritalStatus = Literal["single", "married", "widowed", "divorced"]
Token = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
DocumentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
FIRST_BIRTH_YEAR, OLDEST = 1900, 130
"""Nobody who applies was born before, or is older."""


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


def faults_between_fields(form: ApplicationForm, today: date) -> tuple[Fault, ...]:
    """What only the whole form and the day show (regulation: invalid).

    Not checks of the fields' types: an event of an older day must stay readable.
    """
    return (*_twice(form), *_births(form, today), *_second_spouses(form), *_residence_cards(form))


def _places(form: ApplicationForm) -> Iterator[tuple[str, str]]:
    """Where each ID number of the family stands, and the number."""
    places = ("/applicant", *(f"/members/{n}" for n in range(len(form.members))))
    for place, number in zip(places, form.everyone, strict=True):
        yield f"{place}/id_number", number


def _births(form: ApplicationForm, today: date) -> Iterator[Fault]:
    for place, number in _places(form):
        born = birth_date(number)
        if born > today:
            yield fault(place, "born-in-the-future")
        elif born.year < FIRST_BIRTH_YEAR or age_on(number, today) > OLDEST:
            yield fault(place, "born-too-long-ago")


def _twice(form: ApplicationForm) -> Iterator[Fault]:
    for n, (place, number) in enumerate(_places(form)):
        if number in form.everyone[:n]:
            yield fault(place, "person-twice")


def _second_spouses(form: ApplicationForm) -> Iterator[Fault]:
    spouses = [n for n, member in enumerate(form.members) if member.relation == "spouse"]
    for n in spouses[1:]:
        yield fault(f"/members/{n}/relation", "second-spouse")


def _residence_cards(form: ApplicationForm) -> Iterator[Fault]:
    """A foreigner can be the spouse only: the applicant and the children have hukou, so an ID number (Art. 17, 18)."""
    parts = ("applicant", *(member.relation for member in form.members))
    for (place, number), part in zip(_places(form), parts, strict=True):
        if is_residence_card(number) and part != "spouse":
            yield fault(place, "residence-card-of-no-spouse")
    for n, consent in enumerate(form.consents):
        if is_residence_card(consent.id_number) and consent.id_number not in form.everyone:
            yield fault(f"/consents/{n}/id_number", "residence-card-of-nobody")


class Supplement(Frozen):
    """What a family hands in later: only what the request named is taken."""

    documents: Annotated[tuple[DocumentName, ...], Field(max_length=40)] = ()
    consents: Annotated[tuple[Consent, ...], Field(max_length=40)] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> "Supplement":
        if not self.documents and not self.consents:
            raise Faulty("supplement-empty")
        return self
