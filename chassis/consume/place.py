"""Where a delivered message stands, as the subject says on which it is acknowledged."""

from datetime import UTC, datetime
from typing import NamedTuple

from nats.aio.msg import Msg
from nats.errors import NotJSMessageError

PLAIN, WITH_DOMAIN = 9, 11
"""Words of such a subject; the second has two more in front, and may have one behind."""


class Place(NamedTuple):
    """Read once a message: nats-py's own reading makes two objects and a rounded time, and costs twice as much."""

    attempt: int
    """How often it was delivered, this time included."""
    sequence: int
    """In the stream."""
    delivery: int
    """The number of this delivery of the durable, which counts redeliveries too."""
    at: datetime
    """The server's time, cut to microseconds as a direct get's is."""


def place_of(message: Msg) -> Place:
    """Raises NotJSMessageError for what no stream delivered."""
    words = message.reply.split(".")
    if (len(words) != PLAIN and len(words) < WITH_DOMAIN) or words[:2] != ["$JS", "ACK"]:
        raise NotJSMessageError
    attempt, sequence, delivery, nanoseconds = words[4:8] if len(words) == PLAIN else words[6:10]
    seconds, rest = divmod(int(nanoseconds), 1_000_000_000)
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1000)
    return Place(int(attempt), int(sequence), int(delivery), at)
