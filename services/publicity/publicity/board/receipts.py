"""What became of each form: sent twice it counts once, and whoever sent it can look at the answer again."""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

MOST = 10_000


@dataclass(frozen=True)
class Receipt:
    """The answer to one objection."""

    application: str
    n: int
    in_time: bool
    identity: bool | None
    """Whether it is kept who objected; None where nobody said so."""


def form_key() -> str:
    """Of one form as it was shown."""
    return secrets.token_urlsafe(16)


def receipt_id(key: str, *typed: str) -> str:
    """Of one form as it was sent: with another text it is another objection. Says nothing of either."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (key, *typed):
        digest.update(f"{len(part)}:{part}".encode())
    return digest.hexdigest()


class Receipts:
    """In memory: after a restart a form that is sent again counts again, and its page is gone."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._of: OrderedDict[str, asyncio.Future[Receipt]] = OrderedDict()

    async def once(self, id: str, do: Callable[[], Awaitable[Receipt]]) -> Receipt:
        """Does it, or waits for whoever does it already; what failed may be tried again."""
        done = self._of.get(id)
        if done is None:
            done = self._of[id] = asyncio.ensure_future(do())
            done.add_done_callback(lambda future: self._forget_failed(id, future))
            if len(self._of) > self._most:
                self._of.popitem(last=False)
        # Whoever hangs up must not take back what is on its way.
        return await asyncio.shield(done)

    def knows(self, id: str) -> bool:
        """Whether this form was taken, or is being taken."""
        return id in self._of

    def of(self, id: str) -> Receipt | None:
        done = self._of.get(id)
        if done is None or not done.done() or done.cancelled() or done.exception():
            return None
        return done.result()

    def _forget_failed(self, id: str, future: "asyncio.Future[Receipt]") -> None:
        if (future.cancelled() or future.exception()) and self._of.get(id) is future:
            del self._of[id]
