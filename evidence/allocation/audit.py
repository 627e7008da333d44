"""Reads projects, draws, homes, bans and cases in the order of the log, and says what does not hold (A1 to A8).

A1 a home is held by at most one family at a time · A2 whoever is drawn was in the frozen list, or left out wrongly and
admitted by its ticket, and the result follows from the published files · A3 no contract without an approved price, and
at that price · A4 every deposit is set off, given back, kept or still held, to the cent, and every bank reference
stands once · A5 no ban except from a cancelled qualification, each with its end, and nobody banned is accepted while
it binds · A6 no keys with a balance due, or while a rental home may still be kept (G20) · A7 a draw that was void
moved nobody · A8 nobody was cancelled or has left without an officer's word, and the time to be heard was over.
"""

from collections.abc import Iterator, Mapping

from chassis.log.stored import Stored, read_record
from contracts.bans import BAN_EVENTS
from contracts.case.case import Case, Recorded
from contracts.draws import DRAW_EVENTS
from contracts.homes import HOME_EVENTS
from contracts.projects import PROJECT_EVENTS
from evidence.allocation.bans import BanList
from evidence.allocation.draws import Draws
from evidence.allocation.heard import unheard
from evidence.allocation.homes import Homes
from evidence.allocation.keys import keys_too_early
from evidence.allocation.payments import Payments
from evidence.allocation.prices import Prices

BESIDE = ("project.", "draw.", "home.", "ban.")
"""How the subjects begin that stand beside the cases and are read here."""


class AllocationAudit:
    """Takes what stands beside the cases, and each event of a case with the case before it."""

    def __init__(self) -> None:
        self._prices, self._draws, self._homes = Prices(), Draws(), Homes()
        self._payments, self._bans = Payments(), BanList()

    def beside(self, stored: Stored, cases: Mapping[str, Case]) -> list[str]:
        """One event of a project, a draw, a home or a ban. Raises Unreadable."""
        kind, name = stored.subject.split(".")[:2]
        return [f"{kind} {name} at sequence {stored.sequence}: {what}" for what in self._taken(kind, stored, cases)]

    def _taken(self, kind: str, stored: Stored, cases: Mapping[str, Case]) -> Iterator[str]:
        if kind == "project":
            return self._prices.take(read_record(PROJECT_EVENTS, stored))
        if kind == "draw":
            return self._draws.take(read_record(DRAW_EVENTS, stored))
        if kind == "home":
            return self._homes.take(read_record(HOME_EVENTS, stored))
        return self._bans.take(read_record(BAN_EVENTS, stored), cases)

    def of_case(self, case: Case, item: Recorded) -> Iterator[str]:
        """What an event breaks; `case` is the case before it."""
        event = item.event
        yield from self._homes.of_case(case, event)
        yield from self._draws.of_case(case, item)
        yield from self._prices.of_case(event, self._homes.project_of)
        yield from self._payments.of_case(case, event)
        yield from self._bans.of_case(event)
        yield from keys_too_early(case, event)
        yield from unheard(case, event)

    def at_rest(self, case: Case) -> Iterator[str]:
        """What can be said only of a case that does not move now."""
        yield from self._homes.at_rest(case)
        yield from self._payments.at_rest(case)
        yield from self._bans.at_rest(case)
