"""What a household has of its way to a home: deposit, draw number, place, ticket, slot, home, dates. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from contracts.case.allocation import Allocation
from contracts.draws.check_line import ticket_line

Value = str | int | date | datetime | Decimal

PLACES = {
    "drawn": "family.home.place.drawn",
    "substitute": "family.home.place.substitute",
    "not_drawn": "family.home.place.not_drawn",
}


@dataclass(frozen=True)
class Fact:
    """One line: the key of its text, and its value as the record has it."""

    text: str
    value: Value
    code: bool = False
    """Whether it is read character by character."""


def way_to_home(known: Allocation) -> tuple[Fact, ...]:
    """In the order in which it came; nothing before a deposit was asked."""
    return (*_deposit(known), *_draw(known), *_home(known))


def _deposit(known: Allocation) -> tuple[Fact, ...]:
    found = []
    if known.asked is not None:
        found += [Fact("family.home.project", known.asked.project), Fact("family.home.deposit", known.asked.amount)]
        if known.paid is None:
            found.append(Fact("family.home.pay_by", known.asked.pay_by))
    if known.paid is not None:
        found += [Fact("family.home.paid_on", known.paid.paid_on), Fact("family.home.held", known.deposit)]
    return tuple(found)


def _draw(known: Allocation) -> tuple[Fact, ...]:
    entry, result = known.entry, known.result
    found = []
    if entry is not None:
        found += [Fact("family.home.number", entry.number, True), Fact("family.home.pool", entry.pool)]
        found.append(Fact("family.home.list", entry.entrants, True))
    if entry is not None and result is not None:
        found += [
            Fact(PLACES[result.fate], result.place),
            Fact("family.home.ticket", result.ticket, True),
        ]
        if result.seed is not None:
            found.append(Fact("family.home.check", ticket_line(result.seed, entry.pool, entry.number), True))
    return tuple(found)


def _home(known: Allocation) -> tuple[Fact, ...]:
    found = []
    if known.call is not None and known.choice is None:
        found += [
            Fact("family.home.slot_from", known.call.slot_from),
            Fact("family.home.slot_until", known.call.slot_until),
        ]
        found.append(Fact("family.home.left", known.call.homes_left))
    if known.choice is not None:
        found += [Fact("family.home.home", known.choice.home), Fact("family.home.price", known.choice.price)]
        if known.settled is None:
            found.append(Fact("family.home.two_years", known.choice.contract_by))
    if known.contract is not None:
        found += [
            Fact("family.home.contract", known.contract.number),
            Fact("family.home.balance", known.contract.balance),
        ]
    if known.offer is not None:
        found.append(Fact("family.home.offer", known.offer.price))
    return tuple(found)
