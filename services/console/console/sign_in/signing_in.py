"""One try to sign in: it waits, both factors are compared, and nothing says which of them was wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from chassis.clock import Clock
from chassis.telemetry.metrics import SIGN_IN_FAILURES
from console.sign_in.delays import Delays
from console.sign_in.keys.ceremonies import Assertion, counter_after, id_in
from console.sign_in.keys.store import SecurityKeys
from console.sign_in.passwords import Passwords
from console.sign_in.second_factor import Typed, hash_of, step_of
from console.sign_in.staff import Secrets, Staff
from console.who import SignedIn, is_account

FAILED, SLOWED = (SIGN_IN_FAILURES.labels("console", slowed) for slowed in ("no", "yes"))


@dataclass(frozen=True)
class Second:
    """Of the second factor: what was typed, or what a key signed in its place."""

    code: str = field(repr=False)
    key: Assertion | None = None


@dataclass(frozen=True)
class Credentials:
    """What somebody typed, and what their key signed."""

    account: str
    password: str = field(repr=False)
    second: Second


class Wrong(Exception):
    """What was shown is not right: it counts, and the next try waits longer."""


Found = TypeVar("Found")
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

    @property
    def keys(self) -> SecurityKeys:
        return SecurityKeys(self.staff)

    async def try_(self, typed: Credentials, address: str, browser: str | None = None) -> SignedIn:
        """Who it is. Raises Wrong and TooMany. A known browser counts by itself, wherever it is."""

        async def look() -> SignedIn:
            kept = self.staff.secrets(typed.account)
            right = await self.passwords.fits(typed.password, kept.password if kept else None)
            return self._known(typed.account, typed.second, right)

        return await self.slowly(_counted(typed.account, browser), browser or address, look)

    async def try_second(self, account: str, second: Second, address: str, browser: str | None = None) -> SignedIn:
        """The second factor alone, of somebody whose first one was shown elsewhere. Raises Wrong and TooMany."""

        async def look() -> SignedIn:
            return self._known(account, second, True)

        return await self.slowly(_counted(account, browser), browser or address, look)

    async def slowly(self, account: str, address: str, look: Callable[[], Awaitable[Found]]) -> Found:
        """What `look` finds, after the wait that failures have earned. If it raises Wrong, that is one more."""
        with self.delays.place(address):
            waits = self.delays.wait(account, address, self.clock.now())
            await self.sleep(waits)
            try:
                return await look()
            except Wrong:
                self.delays.failed(account, address, self.clock.now())
                (SLOWED if waits else FAILED).inc()
                raise

    def _known(self, account: str, second: Second, first_is_right: bool) -> SignedIn:
        """By what the file says now: while this try waited, the account may have been removed."""
        kept, who = self.staff.secrets(account), self.staff.of(account)
        if first_is_right and kept and who and self._fits(account, second, kept):
            return who
        raise Wrong

    def _fits(self, account: str, second: Second, kept: Secrets) -> bool:
        if second.key is not None:
            return self._signed(account, second.key)
        code, now = Typed.read(second.code), self.clock.now()
        if not code.codes:
            return self.staff.use_recovery(account, hash_of(code.recovery))
        needed = 2 if self.delays.wants_two_codes(account, now) else 1
        step = step_of(code.codes, kept.totp, self.clock.wall())
        if step is not None and len(code.codes) >= needed and self.staff.use_step(account, step):
            return True
        self.delays.guesses.failed(account, now)
        return False

    def _signed(self, account: str, assertion: Assertion) -> bool:
        key = self.keys.known(id_in(assertion))
        if key is None or key.account != account:
            return False
        counter = counter_after(assertion, key)
        return counter is not None and self.keys.counted(key.id, counter)


def _counted(account: str, browser: str | None) -> str:
    if not is_account(account):
        return NO_ACCOUNT
    return f"{account} at {browser}" if browser else account
