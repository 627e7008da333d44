"""Who is called next from a pool: the drawn in their order, then the substitutes in theirs (Art. 26(5)). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.case.case import Case, NotAllowed
from contracts.case.states import State
from contracts.draws.draw import Stage
from contracts.projects.project import SaleProject

S = State
AHEAD = frozenset({S.DRAWN, S.CALLED_TO_CHOOSE, S.CHOICE_MISSED})
"""Whoever stands here may still take a home, so that one is left for it."""

_LAST = "~"
"""Behind every ticket."""


@dataclass(frozen=True)
class InPool:
    """A case of one pool, and its place: the drawn first."""

    fate: str
    place: int
    case: Case
    late: str | None = None
    """Its ticket, if it was admitted after the result."""
    told_soon: bool = False
    """Admitted a moment ago: its case does not say so yet."""


TOLD_SOON = "a family was admitted and is being told; try again in a moment"


def by_place(place: int, late: str | None) -> tuple[int, str]:
    """Whoever was admitted after the result stands before whoever has its place in the list; of two, by the ticket."""
    return place, late or _LAST


def in_order(members: Iterable[InPool]) -> list[InPool]:
    """The drawn before the substitutes, each by its place."""
    named = (one for one in members if one.fate in ("drawn", "substitute"))
    return sorted(named, key=lambda one: (one.fate != "drawn", by_place(one.place, one.late)))


def is_over(project: SaleProject, serial: str) -> bool:
    """Whether nobody is called any more from this draw."""
    opened = project.choosing
    if project.closed is not None or opened is None:
        return project.closed is not None
    return int(opened.serial) > int(serial) or (opened.serial == serial and project.choosing_over)


def undecided(project: SaleProject, draws: Mapping[str, Stage]) -> str | None:
    """Why nothing new begins in a project: a draw is under way, or families of one have still to choose."""
    for serial, stage in sorted(draws.items(), key=lambda one: int(one[0])):
        if stage is Stage.PUBLISHED and not is_over(project, serial):
            return f"families of draw {project.name}.{serial} have still to choose: close choosing first"
        if stage not in (Stage.NONE, Stage.PUBLISHED, Stage.VOID):
            return f"draw {project.name}.{serial} is under way: one at a time"
    return None


def next_to_call(members: Iterable[InPool], free: int) -> InPool:
    """Raises NotAllowed where nobody is left, or no home would be left for those who were called before."""
    ordered = in_order(members)
    if any(one.told_soon for one in ordered):
        raise NotAllowed(TOLD_SOON)
    called_again = [one for one in ordered if one.case.state is S.DRAWN]
    if called_again:
        if not free:
            raise NotAllowed("no home is free: whoever has chosen keeps it")
        return called_again[0]
    ahead = sum(one.case.state in AHEAD for one in ordered)
    if ahead >= free:
        raise NotAllowed(f"{free} homes are free, and {ahead} families that were called before may still take one")
    waiting = [one for one in ordered if one.case.state is S.SUBSTITUTE]
    if not waiting:
        raise NotAllowed("no substitute is left in this pool")
    return waiting[0]


def keeps_choosing_open(members: Iterable[InPool], free: int) -> str | None:
    """Why choosing cannot be closed yet; None where it can."""
    for one in in_order(members):
        if one.told_soon:
            return TOLD_SOON
        if one.case.state is S.CHOICE_MISSED:
            return "a family that did not come is still heard"
        if one.case.state in AHEAD and free > 0:
            return "a drawn family has not chosen, and homes are free"
        if one.case.state is S.SUBSTITUTE and free > 0:
            return "a substitute waits, and homes are free: call it first"
    return None
