"""Who stands in the list of a draw: the deposit for the project paid, and nothing since. Reads the log."""

from allocation.ceremony.at_once import each
from allocation.draw.draw_number import draw_number
from chassis.log.history import History
from contracts.case.case import Case
from contracts.case.states import State
from contracts.draws.events import Entrant
from contracts.events import EVENTS, DepositPaid

READY = frozenset({State.DEPOSIT_PAID, State.IN_DRAW})
"""Whoever stood in a draw that was void stands in the next one."""


def entrant_of(case: Case, project: str, key: bytes) -> Entrant | None:
    """The line of a case; None if it is not to be drawn."""
    known = case.allocation
    if case.state not in READY or known.asked is None or known.paid is None or known.asked.project != project:
        return None
    number = draw_number(case.application, project, key)
    paid = known.paid
    return Entrant(
        application=case.application, number=number, pool=paid.pool, group=paid.group, interest=paid.interest
    )


async def entrants_of(history: History, project: str, key: bytes) -> list[Entrant]:
    """Everybody who is to be drawn, as the log has it now."""
    paid = await history.under(EVENTS.subjects_of(DepositPaid))
    applications = dict.fromkeys(stored.subject.split(".")[1] for stored in paid)

    async def read(application: str) -> Entrant | None:
        return entrant_of(await history.load(application), project, key)

    return [entrant for entrant in await each(applications, read) if entrant is not None]
