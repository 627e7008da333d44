"""Where a case stands, folded from so little of each event that millions of them are read in minutes. Pure.

What moves a case stands in fold.py; here only what is counted and listed is kept, nothing of a person is, and tests
hold this fold against that one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict

from contracts.case.allocation import BECOMES, PLACED, BuyBack
from contracts.case.case import Case
from contracts.case.states import AT_REST, RESUMED, State
from contracts.local_time import SHANGHAI

S = State
DETERMINED = {"eligible": S.VERIFYING, "ineligible": S.INELIGIBLE_PROPOSED, "review": S.REVIEW}
MOVES = {
    "ApplicationSupplemented": S.SUBMITTED,
    "ApplicationRefused": S.REFUSED,
    "ApplicationWithdrawn": S.WITHDRAWN,
    "PoolConfirmed": S.POOL_CONFIRMED,
}
"""Events that move a case and say nothing else that is kept."""
READ = frozenset(
    [
        *("SupplementRequested", "ApplicationAccepted", "ReverificationOpened", "DeterminationMade"),
        *("DeterminationConfirmed", "PublicityOpened", "ObjectionRaised", "ObjectionDecided"),
    ]
)
"""Events of which something more is kept."""
LATER_MOVES = {kind.__name__: state for kind, state in BECOMES.items()}
LATER_READ = {
    "DepositAsked": "pay_by",
    "CalledToChoose": "slot_until",
    "ChoiceMissed": "heard_until",
    "ExitProposed": "heard_until",
}
"""Events after the pool that set a limit, and its field."""
LATER_KEPT = frozenset({"DrawResult", "ChoiceExcused", "ExitDropped"})
"""Events after the pool that move a case by what is known of it."""
BUY_BACK: dict[str, BuyBack] = {
    "BuyBackAsked": "asked",
    "BuyBackRefused": "refused",
    "BuyBackOffered": "offered",
    "BuyBackAccepted": "accepted",
    "BuyBackPaid": "paid",
}
TWO_YEARS = frozenset({S.HOME_CHOSEN, S.CONTRACT_SIGNED})
"""Where the two years for contract and price run (Art. 31(1))."""
UNDER_WAY = frozenset({"asked", "offered", "accepted"})
"""Steps of a buy-back at which somebody is waited for."""
PUT_OFF = frozenset({"DepartmentDeferred", "DeferredByClerk"})
ABOUT_A_QUESTION = frozenset({"DepartmentAnswered", "AnsweredByHand", "DepartmentOverdue"}) | PUT_OFF
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Standing:
    """One case: its state and since when; in a round of questions, who has not answered, and who is overdue."""

    state: State
    since: datetime
    """When it came into its state; a determination moves it, too."""
    project: str = ""
    round: int = 0
    asked_at: datetime | None = None
    answer_by: datetime | None = None
    waiting: tuple[str, ...] = ()
    overdue: frozenset[str] = NOBODY
    promised: dict[str, datetime] = field(default_factory=dict)
    """By department, for when it put its answer off."""
    objections: frozenset[int] = frozenset()
    """In time and not decided."""
    determined: bool = False
    """Whether this round has its determination."""
    hand_in_by: date | None = None
    closes_at: datetime | None = None
    provisional: bool = False
    """Whether `closes_at` rests on holidays that nobody has announced."""
    resumes: State | None = None
    """Where it goes on, if it was asked about again after the pool."""
    placed: State | None = None
    """Drawn or substitute, as the draw had it."""
    before_exit: State | None = None
    contract_by: datetime | None = None
    """The end of the two years for contract and price, once a home is chosen."""
    buy_back: BuyBack | None = None
    until: datetime | None = None
    """After the pool: until when the next step is to be done."""

    @property
    def has_left_with_keys(self) -> bool:
        """It counts as having left, and the home is not taken back yet."""
        return self.state is S.EXITED and self.before_exit is S.HANDED_OVER

    @property
    def at_rest(self) -> bool:
        """Whether nobody is waited for."""
        return self.state in AT_REST and not self.has_left_with_keys and self.buy_back not in UNDER_WAY


def follow(case: Standing | None, kind: str, tail: Sequence[str], body: bytes, at: datetime) -> Standing | None:
    """The case after one more event, of which `tail` is the subject from the kind on; the same one if it moves none.

    Raises ValueError, LookupError or TypeError for what cannot be read.
    """
    if kind == "ApplicationSubmitted":
        return Standing(S.SUBMITTED, at, project=str(json.loads(body)["form"]["project"]))
    if case is None:
        return None
    if kind in ABOUT_A_QUESTION:
        asked = int(tail[2]) == case.round and tail[1] in case.waiting
        return _about_a_question(case, kind, tail[1], body) if asked else case
    if kind in BUY_BACK:
        case = _with(case, buy_back=BUY_BACK[kind])
    if kind in LATER_MOVES or kind in LATER_KEPT:
        return _later(case, kind, json.loads(body), at)
    if kind in MOVES:
        return _asked_no_more(case, MOVES[kind], at)
    return _read(case, kind, json.loads(body), at) if kind in READ else case


def standing_of(case: Case, since: datetime) -> Standing:
    """The same from a whole case, which has a state."""
    assert case.state is not None
    asking = case.waiting_for
    return Standing(
        case.state,
        since,
        project=case.form.project if case.form else "",
        round=case.round,
        asked_at=case.asked_at,
        answer_by=case.answer_by,
        waiting=asking,
        overdue=frozenset(name for name in asking if (name, case.round) in case.overdue),
        promised={name: case.deferred[name, case.round] for name in asking if (name, case.round) in case.deferred},
        objections=frozenset(one.n for one in case.objections if one.in_time and not one.decided),
        determined=case.determination is not None,
        hand_in_by=case.supplements[-1].hand_in_by if case.supplements else None,
        closes_at=case.publicity.closes_at if case.publicity else None,
        provisional=case.publicity.provisional if case.publicity else False,
        resumes=case.resumes,
        **_since_the_pool(case),
    )


class SincePool(TypedDict):
    """What is kept of a case after the pool."""

    placed: State | None
    before_exit: State | None
    contract_by: datetime | None
    buy_back: BuyBack | None
    until: datetime | None


def _since_the_pool(case: Case) -> SincePool:
    known = case.allocation
    return SincePool(
        placed=PLACED[known.result.fate] if known.result else None,
        before_exit=known.before_exit,
        contract_by=end_of(known.choice.contract_by) if known.choice else None,
        buy_back=known.buy_back,
        until=_until(case),
    )


def _until(case: Case) -> datetime | None:
    known = case.allocation
    match case.state:
        case S.DEPOSIT_ASKED if known.asked:
            return end_of(known.asked.pay_by)
        case S.CALLED_TO_CHOOSE if known.call:
            return known.call.slot_until
        case S.CHOICE_MISSED if known.missed:
            return end_of(known.missed.heard_until)
        case S.HOME_CHOSEN | S.CONTRACT_SIGNED if known.choice:
            return end_of(known.choice.contract_by)
        case S.EXIT_PROPOSED if known.exit:
            return end_of(known.exit.heard_until)
    return None


def _with(case: Standing, **changed: Any) -> Standing:
    """As `dataclasses.replace`, which asks for each of twenty fields and takes ten times as long, at every event."""
    new = object.__new__(Standing)
    vars(new).update(vars(case), **changed)
    return new


def end_of(day: date) -> datetime:
    """The end of a day here."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def _later(case: Standing, kind: str, said: Mapping[str, Any], at: datetime) -> Standing:
    """After the pool."""
    if kind == "DrawResult":
        case = _with(case, placed=PLACED[said["fate"]])
    if kind == "DepositAsked":
        # Another project begins: what was drawn and chosen before is over.
        case = _with(case, placed=None, contract_by=None)
    if kind == "HomeChosen":
        case = _with(case, contract_by=end_of(date.fromisoformat(said["contract_by"])))
    state = {"DrawResult": case.placed, "ChoiceExcused": case.placed, "ExitDropped": case.before_exit}.get(kind)
    before = {"ExitProposed": case.state, "ExitDropped": None}.get(kind, case.before_exit)
    moved = _with(_in_state(case, state or LATER_MOVES.get(kind, case.state), at), before_exit=before)
    return _with(moved, until=_limit(said[LATER_READ[kind]])) if kind in LATER_READ else moved


