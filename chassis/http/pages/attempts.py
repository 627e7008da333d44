"""Wrong secrets, counted by the address they came from: a few a minute, then it is slowed. Pure: time is passed in.

Only failures count, and only for an address, never for an account or a number: else a stranger who tries often enough
would lock its owner out.
"""

import ipaddress
import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.requests import Request

ONE_SUBSCRIBER = 64
"""Bits of an IPv6 address that one connection is given: the rest is free to choose."""


@dataclass
class Attempts:
    """The failures of the last while. Of too many addresses, the one that failed longest ago is forgotten."""

    most: int = 5
    within: timedelta = timedelta(minutes=1)
    addresses: int = 10_000
    _failures: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)

    def wait(self, address: str, now: datetime) -> int:
        """Seconds until a failure from this address is answered as usual again; 0 if it is now."""
        failures = self._failures.get(address)
        if failures is None or len(failures) < self.most:
            return 0
        return max(0, math.ceil((failures[0] + self.within - now).total_seconds()))

    def failed(self, address: str, now: datetime) -> None:
        """One more. While the address is slowed nothing is added: the wait that was said is the wait there is."""
        if self.wait(address, now):
            return
        self._failures.setdefault(address, deque(maxlen=self.most)).append(now)
        self._failures.move_to_end(address)
        if len(self._failures) > self.addresses:
            self._failures.popitem(last=False)

    def undo(self, address: str) -> None:
        """The newest one does not count after all."""
        if failures := self._failures.get(address):
            failures.pop()


def address_of(request: Request) -> str:
    """Whom a failure counts for. Behind a proxy that is not trusted by name (`LIANSHEN_TRUSTED_PROXIES`) that is the
    proxy, so a right secret must pass all the same.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, ONE_SUBSCRIBER), strict=False))
