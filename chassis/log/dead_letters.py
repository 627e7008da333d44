"""What could never succeed: a pointer into the log and the reason, on the stream DEAD; nothing is dropped.

Subject `dead.<durable>.<sequence>`; the last message on a subject says whether it is open, retried or settled.
"""

import json
from datetime import datetime

from nats.aio.client import Client

from chassis.log.follow import records
from chassis.log.history import History

STREAM = "DEAD"


async def bury(nc: Client, stream: str, durable: str, sequence: int, attempts: int, reason: str, at: datetime) -> None:
    """Stores the pointer; returns when it is on disk. `reason` never holds what the message said."""
    await _write(nc, durable, sequence, {"stream": stream, "attempts": attempts, "reason": reason, "open": True}, at)


async def settle(nc: Client, stream: str, durable: str, sequence: int, reason: str, at: datetime) -> None:
    """Marks a dead letter as retried with success."""
    await _write(nc, durable, sequence, {"stream": stream, "attempts": 0, "reason": reason, "open": False}, at)


async def _write(nc: Client, durable: str, sequence: int, letter: dict[str, object], at: datetime) -> None:
    body = {"durable": durable, "sequence": sequence, "at": at.isoformat(), **letter}
    await nc.jetstream().publish(f"dead.{durable}.{sequence}", json.dumps(body).encode(), stream=STREAM, timeout=5)


async def open_letters(nc: Client) -> list[dict[str, object]]:
    """Every dead letter that waits for somebody."""
    history = History(nc, STREAM)
    await history.start()
    newest: dict[str, dict[str, object]] = {}
    async for stored in records(history, "dead.>"):
        newest[stored.subject] = json.loads(stored.body)
    return [letter for letter in newest.values() if letter["open"]]
