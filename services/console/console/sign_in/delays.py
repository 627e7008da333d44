"""How long a try to sign in waits before it is looked at. Pure: time is passed in.

Nothing here refuses a person over what others tried: the wait grows with the failures of an account and of an address,
and never beyond `longest`. What it cannot bound are guesses at codes by somebody who knows the password, from many
places at once: after some of them two codes in a row are asked for, which nobody guesses (RFC 4226, 7.4).
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass
class Recent:
    """Failures by a name, of the last while. Of too many names, the one that failed longest ago is forgotten.

    Names are kept as they come, so whoever calls keeps them short.
    """

    within: timedelta
    most: int
    names: int = 10_000
    _failures: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)

    def count(self, name: str, now: datetime) -> int:
        return sum(1 for at in self._failures.get(name, ()) if now - at < self.within)

    def failed(self, name: str, now: datetime) -> None:
        self._failures.setdefault(name, deque(maxlen=self.most)).append(now)
        self._failures.move_to_end(name)
        self._forget(now)

    def _forget(self, now: datetime) -> None:
        """What is over, and the oldest of too many: the one that failed longest ago comes first."""
        while self._failures:
            name, failures = next(iter(self._failures.items()))
            if now - failures[-1] < self.within and len(self._failures) <= self.names:
                return
            del self._failures[name]


class TooMany(Exception):
    """So many tries of one address wait already that another one would only cost memory."""


@dataclass
class Delays:
    """The waits of one console. Success takes nothing back: a stranger could sign in as himself in between."""

    free: int = 3
    longest: float = 8.0
    at_once: int = 20
    accounts: Recent = field(default_factory=lambda: Recent(timedelta(minutes=15), 8))
    addresses: Recent = field(default_factory=lambda: Recent(timedelta(minutes=15), 8))
    guesses: Recent = field(default_factory=lambda: Recent(timedelta(days=1), 10))
    """Wrong codes behind the right password."""
    _waiting: dict[str, int] = field(default_factory=dict)

    def wait(self, account: str, address: str, now: datetime) -> float:
        """Seconds: nothing after a few failures, then 1, 2, 4, 8."""
        most = max(self.accounts.count(account, now), self.addresses.count(address, now))
        return 0.0 if most < self.free else min(self.longest, 2.0 ** (most - self.free))

    def failed(self, account: str, address: str, now: datetime) -> None:
        self.accounts.failed(account, now)
        self.addresses.failed(address, now)

    def wants_two_codes(self, account: str, now: datetime) -> bool:
        return self.guesses.count(account, now) >= self.guesses.most

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """For as long as a try waits and is looked at. Raises TooMany, which only the same address can cause."""
        taken = self._waiting.get(address, 0)
        if taken >= self.at_once:
            raise TooMany
        self._waiting[address] = taken + 1
        try:
            yield
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]
