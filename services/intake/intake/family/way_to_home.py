"""What a household has of its way to a home: deposit, draw number, place, ticket, slot, home, dates. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from contracts.case.allocation import Allocation
from contracts.case.case import Recorded
from contracts.case.states import State
from contracts.draws.check_line import ticket_line
from contracts.events import DepositAsked, DepositSettled, DrawScheduled
from contracts.homes.events import HomeData
from contracts.homes.home import HomeFile, Stands

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
    kind: str = ""
    """Of a value that has a name in both languages: the kind of its name."""


FATES = {
    "given_back": "family.home.deposit.given_back",
    "kept": "family.home.deposit.kept",
    "set_off": "family.home.deposit.set_off",
}
WHO_WAITS = frozenset({State.DRAWN, State.SUBSTITUTE, State.CALLED_TO_CHOOSE})
"""For whom it matters which homes are free now."""


def way_to_home(known: Allocation, history: Iterable[Recorded]) -> tuple[Fact, ...]:
    """In the order in which it came; nothing before a deposit was asked."""
    newest = _since_asked(history)
    scheduled = tuple(event for event in newest if isinstance(event, DrawScheduled))
    settled = tuple(event for event in newest if isinstance(event, DepositSettled))
    return (*_deposit(known), *_when_drawn(known, scheduled), *_draw(known), *_home(known), *_settled(known, settled))


def free_homes(known: Allocation, homes: Iterable[HomeFile]) -> tuple[HomeData, ...]:
    """Those of its pool that nobody has chosen, by building and floor."""
    entry = known.entry
    listed = (home for home in homes if entry is not None and home.project == entry.project)
    free = [home.data for home in listed if home.stands is Stands.FREE and home.data is not None]
    own = [home for home in free if entry is not None and home.pool == entry.pool]
    return tuple(sorted(own, key=lambda home: (home.building, home.floor, home.code)))


def _since_asked(history: Iterable[Recorded]) -> list[object]:
    """What happened in the project that it is in now."""
    found: list[object] = []
    for item in history:
        found = [] if isinstance(item.event, DepositAsked) else [*found, item.event]
    return found


def _when_drawn(known: Allocation, scheduled: tuple[DrawScheduled, ...]) -> Iterator[Fact]:
    if known.voided is not None:
        yield Fact("family.home.void", known.voided.reason)
    elif scheduled and known.result is None:
        yield Fact("family.home.held_at", scheduled[-1].held_at)
        yield Fact("family.home.held_where", scheduled[-1].place)


def _settled(known: Allocation, settled: tuple[DepositSettled, ...]) -> Iterator[Fact]:
    """What became of its money; the reason stands below the amount."""
    for event in settled:
        yield Fact(FATES[event.how], event.amount)
        yield Fact("family.home.deposit.why", event.why, kind="deposit_why")
    if known.given_back is not None:
        yield Fact("family.home.price_back", known.given_back.amount)


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
        found.append(Fact(PLACES[result.fate], result.place))
        if result.ticket is None:
            found.append(Fact("family.home.check", "no", kind="again"))
        else:
            found.append(Fact("family.home.ticket", result.ticket, True))
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
