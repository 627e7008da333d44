"""Who is called next from a pool: the drawn in their order, then the substitutes in theirs (Art. 26(5)). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.case.case import Case, NotAllowed
from contracts.case.states import State

S = State
AHEAD = frozenset({S.DRAWN, S.CALLED_TO_CHOOSE, S.CHOICE_MISSED})
"""Whoever stands here may still take a home, so that one is left for it."""


@dataclass(frozen=True)
class InPool:
    """A case of one pool, and its place: the drawn first."""

    fate: str
    place: int
    case: Case


def in_order(members: Iterable[InPool]) -> list[InPool]:
    """The drawn before the substitutes, each by its place."""
    named = (one for one in members if one.fate in ("drawn", "substitute"))
    return sorted(named, key=lambda one: (one.fate != "drawn", one.place))


def next_to_call(members: Iterable[InPool], free: int) -> InPool:
    """Raises NotAllowed where nobody is left, or no home would be left for those who were called before."""
    ordered = in_order(members)
    called_again = [one for one in ordered if one.case.state is S.DRAWN]
    if called_again:
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
        if one.case.state is S.CHOICE_MISSED:
            return "a family that did not come is still heard"
        if one.case.state in AHEAD and free > 0:
            return "a drawn family has not chosen, and homes are free"
    return None
