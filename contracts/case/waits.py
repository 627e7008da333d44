"""Whom a case waits for, for what, and until when; and what happens next by itself. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from contracts.case.standing import Standing
from contracts.case.states import State
from contracts.describe import instant
from contracts.local_time import SHANGHAI

OFFICER, FAMILY, CALENDAR, OPERATIONS, LIANSHEN = "officer", "family", "calendar", "operations", "lianshen"
UNIT = "project-unit"
WHO_ELSE = (OFFICER, FAMILY, CALENDAR, OPERATIONS, LIANSHEN, UNIT)
"""Whom a case may wait for beside a department, which stands under its own name."""
RESTS_WITHIN = timedelta(minutes=2)
"""A step of ours that takes longer is overdue (faults, I8)."""
CLOSES_WITHIN = timedelta(minutes=10)
"""An entry closes so soon after its due instant, whatever the grace is set to."""


class Turn(StrEnum):
    """What is to be done by whoever a case waits for; texts of pages go by it."""

    INTAKE = "intake_decides"
    SUPPLEMENT = "hands_in"
    OPENS = "entry_opens"
    DETERMINES = "determines"
    ANSWERS = "answers"
    PROMISED = "answers_later"
    BY_HAND = "may_answer_by_hand"
    REVIEWS = "reviews"
    CONFIRMS = "confirms"
    OBJECTION = "decides_objection"
    CLOSES = "list_closes"
    MENDS = "mends_history"
    PAYS_DEPOSIT = "pays_deposit"
    FREEZES = "freezes_list"
    DRAWS = "holds_draw"
    CALLS = "calls_to_choose"
    CHOOSES = "chooses"
    HEARS_MISSED = "decides_missed_choice"
    SIGNS = "signs_contract"
    PAYS_PRICE = "pays_price"
    HANDS_OVER = "hands_over"
    HEARS_EXIT = "decides_exit"
    TAKES_BACK = "takes_home_back"
    CHECKS_HOME = "checks_home"
    TAKES_OFFER = "takes_offer"
    PAYS_BACK = "pays_buy_back"


@dataclass(frozen=True)
class Wait:
    """One whom a case waits for. `by` is None if nothing sets a limit."""

    whom: str
    what: str
    by: datetime | None = None
    overdue: bool = False
    turn: Turn | None = field(default=None, compare=False)


AFTER_POOL_WAITS: dict[State, tuple[str, str, Turn]] = {
    State.DEPOSIT_ASKED: (FAMILY, "pays the deposit", Turn.PAYS_DEPOSIT),
    State.DEPOSIT_PAID: (UNIT, "freezes the list of the draw", Turn.FREEZES),
    State.IN_DRAW: (UNIT, "holds the draw", Turn.DRAWS),
    State.DRAWN: (UNIT, "calls it to choose", Turn.CALLS),
    State.SUBSTITUTE: (UNIT, "calls it if a home is left", Turn.CALLS),
    State.CALLED_TO_CHOOSE: (FAMILY, "chooses a home", Turn.CHOOSES),
    State.CHOICE_MISSED: (OFFICER, "hears it, and cancels or excuses", Turn.HEARS_MISSED),
    State.HOME_CHOSEN: (UNIT, "signs the contract", Turn.SIGNS),
    State.CONTRACT_SIGNED: (FAMILY, "pays the balance of the price", Turn.PAYS_PRICE),
    State.PRICE_SETTLED: (UNIT, "hands over the keys", Turn.HANDS_OVER),
    State.EXIT_PROPOSED: (OFFICER, "hears it, and confirms or drops the exit", Turn.HEARS_EXIT),
}
"""Whom a case waits for after the pool, and for what."""
BUY_BACK_WAITS: dict[str | None, tuple[str, str, Turn]] = {
    "asked": (UNIT, "checks the conditions of the buy-back", Turn.CHECKS_HOME),
    "offered": (FAMILY, "takes the offer for the home, or not", Turn.TAKES_OFFER),
    "accepted": (UNIT, "pays the price of the buy-back", Turn.PAYS_BACK),
}
"""Whom a buy-back waits for, by the step it has come to."""


def waits_of(case: Standing, now: datetime) -> tuple[Wait, ...]:
    """All whom a case waits for; empty when it is at rest."""
    return tuple(_waits(case, now))


def _waits(case: Standing, now: datetime) -> Iterator[Wait]:
    match case.state:
        case State.SUBMITTED:
            yield _ours("intake decides about it", case, now, Turn.INTAKE)
        case State.SUPPLEMENT_WANTED if case.hand_in_by is not None:
            ends = datetime.combine(case.hand_in_by + timedelta(days=1), time(), SHANGHAI)
            yield Wait(FAMILY, "hands in what is missing", ends, now >= ends, Turn.SUPPLEMENT)
        case State.VERIFYING:
            yield from _verifying(case, now)
        case State.REVIEW:
            yield Wait(OFFICER, "reviews it: `lianshen confirm` or `reverify`", turn=Turn.REVIEWS)
        case State.INELIGIBLE_PROPOSED:
            what = "confirms that it is ineligible, or not: `lianshen confirm` or `reverify`"
            yield Wait(OFFICER, what, turn=Turn.CONFIRMS)
        case State.OBJECTED:
            open_ones = ", ".join(map(str, sorted(case.objections)))
            yield Wait(OFFICER, f"decides objection {open_ones}: `lianshen decide-objection`", turn=Turn.OBJECTION)
        case State.IN_PUBLICITY if case.closes_at is not None:
            late = now > case.closes_at + CLOSES_WITHIN
            yield Wait(CALENDAR, "the public list closes", case.closes_at, late, Turn.CLOSES)
        case State.HANDED_OVER | State.EXITED if case.buy_back in BUY_BACK_WAITS:
            whom, what, turn = BUY_BACK_WAITS[case.buy_back]
            yield Wait(whom, what, turn=turn)
        case State.EXITED if case.has_left_with_keys:
            yield Wait(UNIT, "takes the home back, or hands it to the court", turn=Turn.TAKES_BACK)
        case state if state in AFTER_POOL_WAITS:
            yield _after_pool(case, now)


def _after_pool(case: Standing, now: datetime) -> Wait:
    whom, what, turn = AFTER_POOL_WAITS[case.state]
    # Before its limit a family may still be heard: then an officer is not late.
    return Wait(whom, what, case.until, case.until is not None and now > case.until, turn)


def _verifying(case: Standing, now: datetime) -> Iterator[Wait]:
    if case.determined:
        yield _ours("publicity opens its entry", case, now, Turn.OPENS)
    elif not case.waiting:
        yield _ours("determination decides", case, now, Turn.DETERMINES)
    for name in case.waiting:
        yield _answers(name, case, now)
        if name in case.overdue:
            yield Wait(OFFICER, f"may answer for {name}: `lianshen answer`", turn=Turn.BY_HAND)


def _answers(name: str, case: Standing, now: datetime) -> Wait:
    overdue = name in case.overdue or (case.answer_by is not None and now >= case.answer_by)
    promised = case.promised.get(name)
    if promised and promised != case.answer_by:
        return Wait(name, f"answers, as promised for {instant(promised)[:16]}", case.answer_by, overdue, Turn.PROMISED)
    return Wait(name, "answers", case.answer_by, overdue, Turn.ANSWERS)


def _ours(what: str, case: Standing, now: datetime, turn: Turn) -> Wait:
    return Wait(LIANSHEN, what, overdue=now - case.since > RESTS_WITHIN, turn=turn)


class Next(StrEnum):
    """What happens next by itself, if nobody does anything."""

    INTAKE = "intake_decides"
    DETERMINES = "determines"
    OPENS = "entry_opens"
    ASKED_AGAIN = "asked_again"
    OVERDUE = "becomes_overdue"
    ASKED_ON = "asked_on_and_on"
    CLOSES = "list_closes"


def next_by_itself(case: Standing, now: datetime) -> tuple[Next, datetime | None] | None:
    """The next step that needs nobody, and when: None for at once. Nothing at all if only a person can go on."""
    match case.state:
        case State.SUBMITTED:
            return Next.INTAKE, None
        case State.IN_PUBLICITY:
            return Next.CLOSES, case.closes_at
        case State.VERIFYING if case.determined:
            return Next.OPENS, None
        case State.VERIFYING if not case.waiting:
            return Next.DETERMINES, None
        case State.VERIFYING:
            return _next_of_questions(case, now)
    return None


def _next_of_questions(case: Standing, now: datetime) -> tuple[Next, datetime | None]:
    due = [(at, Next.ASKED_AGAIN) for at in case.promised.values() if at > now]
    if case.answer_by is not None and case.answer_by > now:
        due.append((case.answer_by, Next.OVERDUE))
    if not due:
        return Next.ASKED_ON, None
    at, what = min(due)
    return what, at
