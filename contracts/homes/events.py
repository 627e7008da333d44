"""What happens to one home, in the order it happens: listed, taken by a family, lived in, and back in stock (Art. 34).

Who lives there stands in the case; here is its number alone.
"""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from contracts.events.allocation import Home, Pool
from contracts.events.values import Count, Officer, Reason, SubjectToken
from contracts.model import Frozen
from contracts.money import Yuan
from contracts.numbers import ApplicationNumber

Area = Annotated[
    Decimal, Field(gt=0, max_digits=7, decimal_places=2, description="building area, square metres, to the hundredth")
]
Document = Annotated[str, Field(min_length=1, max_length=120, description="number and date of the paper")]


class HomeData(Frozen):
    """One home as a project announces it."""

    code: Home
    building: Annotated[str, Field(min_length=1, max_length=60)]
    floor: Annotated[int, Field(ge=-5, le=200)]
    use: Annotated[str, Field(min_length=1, max_length=60)] = "residential"
    area: Area
    pool: Pool


class HomeEvent(Frozen):
    """Something that happened to one home, and when."""

    tail: ClassVar[str]
    home: Home
    n: Count
    at: AwareDatetime


class HomeListed(HomeEvent):
    """A project offers it; one that nobody took, or that came back, may be offered again by the next."""

    tail = "listed.{n}"
    project: SubjectToken
    data: HomeData
    by: Officer


class HomeTaken(HomeEvent):
    """A family chose it, and nobody else can (Art. 26(5))."""

    tail = "taken.{n}"
    application: ApplicationNumber
    price: Yuan
    by: Officer


class HomeFreed(HomeEvent):
    """The family that had chosen it left before the keys: it may be chosen again."""

    tail = "freed.{n}"
    application: ApplicationNumber
    why: Literal["withdrawn", "struck", "ineligible", "exit"]
    by: Officer


class KeysGiven(HomeEvent):
    """The family has its keys; the home stays in closed management (Art. 26(6), 27)."""

    tail = "keys-given.{n}"
    application: ApplicationNumber
    by: Officer


class OwnersOfHomeChanged(HomeEvent):
    """By divorce or inheritance; the file keeps both (Art. 29, 30)."""

    tail = "owners-changed.{n}"
    application: ApplicationNumber
    cause: Literal["divorce", "inheritance"]
    document: Document
    by: Officer


class RepairRecorded(HomeEvent):
    """Structural damage, its repair, or that the owner refuses it (Art. 31(4))."""

    tail = "repair.{n}"
    what: Literal["damaged", "repaired", "refused"]
    reason: Reason
    by: Officer


class HomeBoughtBack(HomeEvent):
    """Back in stock (Art. 28)."""

    tail = "bought-back.{n}"
    application: ApplicationNumber
    price: Yuan
    by: Officer
