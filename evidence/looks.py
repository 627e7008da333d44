"""Whether every record of a look is what its subject says, and none is missing."""

from collections.abc import Callable, Iterator

from nats.aio.client import Client
from pydantic import ValidationError

from chassis.log.follow import records
from chassis.log.history import History
from chassis.log.provision import stream_config
from chassis.log.stored import Stored
from contracts.looks import STREAM, Look
from contracts.model import STORED


async def unsound(nc: Client, each: Callable[[Stored], None] = lambda stored: None) -> list[str]:
    """What is wrong with the records of looks, the first of them first; `each` sees every one. Raises Unavailable."""
    try:
        await stream_config(nc, STREAM)
    except LookupError:
        return ["I13 there is nowhere to record who looked: `lianshen provision`"]
    history, found, sequence = History(nc, STREAM), list[str](), 0
    await history.start()
    async for stored in records(history, ">"):
        each(stored)
        found += _wrong(stored, sequence + 1)
        sequence = stored.sequence
    return found


def _wrong(stored: Stored, expected: int) -> Iterator[str]:
    if stored.sequence != expected:
        yield f"I13 looks {expected} to {stored.sequence - 1} are missing"
    try:
        look = Look.model_validate_json(stored.body, context=STORED)
    except ValidationError:
        yield f"I13 look {stored.sequence} is no readable record of a look"
        return
    if look.subject != stored.subject:
        yield f"I13 look {stored.sequence} is not of the subject on which it stands"