def _limit(text: str) -> datetime:
    return datetime.fromisoformat(text) if "T" in text else end_of(date.fromisoformat(text))


def _in_state(case: Standing, state: State, at: datetime) -> Standing:
    if case.state is state:
        return case
    return _with(case, state=state, since=at, until=case.contract_by if state in TWO_YEARS else None)


def _asked_no_more(case: Standing, state: State, at: datetime) -> Standing:
    """In its new state no department is waited for."""
    return _with(_in_state(case, state, at), waiting=(), overdue=NOBODY, promised={})


def _about_a_question(case: Standing, kind: str, department: str, body: bytes) -> Standing:
    if kind == "DepartmentOverdue":
        return _with(case, overdue=case.overdue | {department})
    if kind in PUT_OFF:
        promised = datetime.fromisoformat(json.loads(body)["promised_at"])
        return _with(case, promised={**case.promised, department: promised})
    kept = {name: at for name, at in case.promised.items() if name != department}
    waiting = tuple(name for name in case.waiting if name != department)
    return _with(case, waiting=waiting, overdue=case.overdue - {department}, promised=kept)


def _read(case: Standing, kind: str, said: Mapping[str, Any], at: datetime) -> Standing:
    match kind:
        case "SupplementRequested":
            hand_in_by = date.fromisoformat(said["hand_in_by"])
            return _with(_in_state(case, S.SUPPLEMENT_WANTED, at), hand_in_by=hand_in_by)
        case "ApplicationAccepted" | "ReverificationOpened":
            return _asked(case, said, at)
        case "DeterminationMade":
            resumed = case.resumes if said["outcome"] == "eligible" else None
            state = resumed or DETERMINED[said["outcome"]]
            return _with(_asked_no_more(case, state, at), since=at, determined=True)
        case "DeterminationConfirmed":
            ineligible = said["outcome"] == "ineligible"
            return _asked_no_more(case, S.INELIGIBLE if ineligible else case.resumes or S.VERIFYING, at)
        case "PublicityOpened":
            shown = _in_state(case, S.OBJECTED if case.state is S.OBJECTED else S.IN_PUBLICITY, at)
            closes_at = datetime.fromisoformat(said["closes_at"])
            return _with(shown, closes_at=closes_at, provisional=bool(said["provisional"]))
        case "ObjectionRaised":
            if not said["in_time"] or case.state not in (S.IN_PUBLICITY, S.OBJECTED):
                return case
            return _with(_in_state(case, S.OBJECTED, at), objections=case.objections | {said["n"]})
    objections = case.objections - {said["n"]}
    state = S.DISQUALIFIED if said["upheld"] else S.OBJECTED if objections else S.IN_PUBLICITY
    return _with(_in_state(case, state, at), objections=objections)


def _asked(case: Standing, said: Mapping[str, Any], at: datetime) -> Standing:
    """A round of questions begins."""
    resumes = case.state if case.state in RESUMED else case.resumes
    if case.state is S.INELIGIBLE:
        resumes = S.POOL_CONFIRMED if case.resumes else None
    return _with(
        _in_state(case, S.VERIFYING, at),
        resumes=resumes,
        round=said["round"],
        asked_at=at,
        answer_by=datetime.fromisoformat(said["answer_by"]),
        waiting=tuple(said["asked"]),
        overdue=NOBODY,
        promised={},
        determined=False,
    )
