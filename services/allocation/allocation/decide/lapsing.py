"""Whoever had not paid when the list was frozen, and whoever waits in a closed project: back in the pool. Pure."""

from datetime import datetime

from allocation.decide.deposits import WORD
from contracts.case.case import Case
from contracts.case.fold import allows
from contracts.events import DepositLapsed, Event, ReturnedToPool


def lapse(case: Case, now: datetime, project: str) -> tuple[Event, ...]:
    """Not in this draw, and still in the pool (Art. 26(4)). Nothing for whoever paid, or is asked elsewhere."""
    if not _is_in(case, project) or not allows(case, DepositLapsed):
        return ()
    return (DepositLapsed(application=case.application, at=now, n=case.allocation.next(DepositLapsed)),)


def send_home(case: Case, now: datetime, project: str) -> tuple[Event, ...]:
    """The project gives out nothing more. Nothing for whoever has a home, or is still heard."""
    if not _is_in(case, project):
        return ()
    if allows(case, ReturnedToPool):
        n = case.allocation.next(ReturnedToPool)
        return (ReturnedToPool(application=case.application, at=now, n=n, why="project closed", by=WORD),)
    return lapse(case, now, project)


def _is_in(case: Case, project: str) -> bool:
    asked = case.allocation.asked
    return asked is not None and asked.project == project
