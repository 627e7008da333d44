"""What happens in one sale project, in the order it happens: announced, priced, opened, chosen from, closed.

The draw of a project has a history of its own (contracts/draws), and so has each of its homes (contracts/homes).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field, field_validator, model_validator

from contracts.events.allocation import Home, Pool, Serial
from contracts.events.values import Count, Officer, Reason, SubjectToken
from contracts.homes.events import Area, HomeData
from contracts.model import Frozen
from contracts.money import Yuan

MOST_HOMES = 500
"""Each is listed in the batch that announces the project, beside up to 400 messages of others; it holds a thousand."""
Title = Annotated[str, Field(min_length=1, max_length=200)]


class Reserved(Frozen):
    """Homes of a pool that go to a group first."""

    group: Pool
    homes: Annotated[int, Field(ge=1, le=MOST_HOMES)]


class PoolOfHomes(Frozen):
    """One pool of the draw: how many substitutes it names, and for whom homes are reserved."""

    name: Pool
    substitutes: Annotated[int, Field(ge=0, le=9999)] = 0
    reserved: tuple[Reserved, ...] = ()


class Deposit(Frozen):
    """What a family pays to be in the draw; what is left out is as the policy has it."""

    amount: Yuan | None = None
    working_days: Annotated[int, Field(ge=1, le=250)] | None = None


class Announcement(Frozen):
    """What a project unit announces (Art. 26(1)); the form in which it is handed in, too."""

    project: SubjectToken
    title: Title
    place: Title
    way: Literal["online", "offline"]
    stock: Literal["new", "purchased"]
    registration_opens: date
    registration_closes: date = Field(description="the last day on which a family may apply")
    method: Reason = Field(description="how homes are given out, in words")
    deposit: Deposit | None = Field(default=None, description="none is asked where this is left out")
    pools: Annotated[tuple[PoolOfHomes, ...], Field(min_length=1, max_length=40)]
    homes: Annotated[tuple[HomeData, ...], Field(min_length=1, max_length=MOST_HOMES)]

    @field_validator("homes", mode="before")
    @classmethod
    def _fits_a_batch(cls, homes: Any) -> Any:
        if isinstance(homes, list | tuple) and len(homes) > MOST_HOMES:
            raise ValueError(f"a project has at most {MOST_HOMES} homes, not {len(homes)}: announce two")
        return homes

    @model_validator(mode="after")
    def _fits_together(self) -> "Announcement":
        if self.registration_closes < self.registration_opens:
            raise ValueError("registration closes before it opens")
        if len({home.code for home in self.homes}) < len(self.homes):
            raise ValueError("a home is listed twice")
        names = [pool.name for pool in self.pools]
        if len(set(names)) < len(names):
            raise ValueError("a pool is named twice")
        for pool in self.pools:
            here = sum(home.pool == pool.name for home in self.homes)
            if not here:
                raise ValueError(f"pool {pool.name} has no home")
            if sum(one.homes for one in pool.reserved) > here:
                raise ValueError(f"pool {pool.name} reserves more homes than it has")
        if {home.pool for home in self.homes} - set(names):
            raise ValueError("a home belongs to a pool that is not named")
        return self


class ProjectEvent(Frozen):
    """Something that happened in one project, and when."""

    tail: ClassVar[str]
    project: SubjectToken
    at: AwareDatetime


class ProjectAnnounced(ProjectEvent):
    """Project, homes, time, place and method stand (Art. 26(1)); `warnings` name the article and refuse nothing."""

    tail = "announced"
    says: Announcement
    warnings: tuple[Reason, ...] = ()
    by: Officer


class PricePerSquareMetre(Frozen):
    """What a price is made of, in yuan per square metre (Art. 25)."""

    land: Yuan
    construction: Yuan
    other: Yuan = Field(description="other cost that belongs to it")
    profit: Yuan

    @property
    def cost(self) -> Decimal:
        return self.land + self.construction + self.other

    @property
    def total(self) -> Decimal:
        return self.cost + self.profit


class PriceOfHome(Frozen):
    """The price of one home, line by line; the lines add up to it to the cent."""

    home: Home
    area: Area
    land: Yuan
    construction: Yuan
    other: Yuan
    profit: Yuan
    price: Yuan


class PriceDetermined(ProjectEvent):
    """The project unit worked out the price, per square metre and per home (Art. 25)."""

    tail = "price-determined.{n}"
    n: Count
    per_m2: PricePerSquareMetre
    profit_limit: Decimal = Field(description="of the cost, on the day of the determination")
    homes: tuple[PriceOfHome, ...]
    by: Officer


class PriceApproved(ProjectEvent):
    """The government approved one determination, and it is published (Art. 25); homes that are chosen keep theirs."""

    tail = "price-approved.{n}"
    n: Count
    determination: Count
    document: Annotated[str, Field(min_length=1, max_length=120, description="number of the government's document")]
    document_date: date
    published_on: date
    by: Officer


class RegistrationOpened(ProjectEvent):
    """The window is open, and the price is approved and published (Art. 25, 26(1))."""

    tail = "registration-opened"


class RegistrationClosed(ProjectEvent):
    """The last day is over. One registration a project: no second window follows."""

    tail = "registration-closed"


class Slot(Frozen):
    """When the family at one place of a pool's result may choose."""

    pool: Pool
    place: Annotated[int, Field(ge=1)]
    admitted: int = Field(default=0, ge=0, description="which of those admitted after the result; 0: in the list")
    slot_from: AwareDatetime
    slot_until: AwareDatetime


class ChoosingOpened(ProjectEvent):
    """Order and times by place, after a published draw (Art. 26(5))."""

    tail = "choosing-opened.{n}"
    n: Count
    serial: Serial
    where: Title
    slots: tuple[Slot, ...]
    by: Officer


class ChoosingClosed(ProjectEvent):
    """Nobody is called any more from this draw."""

    tail = "choosing-closed.{n}"
    n: Count
    by: Officer


class ProjectClosed(ProjectEvent):
    """What was sold, what remains, and where it goes (Art. 34)."""

    tail = "closed"
    sold: int = Field(ge=0)
    remaining: tuple[Home, ...]
    goes_to: Reason
    by: Officer
