"""Whoever had not paid when the list was frozen, and whoever waits where nobody is called any more: back in the pool.

A draw that is void undoes its freeze. Pure.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from allocation.decide.choosing import send_back
from allocation.decide.deposits import WORD, ask
from allocation.decide.order import is_over
from contracts.case.case import Case
from contracts.case.fold import allows
from contracts.case.states import State
from contracts.draws.draw import Stage
from contracts.events import DepositLapsed, Event, ReturnedToPool
from contracts.projects.project import SaleProject
from procedures.policy import InForce
from procedures.working_days import Calendar

WAITS_TO_BE_CALLED = frozenset({State.DRAWN, State.SUBSTITUTE})


def lapse(case: Case, now: datetime, project: str) -> tuple[Event, ...]:
    """Not in this draw, and still in the pool (Art. 26(4)). Nothing for whoever paid, or is asked elsewhere."""
    if not _is_in(case, project) or not allows(case, DepositLapsed):
        return ()
    return (DepositLapsed(application=case.application, at=now, n=case.allocation.next(DepositLapsed)),)


def restore(case: Case, project: SaleProject, calendar: Calendar, law: InForce, now: datetime) -> tuple[Event, ...]:
    """Asked anew, as before the freeze, with a period of its own (ADR 0005). Nothing for whoever went on since."""
    if case.state is not State.POOL_CONFIRMED or not _is_in(case, project.name) or project.closed is not None:
        return ()
    if case.allocation.paid is not None:
        return ()
    asked = ask(case, project.says, calendar, law, now)
    return (asked,) if asked else ()


def no_list_stands(stages: Mapping[str, Stage]) -> bool:
    """Whether whoever pays now can still stand in the next list of this project."""
    return all(stage in (Stage.NONE, Stage.ANNOUNCED, Stage.VOID) for stage in stages.values())


def send_home(case: Case, now: datetime, project: str) -> tuple[Event, ...]:
    """The project gives out nothing more; with it ends the wait after a draw that was void.

    Nothing for whoever has a home, or is still heard.
    """
    if not _is_in(case, project):
        return ()
    if allows(case, ReturnedToPool):
        why: Literal["draw void", "project closed"] = "draw void" if case.allocation.voided else "project closed"
        n = case.allocation.next(ReturnedToPool)
        return (ReturnedToPool(application=case.application, at=now, n=n, why=why, by=WORD),)
    return lapse(case, now, project)


def came_too_late(case: Case, project: SaleProject, now: datetime) -> tuple[Event, ...]:
    """Back to the pool, if its place reaches it once nobody is called any more: choosing ended in between."""
    entry = case.allocation.entry
    if case.state not in WAITS_TO_BE_CALLED or entry is None or entry.project != project.name:
        return ()
    if not is_over(project, entry.serial):
        return ()
    if project.closed is not None:
        return send_home(case, now, project.name)
    event = send_back(case, now, WORD)
    return (event,) if event else ()


def _is_in(case: Case, project: str) -> bool:
    asked = case.allocation.asked
    return asked is not None and asked.project == project
