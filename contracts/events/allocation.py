"""From the waiting pool to the keys: deposit, draw, choosing, contract, hand-over (Art. 15, 20, 25-27, 31-32)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from contracts.events.base import CaseEvent
from contracts.events.values import BanAnswer, Count, Officer, Reason, SubjectToken
from contracts.money import Yuan

Serial = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2}$", description="which draw of its project")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
BankReference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9./_-]{0,63}$")]
Pool = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
DrawNumber = Annotated[
    str,
    Field(
        pattern=r"^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]$",
        description="made for one draw, told to the family alone; like an application number, and never one",
    ),
]
Document = Annotated[str, Field(min_length=1, max_length=120, description="number and date of the paper")]
Home = Annotated[SubjectToken, Field(description="the code of a home, unique in the district")]
Fate = Literal["drawn", "substitute", "not_drawn"]


class AfterPool(CaseEvent):
    """Something that happened after a family was confirmed in the waiting pool."""


class DepositAsked(AfterPool):
    """The family is asked for its deposit, with what becomes of it in each case (Art. 26(4))."""

    tail = "deposit-asked.{n}"
    n: Count
    project: SubjectToken
    amount: Yuan
    pay_by: date


class DepositLapsed(AfterPool):
    """Not paid when the list was frozen: not in this draw, and still in the pool (Art. 26(4))."""

    tail = "deposit-lapsed.{n}"
    n: Count


class DepositPaid(AfterPool):
    """The amount that was asked came in, once, with the bank's reference (Art. 26(4))."""

    tail = "deposit-paid.{n}"
    n: Count
    pool: Pool = Field(description="the pool of homes that the family draws for, by its deposit form")
    group: Pool = Field(default="none", description="the group that homes of the pool are reserved for, or none")
    interest: bool = Field(default=False, description="whether its form declares a tie to a party of the draw")
    amount: Yuan
    reference: BankReference
    paid_on: date
    by: Officer


class PaymentKept(AfterPool):
    """A payment that is not the deposit: kept and shown, and never used without a person's word."""

    tail = "payment-kept.{n}"
    n: Count
    amount: Yuan
    reference: BankReference
    why: Literal["another amount", "nothing was asked", "paid before"]
    by: Officer


class DepositSettled(AfterPool):
    """What became of a deposit: given back, kept, or set off against the price."""

    tail = "deposit-settled.{n}"
    n: Count
    how: Literal["given_back", "kept", "set_off"]
    amount: Yuan
    why: Literal[
        "not drawn",
        "no home left",
        "declined",
        "cancelled",
        "withdrawn",
        "struck",
        "ineligible",
        "draw void",
        "exit",
        "contract",
    ]
    by: Officer


class EnteredInDraw(AfterPool):
    """The family stands in the frozen list of a draw, under a number made for this draw alone (Art. 26(5))."""

    tail = "entered-in-draw.{n}"
    n: Count
    project: SubjectToken
    serial: Serial
    number: DrawNumber
    pool: Pool
    group: Pool
    entrants: Sha256
    admitted: Reason | None = Field(
        default=None, description="why it came into the draw after the result, if the list had left it out wrongly"
    )


class DrawScheduled(AfterPool):
    """Whoever stands in the list is told when and where the draw is held, and by which rules (Art. 26(5))."""

    tail = "draw-scheduled.{n}"
    n: Count
    project: SubjectToken
    serial: Serial
    held_at: AwareDatetime
    place: Reason
    rules: Sha256 = Field(description="of the posted rules.json")
    checker: Sha256 = Field(description="of the program that was posted with them")


class DrawVoided(AfterPool):
    """The draw in whose list the family stands is void: it moved nobody, and the deposit stays for the next one."""

    tail = "draw-voided.{n}"
    n: Count
    project: SubjectToken
    serial: Serial
    reason: Reason


class DrawResult(AfterPool):
    """The family's place, as it follows from the published files (Art. 26(5))."""

    tail = "draw-result.{n}"
    n: Count
    fate: Fate
    place: int = Field(ge=1, description="in its own list, from 1")
    ticket: Sha256 | None = Field(
        default=None, description="none where the notary's own software drew: such a result cannot be made again"
    )
    seed: Sha256 | None = Field(default=None, description="of the draw, by which the ticket can be made again")


