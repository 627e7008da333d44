"""What an address may do a few times in a while before it is slowed: err in a secret, object. Pure.

Whoever calls says what counts; it counts only for an address, never for an account or a number: else a stranger who
tries often enough would lock its owner out.
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
    """The tries of the last while. Of too many addresses, the one that tried longest ago is forgotten."""

    most: int = 5
    within: timedelta = timedelta(minutes=1)
    addresses: int = 10_000
    _tries: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)

    def wait(self, address: str, now: datetime) -> int:
        """Seconds until a try from this address is answered as usual again; 0 if it is now."""
        tries = self._tries.get(address)
        if tries is None or len(tries) < self.most:
            return 0
        return max(0, math.ceil((tries[0] + self.within - now).total_seconds()))

    def count(self, address: str, now: datetime) -> None:
        """One more. While the address is slowed nothing is added: the wait that was said is the wait there is."""
        if self.wait(address, now):
            return
        self._tries.setdefault(address, deque(maxlen=self.most)).append(now)
        self._tries.move_to_end(address)
        if len(self._tries) > self.addresses:
            self._tries.popitem(last=False)

    def undo(self, address: str) -> None:
        """The newest one does not count after all."""
        if tries := self._tries.get(address):
            tries.pop()


def address_of(request: Request) -> str:
    """Whom a try counts for. Behind a proxy that is not trusted by name (`LIANSHEN_TRUSTED_PROXIES`) that is the
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
