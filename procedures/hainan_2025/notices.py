"""Which events the family is told about, under which article (regulation §6). Pure: one table and one id."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts import events
from contracts.case.case import Case, Recorded
from contracts.events import (
    EVENTS,
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationWithdrawn,
    DepartmentOverdue,
    DeterminationConfirmed,
    Event,
    HandedToOfficer,
    ObjectionDecided,
    ObjectionRaised,
    PoolConfirmed,
    PublicityOpened,
    SupplementRequested,
)
from contracts.numbers import base32

ID_CHARACTERS = 26


def always(case: Case, event: Event) -> bool:
    return True


def found_ineligible(case: Case, event: Event) -> bool:
    """An officer's word: what the machine proposes is told to nobody before a person confirmed it."""
    return isinstance(event, DeterminationConfirmed) and event.outcome == "ineligible"


def handed_over(case: Case, event: Event) -> bool:
    """Whom a silent department of this round has been told of already is not told a second time that it waits."""
    return isinstance(event, HandedToOfficer) and not _overdue_in(case, event.round)


def first_overdue(case: Case, event: Event) -> bool:
    """Of several silent departments of one round the first is told."""
    return isinstance(event, DepartmentOverdue) and len(_overdue_in(case, event.round)) == 1


def _overdue_in(case: Case, round: int) -> list[str]:
    return [department for department, of_round in case.overdue if of_round == round]


def upheld(case: Case, event: Event) -> bool:
    return isinstance(event, ObjectionDecided) and event.upheld


def dismissed(case: Case, event: Event) -> bool:
    return isinstance(event, ObjectionDecided) and not event.upheld


def given_back(case: Case, event: Event) -> bool:
    return isinstance(event, events.DepositSettled) and event.how == "given_back"


def kept(case: Case, event: Event) -> bool:
    """What is set off against the price stands in the notice of the contract."""
    return isinstance(event, events.DepositSettled) and event.how == "kept"


@dataclass(frozen=True)
class Notice:
    """One kind of notice: its template, the articles it cites, and whether this event wants it."""

    template: str
    articles: tuple[str, ...]
    wanted: Callable[[Case, Event], bool] = always

    @property
    def article(self) -> str:
        """The articles as the log keeps them: `26(3), 26(4)`."""
        return ", ".join(self.articles)


