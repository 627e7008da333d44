"""Whatever families, project unit, bureau, draw and calendar do: no history reaches what the law does not know."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import events
from contracts.case.case import Case, Recorded
from contracts.case.fold import allows, evolve, fold
from contracts.case.standing import Standing, follow, standing_of
from contracts.case.states import CLOSED, State
from contracts.case.waits import waits_of
from contracts.events import EVENTS, Event
from contracts.events.allocation import AfterPool
from procedures.corresponding_date import after_years
from tests.contracts import examples as before
from tests.contracts import examples_after_pool as after
from tests.contracts.test_case import IN_POOL

S = State
BACK = {S.POOL_CONFIRMED, S.HOME_CHOSEN}
OUT: dict[str, set[State]] = {"ApplicationWithdrawn": {S.WITHDRAWN}}
STRUCK: dict[str, set[State]] = {"StruckFromDraw": {S.DISQUALIFIED}}
RETURNED: dict[str, set[State]] = {"ReturnedToPool": {S.POOL_CONFIRMED}}
ASKED: dict[str, set[State]] = {"ReverificationOpened": {S.VERIFYING}}
LEAVES: dict[str, set[State]] = {"ExitProposed": {S.EXIT_PROPOSED}}
SETTLED_BACK: dict[str, set[State]] = {"BuyBackPaid": {S.BOUGHT_BACK}}
DECIDED: dict[str, set[State]] = {"DeterminationConfirmed": {*BACK, S.INELIGIBLE}}
MOVES: dict[State, dict[str, set[State]]] = {
    S.POOL_CONFIRMED: {"DepositAsked": {S.DEPOSIT_ASKED}, **ASKED, **STRUCK, **OUT},
    S.DEPOSIT_ASKED: {"DepositPaid": {S.DEPOSIT_PAID}, "DepositLapsed": {S.POOL_CONFIRMED}, **OUT},
    S.DEPOSIT_PAID: {"EnteredInDraw": {S.IN_DRAW}, **RETURNED, **OUT},
    S.IN_DRAW: {"DrawResult": {S.DRAWN, S.SUBSTITUTE, S.POOL_CONFIRMED}, **RETURNED, **STRUCK, **OUT},
    S.DRAWN: {"CalledToChoose": {S.CALLED_TO_CHOOSE}, **RETURNED, **STRUCK, **OUT},
    S.SUBSTITUTE: {"CalledToChoose": {S.CALLED_TO_CHOOSE}, **RETURNED, **STRUCK, **OUT},
    S.CALLED_TO_CHOOSE: {
        "HomeChosen": {S.HOME_CHOSEN},
        "ChoiceDeclined": {S.POOL_CONFIRMED},
        "ChoiceMissed": {S.CHOICE_MISSED},
        **RETURNED,
        **STRUCK,
        **OUT,
    },
    S.CHOICE_MISSED: {
        "ChoiceExcused": {S.DRAWN, S.SUBSTITUTE},
        "QualificationCancelled": {S.CANCELLED},
        **STRUCK,
        **OUT,
    },
    S.HOME_CHOSEN: {"ContractSigned": {S.CONTRACT_SIGNED}, **ASKED, **LEAVES, **STRUCK, **OUT},
    S.CONTRACT_SIGNED: {"PriceSettled": {S.PRICE_SETTLED}, **LEAVES, **OUT},
    S.PRICE_SETTLED: {"HandedOver": {S.HANDED_OVER}, **LEAVES, **OUT},
    S.HANDED_OVER: {**LEAVES, **SETTLED_BACK},
    S.EXIT_PROPOSED: {
        "ExitDropped": {S.HOME_CHOSEN, S.CONTRACT_SIGNED, S.PRICE_SETTLED, S.HANDED_OVER},
        "ExitConfirmed": {S.EXITED},
        **OUT,
    },
    S.EXITED: SETTLED_BACK,
    S.VERIFYING: {"DeterminationMade": {*BACK, S.REVIEW, S.INELIGIBLE_PROPOSED}, **OUT},
    S.REVIEW: {**DECIDED, **ASKED, **OUT},
    S.INELIGIBLE_PROPOSED: {**DECIDED, **ASKED, **OUT},
    S.INELIGIBLE: ASKED,
    S.CANCELLED: {},
    S.DISQUALIFIED: {},
    S.WITHDRAWN: {},
    S.BOUGHT_BACK: {},
}
"""By hand, from the articles: which event takes a family from where to where. Every other event moves nobody."""

Act = Callable[[Case], Event]


def plain(example: Event, **fields: object) -> Act:
    """Done as in the example, as the next of its kind."""

    def act(case: Case) -> Event:
        numbered = {"n": case.allocation.next(type(example))} if isinstance(example, AfterPool) else {}
        return example.model_copy(update={**numbered, **fields})

    return act


def settles(case: Case) -> Event:
    return plain(after.DEPOSIT_SETTLED, amount=case.allocation.deposit)(case)


def asked_again(case: Case) -> Event:
    return plain(before.REVERIFIED, round=case.round + 1)(case)


def determined(outcome: str) -> Act:
    return lambda case: plain(before.DETERMINED, outcome=outcome, round=case.round)(case)


def confirmed(outcome: str) -> Act:
    return lambda case: plain(before.CONFIRMED, outcome=outcome, round=case.round)(case)


def answered(case: Case) -> Event:
    waiting = case.waiting_for or ("tax",)
    return plain(before.ANSWERED, department=waiting[0], round=case.round)(case)


def objected(case: Case) -> Event:
    return plain(before.OBJECTION, n=len(case.objections) + 1, in_time=False)(case)


ACTS: dict[str, tuple[Act, ...]] = {
    "family": tuple(map(plain, (before.WITHDRAWN, after.BUY_BACK_ASKED, after.BUY_BACK_ACCEPTED))),
    "anybody": (objected,),
    "departments": (answered,),
    "determination": (determined("eligible"), determined("review"), determined("ineligible")),
    "draw": tuple(
        map(plain, (after.ENTERED, after.SCHEDULED, after.VOIDED, after.RESULT, after.SUBSTITUTE, after.NOT_DRAWN))
    ),
    "calendar": tuple(
        map(plain, (after.DEPOSIT_ASKED, after.DEPOSIT_LAPSED, after.SLOT_NEAR, after.LIMIT_NEAR, after.PRICE_BACK))
    ),
    "bureau": (
        *map(plain, (after.EXCUSED, after.CANCELLED, after.STRUCK, after.EXIT_PROPOSED, after.EXIT_DROPPED)),
        *map(plain, (after.EXIT_CONFIRMED, after.TO_THE_COURT, after.OWNERS_CHANGED, after.CONDITION_SHOWN)),
        plain(after.RENTAL_SHOWN),
        *(asked_again, confirmed("eligible"), confirmed("ineligible")),
    ),
    "project unit": (
        *map(plain, (after.DEPOSIT_PAID, after.PAYMENT_KEPT, after.CALLED, after.CHOSEN, after.DECLINED)),
        *map(plain, (after.RETURNED, after.MISSED, after.SIGNED, after.SETTLED, after.NO_KEYS, after.KEYS)),
        *map(plain, (after.BUY_BACK_REFUSED, after.BUY_BACK_OFFERED, after.BUY_BACK_PAID)),
        settles,
    ),
    "publicity": tuple(map(plain, (before.OPENED, before.CLOSED, before.POOL_CONFIRMED))),
}
"""What each may try at any time."""
EVERY_ACT = tuple(act for acts in ACTS.values() for act in acts)


def in_pool() -> Case:
    history = [Recorded(n, event, "", event.at) for n, event in enumerate(IN_POOL, start=1)]
    return fold(history, before.NUMBER)


def small(case: Standing | None, event: Event) -> Standing:
    tail = EVENTS.subject_of(event).split(".")[2:]
    after_it = follow(case, type(event).__name__, tail, EVENTS.write(event), event.at)
    assert after_it is not None
    return after_it


def in_pool_by_the_small_fold() -> Standing:
    standing: Standing | None = None
    for event in IN_POOL:
        standing = small(standing, event)
    assert standing is not None
    return standing


def check(was: Case, case: Case, event: Event, standing: Standing) -> None:
    """What holds after every event."""
    assert was.state is not None
    assert case.state in MOVES
    assert case.state in MOVES[was.state].get(type(event).__name__, {was.state})
    assert standing == standing_of(case, standing.since)
    waits = waits_of(standing, event.at)
    assert standing.at_rest == (not waits)
    assert all(wait.turn is not None for wait in waits)
    assert case.allocation.deposit >= Decimal(0)
    if case.state is S.HANDED_OVER:
        known = case.allocation
        assert None not in (known.contract, known.settled, known.keys)
    if case.state is S.CANCELLED:
        ban = case.allocation.cancelled
        assert ban is not None
        assert ban.ban_until == after_years(ban.ban_from, 1)
    if case.allocation.buy_back in ("offered", "accepted", "paid"):
        assert case.allocation.offer is not None
    assert case.is_open or not case.holds_claims
    if isinstance(event, events.OwnersChanged):
        assert case.holds_claims == (case.is_open and event.cause != "divorce")
    if case.state is S.DISQUALIFIED:
        assert case.allocation.entry is not None
    if was.state in CLOSED - {S.INELIGIBLE, S.EXITED}:
        assert case.state is was.state


Life = list[tuple[Case, Event]]


def step(case: Case, standing: Standing, event: Event) -> tuple[Case, Standing]:
    """One event later, with everything checked."""
    after_it = evolve(case, Recorded(case.sequence + 1, event, "", event.at))
    standing = small(standing, event)
    check(case, after_it, event, standing)
    return after_it, standing


def walk(situation: str, picks: list[int]) -> Life:
    """From a situation on: of all that may happen, the one that was picked, again and again."""
    case, standing, life = in_pool(), in_pool_by_the_small_fold(), []
    for event in after.SINCE_POOL[situation][1]:
        case, standing = step(case, standing, event)
        life.append((case, event))
    for pick in picks:
        possible = [event for act in EVERY_ACT if allows(case, type(event := act(case)))]
        at = (case.updated_at or before.AT) + timedelta(hours=1)
        case, standing = step(case, standing, event := possible[pick % len(possible)].model_copy(update={"at": at}))
        life.append((case, event))
    return life


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    """From every situation a few, the same ones every time."""
    rng = random.Random(26)
    return [walk(name, [rng.randrange(10_000) for _ in range(10)]) for name in after.SINCE_POOL for _ in range(6)]


@given(st.sampled_from(sorted(after.SINCE_POOL)), st.lists(st.integers(0, 10_000), max_size=25))
def test_whatever_happens_a_family_stands_where_the_law_puts_it_and_rests_or_waits_for_somebody(
    situation: str, picks: list[int]
) -> None:
    walk(situation, picks)


def test_random_lives_come_to_every_state_and_through_every_event_after_the_pool(lives: list[Life]) -> None:
    assert {case.state for life in lives for case, _ in life} >= set(MOVES)
    happened = {type(event) for life in lives for _, event in life}
    assert {kind for kind in events.STORY if issubclass(kind, AfterPool)} <= happened


@pytest.mark.parametrize("state", MOVES)
def test_what_the_table_names_can_happen(state: State, lives: list[Life]) -> None:
    """No line of the table above is idle: each event of it may follow in some life that comes to that state."""
    cases = [case for life in lives for case, _ in life if case.state is state]
    kinds = {kind for kind in events.STORY for case in cases if allows(case, kind)}
    assert {kind.__name__ for kind in kinds} >= MOVES[state].keys()


def test_nobody_is_cancelled_or_counted_as_gone_without_being_heard_first() -> None:
    for state in State:
        stands = replace(in_pool(), state=state)
        assert allows(stands, events.QualificationCancelled) == (state is S.CHOICE_MISSED)
        assert allows(stands, events.ExitConfirmed) == (state is S.EXIT_PROPOSED)