class CalledToChoose(AfterPool):
    """The family is called, with its slot; a substitute like the drawn (Art. 26(5), 32)."""

    tail = "called-to-choose.{n}"
    n: Count
    slot_from: AwareDatetime
    slot_until: AwareDatetime
    homes_left: int = Field(ge=0)
    reason: Reason | None = Field(default=None, description="why a substitute is called")
    by: Officer


class SlotNear(AfterPool):
    """The second notice of a call to choose, before the slot begins (Art. 26(5), 32)."""

    tail = "slot-near.{n}"
    n: Count
    slot_from: AwareDatetime
    slot_until: AwareDatetime


class HomeChosen(AfterPool):
    """The family chose a home: from this day the two years run (Art. 26(5), 31(1))."""

    tail = "home-chosen.{n}"
    n: Count
    home: Home
    price: Yuan
    contract_by: date = Field(description="the last day of the two years, for the contract and its price")
    by: Officer


class ChoiceDeclined(AfterPool):
    """The family came and took none: back to the pool, by policy without a ban."""

    tail = "choice-declined.{n}"
    n: Count
    reason: Reason
    by: Officer


class ReturnedToPool(AfterPool):
    """No home was left for it, or its project draws no more: in the pool, confirmed as before."""

    tail = "returned-to-pool.{n}"
    n: Count
    why: Literal["no home left", "draw void", "project closed"]
    by: Officer


class ChoiceMissed(AfterPool):
    """The family took no part; that its qualification is cancelled is proposed, and it is heard first (Art. 32)."""

    tail = "choice-missed.{n}"
    n: Count
    heard_until: date
    reason: Reason | None = Field(
        default=None, description="why it took none, where it came and the policy bans for it"
    )
    by: Officer


class ChoiceExcused(AfterPool):
    """An officer heard the family and cancels nothing: it is called again."""

    tail = "choice-excused.{n}"
    n: Count
    reason: Reason
    by: Officer


class QualificationCancelled(AfterPool):
    """The bureau's officer confirmed it, and the ban of a year (Art. 32, Civil Code 202)."""

    tail = "qualification-cancelled.{n}"
    n: Count
    reason: Reason
    ban_from: date
    ban_until: date = Field(description="the first day on which the family is free again")
    by: Officer


class StruckFromDraw(AfterPool):
    """An objection was upheld after the list was frozen: the entry is struck, those behind move up (Art. 26(4))."""

    tail = "struck-from-draw.{n}"
    n: Count
    reason: Reason
    by: Officer


class ContractSigned(AfterPool):
    """Signed at the approved price of the home, the deposit set off (Art. 26(6))."""

    tail = "contract-signed.{n}"
    n: Count
    number: SubjectToken
    home: Home
    price: Yuan
    approval: Count = Field(description="which approval of the project's price it follows")
    deposit: Yuan
    balance: Yuan
    by: Officer


class PriceSettled(AfterPool):
    """The balance of the price came in."""

    tail = "price-settled.{n}"
    n: Count
    amount: Yuan
    reference: BankReference
    by: Officer


class PriceGivenBack(AfterPool):
    """Left between contract and keys: what came in is settled, the deposit as the policy has it (Art. 24, 31)."""

    tail = "price-given-back.{n}"
    n: Count
    amount: Yuan = Field(description="what goes back to the family")
    kept: Yuan = Field(description="of the deposit, where the policy keeps it")
    why: Literal["withdrawn", "exit"]
    by: Officer


class RentalShown(AfterPool):
    """Whether the family left its rental home, by a paper of the bureau; the newest counts (Art. 20)."""

    tail = "rental-shown.{n}"
    n: Count
    left: bool
    document: Document
    dated: date = Field(description="the day of the paper, or of what the bureau's clerk said")
    by: Officer


class HandOverRefused(AfterPool):
    """The keys cannot be given yet, and what is missing (Art. 20)."""

    tail = "hand-over-refused.{n}"
    n: Count
    missing: tuple[Literal["balance", "rental"], ...]
    by: Officer


class HandedOver(AfterPool):
    """The family has its keys (Art. 26(6)); the home stays in closed management (Art. 27)."""

    tail = "handed-over.{n}"
    n: Count
    home: Home
    housing: BanAnswer | None = Field(
        default=None, description="what the bureau said of tenancies before it (Art. 20)"
    )
    by: Officer


class LimitNear(AfterPool):
    """The two years without a contract that is paid end soon (Art. 31(1))."""

    tail = "limit-near.{n}.{days}"
    n: Count
    days: Count
    ends: date
