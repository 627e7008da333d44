"""One message on a subject of its own, outside of any batch of the journal: stored now, or there before."""

import json
from collections.abc import Mapping

import nats.errors
from nats.aio.client import Client

from chassis.errors import Unavailable
from chassis.log.group_commit import EXPECTED, WRONG_LAST_SEQUENCE

NONE: Mapping[str, str] = {}


async def write_once(
    nc: Client, stream: str, subject: str, body: bytes, within: float, headers: Mapping[str, str] = NONE
) -> None:
    """Returns once a message of this subject is on the disk: this one, or the one before. Raises Unavailable."""
    if not nc.is_connected:
        # A request would be kept until the bus is back, and its caller as long.
        raise Unavailable("the bus is away")
    expecting = {**headers, EXPECTED: "0", "Nats-Expected-Stream": stream}
    try:
        reply = json.loads((await nc.request(subject, body, timeout=within, headers=expecting)).data)
    except (nats.errors.Error, TimeoutError, OSError, ValueError) as silence:
        raise Unavailable(f"the bus gave no answer ({type(silence).__name__})") from None
    error = reply.get("error")
    if error is not None and error.get("err_code") != WRONG_LAST_SEQUENCE:
        raise Unavailable(f"the bus refused: {error.get('description', 'no reason')}")
