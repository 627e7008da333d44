"""A draw that is void moves nobody: the deposit is held for the next serial, and settled when no more is drawn."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from allocation.ceremony.opening import declare_void
from allocation.ceremony.results import entered, voided
from allocation.decide.contracts import give_back_price
from allocation.decide.deposits import settle
from allocation.decide.lapsing import lapse, no_list_stands, restore, send_home

from contracts.case.case import Case
from contracts.case.states import State
from contracts.draws.draw import Draw, Stage
from contracts.draws.events import Entrant
from contracts.events import DepositAsked, DrawScheduled, ExitConfirmed, ExitProposed
from procedures.hainan_2025.policy import POLICY
from procedures.policy import InForce, Parameter
from procedures.working_days import Calendar
from tests.allocation.ceremonies import act, at
from tests.allocation.ceremonies import after as then
from tests.allocation.families import DRAW_NUMBER, DRAWN, NOW, after, in_the_pool, of_a_case
from tests.allocation.test_contracts_decide import paid, signed
from tests.allocation.test_projects_decide import approved

HELD = Decimal("20000.00")


def law(name: str, how: str) -> InForce:
    changed = Parameter(name, "internal limit", ((date(2025, 4, 1), how),))
    return replace(POLICY, parameters={**POLICY.parameters, name: changed}).on(NOW.date())


def in_a_draw() -> tuple[Case, Draw]:
    """A family in the frozen list of a draw that is void afterwards."""
    pool = in_the_pool("HN-2026-01")
    (asked, says), paid_in = DRAWN[:2]
    case = after(pool, *of_a_case(pool.application, (asked, {**says, "project": "HN-2026-01"}), paid_in))
    entrant = Entrant(application=case.application, number=DRAW_NUMBER, pool="A-60", group="none")
    draw = at("committed", [entrant])
    case = after(case, *entered(case, NOW, draw, entrant))
    void = declare_void(draw, act("notary 1"), "before the envelopes", "the hall has no power", None)
    return case, then(draw, void)


def test_whoever_is_in_the_list_is_told_when_and_where_and_by_which_rules() -> None:
    case, draw = in_a_draw()
    entrant = draw.entrants[0]
    pool = replace(case, state=State.DEPOSIT_PAID, allocation=replace(case.allocation, entry=None))
    _, told = entered(pool, NOW, draw, entrant)
    assert draw.announced is not None
    assert isinstance(told, DrawScheduled)
    assert (told.held_at, told.place, told.checker) == (draw.announced.held_at, "the hall", draw.announced.checker)


def test_a_family_is_told_once_that_its_draw_is_void_and_stands_where_it_stood() -> None:
    case, draw = in_a_draw()
    told = after(case, *voided(case, NOW, draw))
    assert told.allocation.voided is not None
    assert (told.state, told.allocation.deposit) == (State.IN_DRAW, HELD)
    assert voided(told, NOW, draw) == ()
    assert settle(told, POLICY.on(NOW.date()), NOW) == ()


@pytest.mark.parametrize("how", ["given_back", "kept"])
def test_its_deposit_is_settled_by_the_policy_once_its_project_draws_no_more(how: str) -> None:
    case, draw = in_a_draw()
    told = after(case, *voided(case, NOW, draw))
    home = after(told, *send_home(told, NOW, "HN-2026-01"))
    [settled] = settle(home, law("deposit_draw_void", how), NOW)
    assert (home.state, settled.why, settled.how, settled.amount) == (State.POOL_CONFIRMED, "draw void", how, HELD)


@pytest.mark.parametrize(("how", "kept"), [("given_back", Decimal(0)), ("kept", HELD)])
@pytest.mark.parametrize("all_paid", [True, False])
def test_whoever_leaves_between_contract_and_keys_is_given_back_what_came_in(
    how: str, kept: Decimal, all_paid: bool
) -> None:
    case, _ = signed()
    contract = case.allocation.contract
    assert contract is not None
    if all_paid:
        case = paid(case, contract.balance)
    exit = {"n": 1, "ground": "31(5)", "reason": "moves away", "by": "officer"}
    steps = ((ExitProposed, {**exit, "heard_until": "2026-12-10"}), (ExitConfirmed, exit))
    case = after(case, *of_a_case(case.application, *steps))
    [given] = give_back_price(case, law("deposit_exit", how), NOW)
    assert given.amount + given.kept == contract.deposit + (contract.balance if all_paid else 0)
    assert given.kept == kept
    assert give_back_price(after(case, given), POLICY.on(NOW.date()), NOW) == ()


def test_whoever_had_not_paid_at_a_freeze_that_became_void_is_asked_anew_with_a_whole_period() -> None:
    law, calendar, later = POLICY.on(NOW.date()), Calendar.load(None), NOW + timedelta(days=20)
    pool = in_the_pool("P-1")
    lapsed = after(pool, *of_a_case(pool.application, DRAWN[0]))
    lapsed = after(lapsed, *lapse(lapsed, NOW, "P-1"))
    [asked] = restore(lapsed, approved(), calendar, law, later)
    assert isinstance(asked, DepositAsked)
    assert (asked.n, asked.amount, asked.pay_by > later.date()) == (2, HELD, True)
    again = after(lapsed, asked)
    assert again.state is State.DEPOSIT_ASKED
    assert restore(again, approved(), calendar, law, later) == ()
    closed = replace(approved(), closed=object())  # type: ignore[arg-type]
    assert restore(lapsed, closed, calendar, law, later) == ()
    assert restore(lapsed, replace(approved(), name="P-2"), calendar, law, later) == ()


@pytest.mark.parametrize("stage", Stage)
def test_it_is_asked_only_where_it_can_still_stand_in_the_next_list(stage: Stage) -> None:
    stages = {"1": Stage.VOID, "2": stage}
    assert no_list_stands(stages) == (stage in {Stage.NONE, Stage.ANNOUNCED, Stage.VOID})
