"""The life of an application after the pool in plain words: one sentence an event."""

from typing import assert_never

from contracts import events
from contracts.events import Later, OnceHoused
from contracts.events.after_care import AfterCare
from contracts.events.allocation import Fate

FATES: dict[Fate, str] = {"drawn": "drawn", "substitute": "a substitute", "not_drawn": "not drawn"}
MISSING = {"balance": "the balance is due", "rental": "the rental home is not left"}


def sentence_after_pool(event: Later) -> str:
    match event:
        case events.DepositAsked():
            return f"the deposit of {event.amount} yuan is asked for project {event.project}, by {event.pay_by}"
        case events.DepositLapsed():
            return "the deposit was not paid before the list was frozen: not in this draw, still in the pool"
        case events.DepositPaid():
            return f"the deposit of {event.amount} yuan was paid on {event.paid_on}"
        case events.PaymentKept():
            return f"a payment of {event.amount} yuan is kept and not used: {event.why}"
        case events.DepositSettled():
            return f"deposit: {event.amount} yuan {event.how.replace('_', ' ')} ({event.why})"
        case events.EnteredInDraw():
            late = f", admitted after its result ({event.admitted})" if event.admitted else ""
            return f"in draw {event.serial} of {event.project} under {event.number}, pool {event.pool}{late}"
        case events.DrawResult():
            drawn = f"ticket {event.ticket[:12]}" if event.ticket else "by the notary's software, cannot be made again"
            return f"{FATES[event.fate]}, place {event.place} of its list; {drawn}"
        case events.DrawScheduled():
            return f"draw {event.serial} of {event.project} is held at {event.place}, {event.held_at.isoformat()}"
        case events.DrawVoided():
            return f"draw {event.serial} of {event.project} is void ({event.reason}); the deposit stays for the next"
        case events.CalledToChoose():
            return f"called to choose; {event.homes_left} homes are left" + _because(event.reason)
        case events.SlotNear():
            return "told again of its slot"
        case events.HomeChosen():
            return f"home {event.home} chosen for {event.price} yuan; contract by {event.contract_by}"
        case events.ChoiceDeclined():
            return f"took no home, back in the pool ({event.reason})"
        case events.ReturnedToPool():
            return f"back in the pool, confirmed as before: {event.why}"
        case events.ChoiceMissed():
            took_none = f"came and took no home ({event.reason})" if event.reason else "did not come to choose"
            return f"{took_none}; heard until {event.heard_until}"
        case events.ChoiceExcused():
            return f"{event.by} heard the family and cancels nothing ({event.reason})"
        case events.QualificationCancelled():
            return f"{event.by} cancelled the qualification, with a ban until {event.ban_until} ({event.reason})"
        case events.StruckFromDraw():
            return f"{event.by} struck it from the draw ({event.reason})"
        case events.ContractSigned():
            return f"contract {event.number} for {event.home} signed; of {event.price} yuan {event.balance} are due"
        case events.PriceSettled():
            return f"the balance of {event.amount} yuan was paid"
        case events.PriceGivenBack():
            kept = f", {event.kept} of the deposit are kept" if event.kept else ""
            return f"{event.amount} yuan go back: {event.why} before the keys{kept}"
        case events.RentalShown():
            left = "is left" if event.left else "is not left"
            return f"{event.by} shows under {event.document} of {event.dated}: the rental home {left}"
        case events.HandOverRefused():
            return "no keys yet: " + ", ".join(MISSING[one] for one in event.missing)
        case events.HandedOver():
            return f"home {event.home} was handed over"
        case events.LimitNear():
            return f"{event.days} days are left until the two years end on {event.ends}"
        case AfterCare():
            return _once_housed(event)
    assert_never(event)


def _once_housed(event: OnceHoused) -> str:
    match event:
        case events.ExitProposed():
            return f"exit proposed under Art. {event.ground}; heard until {event.heard_until} ({event.reason})"
        case events.ExitDropped():
            return f"{event.by} heard the family and drops the exit ({event.reason})"
        case events.ExitConfirmed():
            return f"{event.by} confirmed the exit under Art. {event.ground} ({event.reason})"
        case events.BuyBackAsked():
            return f"the owner asks to have {event.home} bought back"
        case events.BuyBackConditionShown():
            met = "met" if event.met else "not met"
            return f"{event.by} shows under {event.document}: {event.condition.replace('_', ' ')} {met}"
        case events.BuyBackRefused():
            return f"not bought back: {', '.join(event.unmet).replace('_', ' ')}" + _because(event.reason)
        case events.BuyBackOffered():
            return f"{event.price} yuan are offered for the home"
        case events.BuyBackAccepted():
            return "the owner takes the offer"
        case events.BuyBackPaid():
            return f"{event.amount} yuan were paid, and the home is back in stock"
        case events.EnforcementHandedOver():
            return f"handed to the court under {event.file_number}"
        case events.OwnersChanged():
            return f"the owners of {event.home} changed by {event.cause}, under {event.document}"
    assert_never(event)


def _because(reason: str | None) -> str:
    return f" ({reason})" if reason else ""
