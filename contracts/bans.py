"""Bans of a year (Art. 32), imposed by our own decision: events under a keyed hash of the person, and who is bound.

A ban binds while since <= today < until: `until` is the first free day. It ends by the calendar, without an event.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from contracts.case.case import Recorded
from contracts.events.registry import Registry
from contracts.events.values import Count, Officer, OwnBan, Reason
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from contracts.people import IdNumber

BannedPerson = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$", description="a keyed hash; leads back to nobody")]


class BanImposed(Frozen):
    """An officer of the bureau cancelled a qualification; the person may not apply until the day on which it ends."""

    tail: ClassVar[str] = "{n}"
    person: BannedPerson
    n: Count
    at: AwareDatetime
    application: ApplicationNumber
    article: str = "32"
    since: date
    until: date
    reason: Reason
    by: Officer


QUERY = "housing.ban.query.v1"
"""Where the housing bureau asks, on the bus, which bans of our own record bind."""


class BansAsked(Frozen):
    """The housing bureau, which keeps the list of bans, asks whom our own decisions ban today (Art. 32)."""

    id_numbers: tuple[IdNumber, ...] = Field(min_length=1, max_length=64)


BAN_EVENTS: Registry[BanImposed] = Registry("ban.{person}", (BanImposed,))


@dataclass(frozen=True)
class Bans:
    """All bans of one person, oldest first."""

    person: str
    imposed: tuple[BanImposed, ...] = ()

    def binding(self, today: date) -> BanImposed | None:
        """The ban that binds on this day, the longest of several."""
        bound = [ban for ban in self.imposed if ban.since <= today < ban.until]
        return max(bound, key=lambda ban: ban.until, default=None)

    def says(self, today: date) -> OwnBan | None:
        """The same as the event that opens a round keeps it: nobody stands in it."""
        ban = self.binding(today)
        return OwnBan(article=ban.article, since=ban.since, until=ban.until) if ban else None


def evolve(bans: Bans, recorded: Recorded[BanImposed]) -> Bans:
    return replace(bans, imposed=(*bans.imposed, recorded.event))


def person_under(key: bytes, id_number: str) -> str:
    """Where the bans of a person stand; only who has the key finds them."""
    return hmac.digest(key, f"ban|{id_number.upper()}".encode(), hashlib.sha256).hex()[:40]
