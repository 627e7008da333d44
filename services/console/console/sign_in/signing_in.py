"""One try to sign in: it waits, both factors are compared, and nothing says which of them was wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from chassis.clock import Clock
from chassis.telemetry.metrics import SIGN_IN_FAILURES
from console.sign_in.delays import Delays
from console.sign_in.passwords import Passwords
from console.sign_in.second_factor import Typed, hash_of, step_of
from console.sign_in.staff import Secrets, Staff
from console.who import SignedIn, is_account

FAILED, SLOWED = (SIGN_IN_FAILURES.labels("console", slowed) for slowed in ("no", "yes"))


@dataclass(frozen=True)
class Credentials:
    """What somebody typed."""

    account: str
    password: str = field(repr=False)
    code: str = field(repr=False)


NO_ACCOUNT = "no account"
"""Under this counts whatever cannot be an account: nothing is kept as it was typed, and no account has this name."""


@dataclass
class SigningIn:
    """The same for all: a stranger learns neither which accounts there are nor which factor was right."""

    staff: Staff
    clock: Clock
    passwords: Passwords = field(default_factory=Passwords)
    delays: Delays = field(default_factory=Delays)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def try_(self, typed: Credentials, address: str, browser: str | None = None) -> SignedIn | None:
        """Who it is; None if it is not. Raises TooMany. A known browser counts by itself, wherever it is."""
        known = f"{typed.account} at {browser}" if browser else typed.account
        account = known if is_account(typed.account) else NO_ACCOUNT
        address = browser or address
        with self.delays.place(address):
            waits = self.delays.wait(account, address, self.clock.now())
            await self.sleep(waits)
            kept = self.staff.secrets(typed.account)
            right = await self.passwords.fits(typed.password, kept.password if kept else None)
            # Whatever the file says now: while this try waited, the account may have been removed.
            kept = self.staff.secrets(typed.account)
            if right and kept is not None and self._second(typed, kept):
                return self.staff.of(typed.account)
            self.delays.failed(account, address, self.clock.now())
            (SLOWED if waits else FAILED).inc()
            return None

    def _second(self, typed: Credentials, kept: Secrets) -> bool:
        account, code, now = typed.account, Typed.read(typed.code), self.clock.now()
        if not code.codes:
            return self.staff.use_recovery(account, hash_of(code.recovery))
        needed = 2 if self.delays.wants_two_codes(account, now) else 1
        step = step_of(code.codes, kept.totp, self.clock.wall())
        if step is not None and len(code.codes) >= needed and self.staff.use_step(account, step):
            return True
        self.delays.guesses.failed(account, now)
        return False
