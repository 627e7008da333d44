"""A family from the pool to the keys as the project unit sees it: by its number, and nobody's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from console.visit import Visit
from contracts.case.case import Case, Recorded
from contracts.case.fold import fold
from contracts.case.states import State
from contracts.events import DepositAsked, DepositSettled, PriceGivenBack
from contracts.homes.home import HomeFile, Stands
from contracts.local_time import SHANGHAI
from contracts.numbers import parse_application_number
from contracts.projects.project import SaleProject

ASKED_AGAIN = frozenset({State.VERIFYING, State.REVIEW, State.INELIGIBLE_PROPOSED})


@dataclass(frozen=True)
class FamilyNow:
    """One case, with the projects and homes that it may have to do with."""

    case: Case
    history: tuple[Recorded, ...]
    projects: Mapping[str, SaleProject]
    homes: Mapping[str, HomeFile]
    today: date

    @property
    def project(self) -> SaleProject | None:
        """In which it takes part."""
        asked = self.case.allocation.asked
        return self.projects.get(asked.project) if asked else None

    @cached_property
    def free(self) -> tuple[HomeFile, ...]:
        """The homes among which it may choose now."""
        entry = self.case.allocation.entry
        mine = [home for home in self.homes.values() if entry is not None and home.project == entry.project]
        free = [home for home in mine if home.stands is Stands.FREE and home.data and entry]
        return tuple(home for home in free if home.data and entry and home.data.pool == entry.pool)

    @property
    def asked_by(self) -> frozenset[str]:
        """The projects that asked it for a deposit, whatever came of it."""
        return frozenset(item.event.project for item in self.history if isinstance(item.event, DepositAsked))

    @property
    def settled(self) -> tuple[DepositSettled, ...]:
        """What became of its deposit."""
        return tuple(item.event for item in self.history if isinstance(item.event, DepositSettled))

    @property
    def given_back(self) -> tuple[PriceGivenBack, ...]:
        """What became of its price, once it left before the keys."""
        return tuple(item.event for item in self.history if isinstance(item.event, PriceGivenBack))

    @property
    def balance_due(self) -> Decimal | None:
        """Of the price; None before there is a contract."""
        known = self.case.allocation
        if known.contract is None:
            return None
        return known.contract.balance if known.settled is None else Decimal("0.00")

    @property
    def missing(self) -> tuple[str, ...]:
        """What the last try to hand over found missing, as far as it still is."""
        known = self.case.allocation
        if known.refused is None or known.keys is not None:
            return ()
        return tuple(one for one in known.refused.missing if not (one == "balance" and known.settled))

    @property
    def asked_again(self) -> bool:
        """Whether the departments are asked anew before its contract."""
        return self.case.allocation.choice is not None and self.case.state in ASKED_AGAIN

    @property
    def seen(self) -> str:
        return str(self.case.sequence)


async def family_now(visit: Visit) -> FamilyNow | None:
    """By the number in the path; None if nobody has it. Raises Unavailable."""
    views = visit.console.views
    try:
        number = parse_application_number(visit.named("application"))
    except ValueError:
        return None
    history = await views.history(number)
    if not history:
        return None
    today = visit.now.astimezone(SHANGHAI).date()
    projects, homes = await views.aggregates.projects(), await views.aggregates.homes()
    return FamilyNow(fold(history, number), history, projects, homes, today)
