"""One family at the kiosk: its draft, the key it is sent under, and what came of it. Left alone, it ends."""

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from chassis.clock import Clock
from chassis.http.pages.sessions import SessionLimits, Sessions
from contracts.case.case import Case
from intake.kiosk.draft import Draft

COOKIE = "kiosk"
LONGEST = timedelta(hours=2)
SWEPT_EVERY = 5.0
"""Seconds: so much longer than the idle time may something typed stay in memory."""


@dataclass
class Visit:
    """From the first screen to the receipt."""

    key: str
    """The Idempotency-Key (`new_key`): made here, once for each form, shown to nobody but the page that sends it."""
    draft: Draft = field(default_factory=Draft)
    case: Case | None = None
    """What was taken in; from then on nothing typed is kept."""
    changed_after_sending: bool = False
    """Whether the form was changed after it had been taken in already, unknown to the family."""

    def taken(self, case: Case, changed_after_sending: bool = False) -> None:
        self.case, self.draft, self.changed_after_sending = case, Draft(), changed_after_sending


def new_key(secret: bytes) -> str:
    """Nobody guesses one, and no program chooses one that looks like it: a key opens a receipt again."""
    chosen = secrets.token_urlsafe(32)
    return f"{chosen}.{_tag(secret, chosen)}"


def is_key(secret: bytes, given: str) -> bool:
    """Whether it was made here."""
    chosen, _, tag = given.rpartition(".")
    return hmac.compare_digest(_tag(secret, chosen).encode(), tag.encode(errors="replace"))


def _tag(secret: bytes, chosen: str) -> str:
    return hmac.new(secret, b"kiosk:" + chosen.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]


def visits(idle: timedelta, secure: bool) -> Sessions[Visit]:
    return Sessions(COOKIE, SessionLimits(idle=idle, longest=LONGEST), secure=secure)


async def forget_when_idle(open_ones: Sessions[Visit], clock: Clock) -> None:
    """Until cancelled: what was typed and left goes from memory, even if no browser ever asks again."""
    while True:
        await asyncio.sleep(SWEPT_EVERY)
        open_ones.sweep(clock.now())