NOTICES: dict[type[Event], tuple[Notice, ...]] = {
    ApplicationAccepted: (Notice("accepted", ("23",)),),
    SupplementRequested: (Notice("supplement-wanted", ("23",)),),
    ApplicationRefused: (Notice("refused", ("23",)),),
    ApplicationWithdrawn: (Notice("withdrawn", ("24",)),),
    DepartmentOverdue: (Notice("department-overdue", ("26(2)",), first_overdue),),
    HandedToOfficer: (Notice("handed-to-officer", ("26(2)",), handed_over),),
    DeterminationConfirmed: (Notice("ineligible", ("26(3)",), found_ineligible),),
    PublicityOpened: (Notice("in-publicity", ("26(3)", "26(4)")),),
    ObjectionRaised: (Notice("objection-received", ("26(4)",)),),
    ObjectionDecided: (
        Notice("disqualified", ("26(4)",), upheld),
        Notice("objection-decided", ("26(4)",), dismissed),
    ),
    PoolConfirmed: (Notice("pool-confirmed", ("26(4)",)),),
    events.DepositAsked: (Notice("deposit-asked", ("26(4)",)),),
    events.DepositLapsed: (Notice("deposit-lapsed", ("26(4)",)),),
    events.DepositPaid: (Notice("deposit-paid", ("26(4)",)),),
    events.PaymentKept: (Notice("payment-kept", ("26(4)",)),),
    events.DepositSettled: (
        Notice("deposit-given-back", ("26(4)",), given_back),
        Notice("deposit-kept", ("26(4)",), kept),
    ),
    events.EnteredInDraw: (Notice("entered-in-draw", ("26(5)",)),),
    events.DrawScheduled: (Notice("draw-scheduled", ("26(5)",)),),
    events.DrawVoided: (Notice("draw-voided", ("26(5)",)),),
    events.DrawResult: (Notice("draw-result", ("26(5)",)),),
    events.CalledToChoose: (Notice("called-to-choose", ("26(5)", "32")),),
    events.SlotNear: (Notice("slot-near", ("26(5)", "32")),),
    events.HomeChosen: (Notice("home-chosen", ("26(5)", "26(6)", "31(1)")),),
    events.ChoiceDeclined: (Notice("choice-declined", ("26(5)",)),),
    events.ReturnedToPool: (Notice("returned-to-pool", ("26(5)",)),),
    events.ChoiceMissed: (Notice("choice-missed", ("32",)),),
    events.ChoiceExcused: (Notice("choice-excused", ("32",)),),
    events.QualificationCancelled: (Notice("cancelled", ("32",)),),
    events.StruckFromDraw: (Notice("struck-from-draw", ("26(4)",)),),
    events.ContractSigned: (Notice("contract-signed", ("26(6)",)),),
    events.PriceSettled: (Notice("price-settled", ("26(6)",)),),
    events.PriceGivenBack: (Notice("price-given-back", ("24", "31")),),
    events.HandOverRefused: (Notice("hand-over-refused", ("20", "26(6)")),),
    events.HandedOver: (Notice("handed-over", ("26(6)", "27")),),
    events.LimitNear: (Notice("limit-near", ("31(1)",)),),
    events.ExitProposed: (Notice("exit-proposed", ("31",)),),
    events.ExitDropped: (Notice("exit-dropped", ("31",)),),
    events.ExitConfirmed: (Notice("exit-confirmed", ("31",)),),
    events.BuyBackRefused: (Notice("buy-back-refused", ("28",)),),
    events.BuyBackOffered: (Notice("buy-back-offered", ("28",)),),
    events.BuyBackPaid: (Notice("buy-back-paid", ("28",)),),
    events.EnforcementHandedOver: (Notice("enforcement", ("28",)),),
    events.OwnersChanged: (Notice("owners-changed", ("29", "30")),),
}
"""Every notice there is, by the event that asks for it; of several the first wanted one is sent."""


def notice_for(notices: Mapping[type[Event], tuple[Notice, ...]], case: Case, event: Event) -> Notice | None:
    """The notice an event asks for, given the case as it stood after that event; None for most events."""
    return next((notice for notice in notices.get(type(event), ()) if notice.wanted(case, event)), None)


def up_to(history: tuple[Recorded, ...], event: Event) -> tuple[Recorded, ...]:
    """The history as it stood when this event was written: a notice told late still tells what was so then.

    Raises LookupError where the event is not in the history: a stale read, to be tried again.
    """
    subject = EVENTS.subject_of(event)
    sequence = next((known.sequence for known in history if EVENTS.subject_of(known.event) == subject), None)
    if sequence is None:
        raise LookupError(f"{type(event).__name__} is not in the history of {event.application} yet")
    return tuple(recorded for recorded in history if recorded.sequence <= sequence)


def entry_before(history: tuple[Recorded, ...], event: Event) -> PublicityOpened | None:
    """The publicity that this one replaces; None for the first and for every other event."""
    if not isinstance(event, PublicityOpened):
        return None
    earlier = [r.event for r in history if isinstance(r.event, PublicityOpened) and r.event.n < event.n]
    return max(earlier, key=lambda publicity: publicity.n, default=None)


def notice_id(application: str, cause: str, channel: str, key: bytes) -> str:
    """The id of one notice on one channel: 26 letters and digits, the same at every attempt, telling nothing.

    It goes into headers and file names. Another key gives other ids: notices under way would go out twice.
    """
    named = f"{application}.{cause}.{channel}".encode()
    return base32(hmac.digest(key, named, hashlib.sha256), ID_CHARACTERS)
