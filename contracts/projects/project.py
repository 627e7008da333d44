"""Where a sale project stands, folded from its events; what may follow is held here. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import assert_never

from contracts.case.case import NotAllowed, Recorded
from contracts.events.registry import Writable
from contracts.projects import ProjectRecord
from contracts.projects.events import (
    Announcement,
    ChoosingClosed,
    ChoosingOpened,
    PriceApproved,
    PriceDetermined,
    ProjectAnnounced,
    ProjectClosed,
    RegistrationClosed,
    RegistrationOpened,
)


@dataclass(frozen=True)
class SaleProject:
    """One project. `SaleProject(name)` is one that nobody announced."""

    name: str
    announced: ProjectAnnounced | None = None
    prices: tuple[PriceDetermined, ...] = ()
    approvals: tuple[PriceApproved, ...] = ()
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    """When registration ended."""
    choosing: ChoosingOpened | None = None
    choosings: int = 0
    choosing_over: bool = False
    closed: ProjectClosed | None = None

    @property
    def says(self) -> Announcement:
        """Raises NotAllowed for a project that nobody announced."""
        if self.announced is None:
            raise NotAllowed(f"nobody announced a project {self.name}")
        return self.announced.says

    @property
    def approval(self) -> PriceApproved | None:
        """The newest one."""
        return self.approvals[-1] if self.approvals else None

    @property
    def approved_price(self) -> PriceDetermined | None:
        return self.prices[self.approval.determination - 1] if self.approval else None

    def in_force(self, day: date) -> PriceApproved | None:
        """The newest approval that is published by that day: one of a later day sells nothing yet (Art. 25)."""
        return next((one for one in reversed(self.approvals) if one.published_on <= day), None)

    def price_of(self, home: str, day: date) -> Decimal | None:
        """The approved and published price of a home on a day; None while there is none."""
        approval = self.in_force(day)
        return self._price(home, approval) if approval else None

    def approval_of(self, home: str, price: Decimal, day: date) -> PriceApproved | None:
        """The newest approval by which the home had this price on a day."""
        by_then = (one for one in reversed(self.approvals) if one.published_on <= day)
        return next((one for one in by_then if self._price(home, one) == price), None)

    def _price(self, home: str, approval: PriceApproved) -> Decimal | None:
        priced = self.prices[approval.determination - 1].homes
        return next((one.price for one in priced if one.home == home), None)

    @property
    def published_on(self) -> date | None:
        """The day from which an approved price is published (Art. 25)."""
        return min((approval.published_on for approval in self.approvals), default=None)

    def takes_applications(self, today: date) -> bool:
        """Whether a family may register: approved and published price, a day of the window, and not closed."""
        priced = self.published_on is not None and self.published_on <= today
        in_window = self.announced is not None and (
            self.says.registration_opens <= today <= self.says.registration_closes
        )
        return priced and in_window and self.closed_at is None and self.closed is None


def allows(project: SaleProject, kind: type[Writable]) -> bool:
    """Whether an event of this kind may follow."""
    if kind is ProjectAnnounced:
        return project.announced is None
    if project.announced is None or project.closed is not None:
        return False
    if kind is PriceApproved:
        return bool(project.prices)
    if kind is RegistrationOpened:
        return bool(project.approvals) and project.opened_at is None and project.closed_at is None
    if kind is RegistrationClosed:
        return project.closed_at is None
    if kind is ChoosingOpened:
        return bool(project.approvals) and (project.choosing is None or project.choosing_over)
    if kind is ChoosingClosed:
        return project.choosing is not None and not project.choosing_over
    return True


def evolve(project: SaleProject, recorded: Recorded[ProjectRecord]) -> SaleProject:
    """The project after one more event. Raises NotAllowed for one that may not follow."""
    event = recorded.event
    if not allows(project, type(event)):
        raise NotAllowed(f"{type(event).__name__} does not follow in project {project.name}")
    match event:
        case ProjectAnnounced():
            return replace(project, announced=event)
        case PriceDetermined():
            return replace(project, prices=(*project.prices, event))
        case PriceApproved():
            if event.determination > len(project.prices):
                raise NotAllowed(f"there is no price {event.determination} to approve")
            return replace(project, approvals=(*project.approvals, event))
        case RegistrationOpened():
            return replace(project, opened_at=event.at)
        case RegistrationClosed():
            return replace(project, closed_at=event.at)
        case ChoosingOpened():
            return replace(project, choosing=event, choosings=event.n, choosing_over=False)
        case ChoosingClosed():
            return replace(project, choosing_over=True)
        case ProjectClosed():
            return replace(project, closed=event)
    assert_never(event)
