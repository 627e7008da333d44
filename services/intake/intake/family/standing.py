"""Where a case stands in plain words: whom it waits for, by when, and what its household can do. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from contracts import events
from contracts.case.case import Case, Recorded
from contracts.case.fold import allows
from contracts.case.standing import standing_of
from contracts.case.states import State
from contracts.case.waits import waits_of
from contracts.events import Event
from contracts.events.allocation import AfterPool
from intake.due_dates import answers_due, supplement_due
from intake.family import after_pool
from procedures.hainan_2025.phrasing import CalendarDay
from procedures.hainan_2025.titles import told_state
from procedures.policy import Policy
from procedures.working_days import Calendar

S = State


@dataclass(frozen=True)
class Wait:
    """Whom it waits for, and since when; of a department also until when, and what it promised."""

    text: str
    since: datetime | None
    department: str = ""
    overdue: bool = False
    promised: datetime | None = None


@dataclass(frozen=True)
class Promise:
    """A date that was told to the household: what happens by then, under which article, and how it was counted."""

    text: str
    due: date | datetime
    article: str
    derivation: tuple[CalendarDay, ...] = ()
    provisional: bool = False
    drill: bool = False

    @property
    def days(self) -> int:
        """Working days from the first to the last."""
        return sum(day.number is not None for day in self.derivation)

    def days_left(self, today: date) -> int:
        """Working days after today, the last one included."""
        return sum(day.number is not None and day.date > today for day in self.derivation)


@dataclass(frozen=True)
class Standing:
    """All of it, for one page."""

    state: State
    sentence: str
    waits: tuple[Wait, ...]
    promise: Promise | None
    is_open: bool
    can_supplement: bool
    can_withdraw: bool
    another_look: str | None
    """The text about how to ask the bureau to look again; None while there is nothing to look at again."""


SENTENCES = {
    S.SUBMITTED: "family.state.submitted",
    S.SUPPLEMENT_WANTED: "family.state.supplement_wanted",
    S.REFUSED: "family.state.refused",
    S.VERIFYING: "family.state.verifying",
    S.REVIEW: "family.state.review",
    S.INELIGIBLE: "family.state.ineligible",
    S.IN_PUBLICITY: "family.state.in_publicity",
    S.OBJECTED: "family.state.objected",
    S.POOL_CONFIRMED: "family.state.pool_confirmed",
    S.DISQUALIFIED: "family.state.disqualified",
    S.WITHDRAWN: "family.state.withdrawn",
    **after_pool.SENTENCES,
}
ANOTHER_LOOK = {
    S.REFUSED: "family.again.refused",
    S.INELIGIBLE: "family.again.ineligible",
    S.DISQUALIFIED: "family.again.disqualified",
    S.CANCELLED: "family.again.decided",
    S.EXITED: "family.again.decided",
}
"""No command of a family opens a case again: an officer does (`determination.reverify`), whoever asked for it."""


def standing(case: Case, history: tuple[Recorded, ...], calendar: Calendar, policy: Policy) -> Standing:
    """Of a case that somebody has heard of."""
    assert case.state is not None
    state = told_state(case.state)
    eligible = case.state is S.VERIFYING and case.determination is not None
    return Standing(
        state=state,
        sentence="family.state.eligible" if eligible else SENTENCES[state],
        waits=tuple(_waits(case, history)),
        promise=_promise(case, calendar, policy),
        is_open=case.is_open,
        can_supplement=case.state is S.SUPPLEMENT_WANTED,
        can_withdraw=allows(case, events.ApplicationWithdrawn),
        another_look=ANOTHER_LOOK.get(state),
    )


def _waits(case: Case, history: tuple[Recorded, ...]) -> Iterator[Wait]:
    match case.state:
        case S.SUPPLEMENT_WANTED:
            yield Wait("family.waits.you", _since(history, events.SupplementRequested))
        case S.VERIFYING:
            yield from (_department(case, name) for name in case.waiting_for)
        case S.REVIEW | S.INELIGIBLE_PROPOSED:
            yield Wait("family.waits.officer", _since(history, events.DeterminationMade))
        case S.IN_PUBLICITY:
            yield Wait("family.waits.period", case.opened_at)
        case S.OBJECTED:
            yield Wait("family.waits.bureau", _first_open_objection(case, history))
        case S.POOL_CONFIRMED:
            yield Wait("family.waits.project", _since(history, events.PoolConfirmed))
        case state if state in after_pool.SENTENCES and case.updated_at is not None:
            since = _since(history, AfterPool)
            for wait in waits_of(standing_of(case, case.updated_at), case.updated_at):
                if wait.turn is not None:
                    yield Wait(after_pool.WAITS[wait.turn], since)


def _department(case: Case, name: str) -> Wait:
    overdue = (name, case.round) in case.overdue
    return Wait("family.waits.department", case.asked_at, name, overdue, promised_of(case).get(name))


def promised_of(case: Case) -> dict[str, datetime]:
    """For when a department put its answer off; whoever named no day has until the limit, which is no promise."""
    return {name: at for (name, round), at in case.deferred.items() if round == case.round and at != case.answer_by}


def _since(history: tuple[Recorded, ...], kind: type[Event] | type[AfterPool]) -> datetime | None:
    return next((item.event.at for item in reversed(history) if isinstance(item.event, kind)), None)


def _first_open_objection(case: Case, history: tuple[Recorded, ...]) -> datetime | None:
    undecided = {objection.n for objection in case.objections if objection.in_time and not objection.decided}
    raised = (item.event for item in history if isinstance(item.event, events.ObjectionRaised))
    return min((event.received_at for event in raised if event.n in undecided), default=None)


def _promise(case: Case, calendar: Calendar, policy: Policy) -> Promise | None:
    """The date that stands now; a state without one has none in the measures either."""
    match case.state:
        case S.SUPPLEMENT_WANTED:
            due, by = supplement_due(case, calendar, policy), case.supplements[-1].hand_in_by
            provisional = calendar.kind(by).provisional
            days = due.derivation if due else ()
            return Promise("family.promise.supplement", by, "", days, provisional)
        case S.VERIFYING if case.determination is None and case.answer_by is not None:
            due = answers_due(case, calendar, policy)
            if due is None:
                return Promise("family.promise.answers", case.answer_by, "", drill=True)
            return Promise("family.promise.answers", case.answer_by, "", due.derivation, due.provisional)
        case S.IN_PUBLICITY | S.OBJECTED if case.publicity is not None:
            entry = case.publicity
            return Promise(
                "family.promise.publicity",
                entry.closes_at,
                "26(4)",
                entry.derivation,
                entry.provisional,
                entry.drill,
            )
    return _since_the_pool(case)


def _since_the_pool(case: Case) -> Promise | None:
    """The next limit between the deposit and the keys; whose days have no article is an internal limit."""
    known = case.allocation
    match case.state:
        case S.DEPOSIT_ASKED if known.asked:
            return Promise("family.promise.deposit", known.asked.pay_by, "")
        case S.CALLED_TO_CHOOSE if known.call:
            return Promise("family.promise.choose", known.call.slot_until, "26(5)")
        case S.CHOICE_MISSED if known.missed:
            return Promise("family.promise.heard", known.missed.heard_until, "")
        case S.HOME_CHOSEN | S.CONTRACT_SIGNED if known.choice:
            return Promise("family.promise.contract", known.choice.contract_by, "31(1)")
        case S.EXIT_PROPOSED if known.exit:
            return Promise("family.promise.heard", known.exit.heard_until, "")
    return None
