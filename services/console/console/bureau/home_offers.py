"""A home as its page shows it, and what may be said to it: repairs, and the inspection of a buy-back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from console.command_line.acts import act_of
from console.offers.fields import Asks
from console.offers.offer import Offer
from contracts.case.case import Case
from contracts.case.fold import allows
from contracts.events import BuyBackConditionShown
from contracts.events.after_care import BY_INSPECTION, CONDITIONS
from contracts.homes.home import HomeFile


@dataclass(frozen=True)
class HomeNow:
    """One home, and the case of the family that has it, if anybody has."""

    home: HomeFile
    case: Case | None


def options(kind: str, values: Iterable[str]) -> Mapping[str, str]:
    """Values of a closed list, each with the key of its text."""
    return {value: f"{kind}.{value}" for value in values}


def _inspects(now: HomeNow, at: datetime) -> bool:
    return now.case is not None and allows(now.case, BuyBackConditionShown)


def _inspected(now: HomeNow) -> tuple[Asks, ...]:
    seen = [condition for condition in CONDITIONS if condition in BY_INSPECTION]
    return condition_of(seen)


def condition_of(conditions: Iterable[str]) -> tuple[Asks, ...]:
    return (
        Asks("condition", "choice", options=options("condition", conditions)),
        Asks("met", "choice", options=options("met", ("true", "false"))),
        Asks("document"),
    )


def _repair(now: HomeNow) -> tuple[Asks, ...]:
    damaged = now.home.damage in ("damaged", "refused")
    what = ("damaged", "repaired", "refused") if damaged else ("damaged",)
    return Asks("what", "choice", options=options("repair", what)), Asks("reason", "words")


REPAIR: Offer[HomeNow] = Offer(act_of("after-care", "record-repair"), lambda now, at: True, _repair)
INSPECT: Offer[HomeNow] = Offer(act_of("after-care", "inspect"), _inspects, _inspected)
OFFERS: tuple[Offer[HomeNow], ...] = (INSPECT, REPAIR)
