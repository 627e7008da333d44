"""A notice on its way to a family, and what a channel is: whatever delivers one, or says why not."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Outgoing:
    """One notice for one channel. Its repr shows no phone and no text: it may stand in a log."""

    notice_id: str
    application: str
    cause: str
    channel: str
    article: str
    at: datetime
    """When it happened, not when it is sent."""
    subject: str
    body: str = field(repr=False)
    short: str = field(repr=False)
    phone: str = field(repr=False)


class Channel(Protocol):
    """Takes one notice at a time; the same notice twice reaches the family once, if the channel can."""

    async def deliver(self, notice: Outgoing) -> None:
        """Returns when the notice is delivered. Raises ChannelRefused or ChannelUnavailable."""


class ChannelError(Exception):
    """A channel did not take a notice. The text is stored and logged: no phone, no name, no answer's body."""


class ChannelRefused(ChannelError):
    """This notice will never be taken: trying again is of no use."""


class ChannelUnavailable(ChannelError):
    """Not now: the other side is away, busy, or our own settings for it are wrong. Try again later."""
