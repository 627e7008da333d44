"""Where replies come, from the first question on; who waits there hears that the connection was lost."""

from collections.abc import Awaitable, Callable

from nats.aio.client import Client
from nats.aio.msg import Msg

from inquiry.attachments.lost_connections import Lost, tell_no_more, tell_when_lost

MOST_UNREAD = 32 * 1024 * 1024
"""Bytes of replies that may wait to be read; a department that floods us loses what is beyond."""


class ReplyInbox:
    """One of a department's; `reply` and `lost` never raise, or the others would not hear."""

    def __init__(self, nc: Client, reply: Callable[[Msg], Awaitable[None]], lost: Lost) -> None:
        self._nc = nc
        self._inbox = nc.new_inbox()
        self._reply = reply
        self._lost = lost
        self._listens = False

    async def place(self, token: str) -> str:
        """The subject for a reply, whose last word is the token."""
        if not self._listens:
            self._listens = True
            try:
                await self._nc.subscribe(f"{self._inbox}.*", cb=self._reply, pending_bytes_limit=MOST_UNREAD)
            except Exception:
                self._listens = False  # or no question would ever have its reply
                raise
            tell_when_lost(self._nc, self._lost)
        return f"{self._inbox}.{token}"

    def close(self) -> None:
        tell_no_more(self._nc, self._lost)
