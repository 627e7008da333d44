"""A2: whoever is admitted after the result was left out, confirmed and paid before the freeze, and has its place."""

from typing import Any

import pytest

from contracts import events as of
from contracts.draws.events import EntrantAdmitted, EntrantsFrozen
from tests.evidence.allocated import Break, Log, audited, change, where, without


def admitted_late() -> list[Any]:
    """Six families in the pool with their deposits, five in the list, the sixth admitted after the result."""
    log = Log(homes=3)
    log.announce()
    families = [log.family(n) for n in range(6)]
    fates = log.draw(families[:5])
    assert log.drawn is not None
    log.admit(families[5], log.drawn)
    for family in families:
        if fates.get(family) == "not_drawn" or log.cases[family].state == "pool_confirmed":
            log.settle(family, "given_back", "not drawn")
    return log.events


def the_deposit_comes_after_the_freeze(history: list[Any]) -> None:
    """The list was right: the family had not paid."""
    frozen = next(where(history, EntrantsFrozen))
    late = history.pop(list(where(history, of.DepositPaid))[-1])
    history.insert(frozen, late)
    admission = next(where(history, EntrantAdmitted))
    history[admission] = history[admission].model_copy(update={"paid": frozen + 1})


def a_listed_family_is_admitted_too(history: list[Any]) -> None:
    at, entry = next(where(history, EntrantAdmitted)), history[next(where(history, of.EnteredInDraw))]
    one = history[at].entrant.model_copy(update={"application": entry.application, "number": entry.number})
    history[at] = history[at].model_copy(update={"entrant": one})


def it_is_admitted_twice(history: list[Any]) -> None:
    at = next(where(history, EntrantAdmitted))
    history.insert(at + 1, history[at].model_copy(update={"n": 2}))


def a_listed_family_says_it_was_left_out(history: list[Any]) -> None:
    change(of.EnteredInDraw, admitted="a friend")(history)


def test_whoever_was_left_out_wrongly_is_admitted_and_nobody_is_blamed() -> None:
    assert audited(admitted_late()) == []


BROKEN: tuple[tuple[Break, str], ...] = (
    (without(EntrantAdmitted), "A2 entered in draw P-1.1, and the frozen list has no such line"),
    (change(EntrantAdmitted, place=4), "A2 admitted to draw P-1.1, and its ticket gives"),
    (change(EntrantAdmitted, ticket="0" * 64), "A2 admitted to draw P-1.1, and its ticket gives"),
    (change(EntrantAdmitted, confirmed=1), "A2 admitted to draw P-1.1, and it was confirmed or paid at another"),
    (change(EntrantAdmitted, serial="2"), "A2 EntrantAdmitted does not follow in a draw that is none"),
    (
        the_deposit_comes_after_the_freeze,
        "A2 admitted to draw P-1.1, and it was not confirmed, its deposit paid, before",
    ),
    (a_listed_family_is_admitted_too, "A2 admitted to draw P-1.1, and the family stands in the list"),
    (it_is_admitted_twice, "A2 admitted to draw P-1.1, a second time"),
    (a_listed_family_says_it_was_left_out, "A2 entered in draw P-1.1, and what it says of being left out is not so"),
    (change(of.EnteredInDraw, -1, admitted=None), "A2 entered in draw P-1.1, and what it says of being left out"),
    (change(of.DrawResult, -1, place=9), "A2 drawn at place 9"),
)


@pytest.mark.parametrize(("broken", "named"), BROKEN, ids=[f"{n}-{what[3:50]}" for n, (_, what) in enumerate(BROKEN)])
def test_nobody_else_is_admitted(broken: Break, named: str) -> None:
    history = admitted_late()
    broken(history)
    found = audited(history)
    assert any(named in violation for violation in found), found
