"""Reads one record from the leader of its stream: a direct get may be answered by a replica that lags.

One that was away may be minutes behind, and says nothing of it.
"""

import base64
import json
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.errors import Unavailable
from chassis.log.stored import Stored, server_time

WITHIN = 5.0
NO_MESSAGE = 10037
"""The server's code for a sequence that the stream does not hold."""


async def read_from_leader(nc: Client, stream: str, sequence: int) -> Stored | None:
    """The record as a direct get returns it; None where the leader has none. Raises Unavailable."""
    try:
        request = json.dumps({"seq": sequence}).encode()
        reply = await nc.request(f"$JS.API.STREAM.MSG.GET.{stream}", request, timeout=WITHIN)
    except (TimeoutError, nats.errors.Error) as error:
        raise Unavailable("the bus did not answer a read in time") from error
    answer = json.loads(reply.data)
    if "error" in answer:
        if answer["error"].get("code") == 404 and answer["error"].get("err_code") == NO_MESSAGE:
            return None
        raise Unavailable(f"the bus cannot read the log now ({answer['error'].get('description', 'refused')})")
    return _stored(stream, answer["message"])


def _stored(stream: str, message: dict[str, Any]) -> Stored:
    headers = {"Nats-Stream": stream, "Nats-Subject": message["subject"], "Nats-Sequence": str(message["seq"])}
    headers["Nats-Time-Stamp"] = message["time"]
    for line in base64.b64decode(message.get("hdrs", "")).decode().split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name] = value.strip()
    body = base64.b64decode(message.get("data", ""))
    return Stored(message["subject"], message["seq"], server_time(message["time"]), headers, body)
