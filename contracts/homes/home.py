"""Where a home stands, folded from its events: at most one family has it at a time. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Literal, assert_never

from contracts.case.case import NotAllowed, Recorded
from contracts.homes import HomeRecord
from contracts.homes.events import (
    HomeBoughtBack,
    HomeData,
    HomeFreed,
    HomeListed,
    HomeTaken,
    KeysGiven,
    OwnersOfHomeChanged,
    RepairRecorded,
)


class Stands(StrEnum):
    """Where a home stands."""

    UNKNOWN = "unknown"
    FREE = "free"
    TAKEN = "taken"
    LIVED_IN = "lived_in"
    IN_STOCK = "in_stock"


S = Stands
FOLLOWS: dict[type[HomeRecord], frozenset[Stands]] = {
    HomeListed: frozenset({S.UNKNOWN, S.FREE, S.IN_STOCK}),
    HomeTaken: frozenset({S.FREE}),
    HomeFreed: frozenset({S.TAKEN}),
    KeysGiven: frozenset({S.TAKEN}),
    OwnersOfHomeChanged: frozenset({S.LIVED_IN}),
    RepairRecorded: frozenset(S) - {S.UNKNOWN},
    HomeBoughtBack: frozenset({S.LIVED_IN}),
}


@dataclass(frozen=True)
class HomeFile:
    """One home. `HomeFile(code)` is one that nobody listed."""

    code: str
    stands: Stands = S.UNKNOWN
    project: str | None = None
    data: HomeData | None = None
    application: str | None = None
    """Of the family that has it now."""
    price: Decimal | None = None
    """For which it was chosen."""
    damage: Literal["damaged", "repaired", "refused"] | None = None
    """What was recorded last of its structure."""
    counts: Mapping[str, int] = field(default_factory=dict)

    def next(self, kind: type[HomeRecord]) -> int:
        """The number of the next event of a kind."""
        return self.counts.get(kind.__name__, 0) + 1


def evolve(home: HomeFile, recorded: Recorded[HomeRecord]) -> HomeFile:
    """The home after one more event. Raises NotAllowed where it cannot follow, such as a second family."""
    event = recorded.event
    if home.stands not in FOLLOWS[type(event)]:
        raise NotAllowed(f"{type(event).__name__} does not follow for a home that is {home.stands}")
    if isinstance(event, HomeFreed | KeysGiven) and event.application != home.application:
        raise NotAllowed(f"{type(event).__name__} names another family than the home's")
    name = type(event).__name__
    return _changed(replace(home, counts={**home.counts, name: home.counts.get(name, 0) + 1}), event)


def _changed(home: HomeFile, event: HomeRecord) -> HomeFile:
    match event:
        case HomeListed():
            return replace(home, stands=S.FREE, project=event.project, data=event.data, application=None, price=None)
        case HomeTaken():
            return replace(home, stands=S.TAKEN, application=event.application, price=event.price)
        case HomeFreed():
            return replace(home, stands=S.FREE, application=None, price=None)
        case KeysGiven():
            return replace(home, stands=S.LIVED_IN)
        case HomeBoughtBack():
            return replace(home, stands=S.IN_STOCK, application=None)
        case RepairRecorded():
            return replace(home, damage=event.what)
        case OwnersOfHomeChanged():
            return home
    assert_never(event)
