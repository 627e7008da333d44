"""One family at the kiosk: its draft, the key it is sent under, and what came of it. Left alone, it ends."""

import asyncio
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

    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """The Idempotency-Key: made here, once for each form, and shown to nobody but the page that sends it."""
    draft: Draft = field(default_factory=Draft)
    case: Case | None = None
    """What was taken in; from then on nothing typed is kept."""
    changed_after_sending: bool = False
    """Whether the form was changed after it had been taken in already, unknown to the family."""

    def taken(self, case: Case, changed_after_sending: bool = False) -> None:
        self.case, self.draft, self.changed_after_sending = case, Draft(), changed_after_sending


def visits(idle: timedelta, secure: bool) -> Sessions[Visit]:
    return Sessions(COOKIE, SessionLimits(idle=idle, longest=LONGEST), secure=secure)


async def forget_when_idle(open_ones: Sessions[Visit], clock: Clock) -> None:
    """Until cancelled: what was typed and left goes from memory, even if no browser ever asks again."""
    while True:
        await asyncio.sleep(SWEPT_EVERY)
        open_ones.sweep(clock.now())
