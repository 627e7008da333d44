"""The seven working days on the public list, objections, and the waiting pool."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.application import Token
from contracts.events.base import CaseEvent
from contracts.events.values import Count, DerivationDay, Objection, Officer, PublicEntry, Reason


class PublicityOpened(CaseEvent):
    """The family stands on the public list for seven working days (Art. 26(3), 26(4))."""

    tail = "publicity-opened.{n}"
    n: Count
    why: Literal["eligible", "corrected", "calendar announced"] = "eligible"
    last_day: date
    closes_at: AwareDatetime
    provisional: bool
    derivation: tuple[DerivationDay, ...]
    entry: PublicEntry
    project: Token | None = Field(default=None, description="whose list it is on; older records do not say")
    reason: Reason | None = Field(default=None, description="why an officer had it shown anew")
    by: Officer | None = None
    drill: bool = Field(default=False, description="a rehearsal whose period is seconds, not working days")


class ObjectionRaised(CaseEvent):
    """Somebody objected to one entry; in time, it holds that entry until it is decided."""

    tail = "objection-raised.{n}"
    n: Count
    received_at: AwareDatetime
    in_time: bool
    text: Objection


class ObjectionDecided(CaseEvent):
    """The bureau decided an objection; upheld disqualifies, without a ban."""

    tail = "objection-decided.{n}"
    n: Count
    upheld: bool
    reason: Reason
    by: Officer


class ObjectorIdentified(CaseEvent):
    """The bureau head opened who raised an objection, with a reason; who it is stands nowhere in the log."""

    tail = "objector-identified.{n}.{opening}"
    n: Count
    opening: Count
    reason: Reason
    by: Officer


class PublicityClosed(CaseEvent):
    """The seven working days are over and nothing is open; the entry is taken down, this record stays."""

    tail = "publicity-closed.{n}"
    n: Count
    shown_from: AwareDatetime
    shown_until: AwareDatetime


class PoolConfirmed(CaseEvent):
    """The family is in the waiting pool (Art. 26(4)); the deposit may be asked."""

    tail = "pool-confirmed"
