"""Families at the kiosks of a benchmark: hands their applications in at a pace, and knows when each was determined."""

import asyncio
import math
import secrets
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.bus import flushed
from chassis.log.follow import records
from chassis.log.history import History
from contracts.events import EVENTS, DeterminationMade
from contracts.numbers import application_number
from lianshen.bench.load import Kiosks, LoadError, post, ticks

IN_FLIGHT = 192
"""Applications handed in and not determined yet, at most. Without a bound, a closed loop on the reply alone lets a
backlog grow behind the acceptance, and the time to a determination says how long the run was, not what a family of a
fleet of kiosks waits. With a bound, half of them wait this number divided by the rate: 384 were no faster, and each
waited twice as long; a case by itself takes less than half a second at full load, so that 192 keep every part busy."""
POSTS_AT_ONCE = 128
"""Requests under way, at most: a reply waits for a batch on the disk, and a batch for its fellows."""
LOST_AFTER = 120.0
"""Seconds without its determination after which an application counts as lost, and the run as failed."""
TAKEN = 202
DETERMINED = EVENTS.subjects_of(DeterminationMade)


@dataclass
class Form:
    """One application: its number, known before it is sent, its request, and when things happened (UNIX seconds)."""

    number: str
    request: bytes
    sent: float = 0.0
    taken: float = 0.0
    determined: float = 0.0
    """The server's time on the determination, once `stamp` has read it."""


def forms_of(world: Path, url: str, number_key: bytes) -> list[Form]:
    """Every application of a world under a fresh Idempotency-Key, in the order of their names."""
    forms = []
    for path in sorted((world / "applications").glob("*.json")):
        key = secrets.token_urlsafe(24)
        forms.append(Form(application_number(key, number_key), post(url, key, path.read_bytes())))
    return forms


class Fleet:
    """Kiosks of one intake, with one live look at what is determined."""

    def __init__(self, nc: Client, kiosks: Kiosks) -> None:
        self._nc = nc
        self._kiosks = kiosks
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._posts = asyncio.Semaphore(POSTS_AT_ONCE)

    async def watch(self) -> None:
        """Begins to look. Raises nothing later: what is not seen within LOST_AFTER is lost."""
        await self._nc.subscribe(DETERMINED, cb=self._seen, pending_msgs_limit=-1, pending_bytes_limit=-1)
        await flushed(self._nc)

    async def _seen(self, message: Msg) -> None:
        waiting = self._waiting.pop(message.subject.split(".", 2)[1], None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def hand_in(self, form: Form, due: float | None = None) -> None:
        """One application, until it is determined. Its clock starts when it was due, else just before it is sent."""
        seen = self._waiting[form.number] = asyncio.get_running_loop().create_future()
        async with self._posts if due is None else nullcontext():
            form.sent = due or time.time()
            reply = await self._kiosks.send(form.request)
        form.taken = time.time()
        if reply.status != TAKEN or b'"intake":"accepted"' not in reply.body or form.number.encode() not in reply.body:
            raise LoadError(f"intake did not accept a complete application: {reply.status} {reply.body[:300]!r}")
        try:
            async with asyncio.timeout(LOST_AFTER):
                await seen
        except TimeoutError:
            lost = len(self._waiting)
            raise LoadError(f"{lost} applications are not determined, one for {LOST_AFTER:.0f} s") from None

    async def one_by_one(self, forms: Iterable[Form], pause: float) -> None:
        """Each after the one before is determined, and a pause in seconds."""
        for form in forms:
            await self.hand_in(form)
            await asyncio.sleep(pause)

    async def as_fast_as_it_goes(self, forms: Iterable[Form], most: int = IN_FLIGHT) -> None:
        """Always `most` in flight, until all are determined."""
        rest = iter(forms)

        async def family_after_family() -> None:
            for form in rest:
                await self.hand_in(form)

        await asyncio.gather(*(family_after_family() for _ in range(most)))

    async def at_a_rate(self, forms: Sequence[Form], rate: float) -> None:
        """So many a second, whatever is determined meanwhile; a clock starts when its form was due to be sent."""
        rest = iter(forms)
        under_way = [asyncio.create_task(self.hand_in(next(rest), due)) async for due in ticks(rate, len(forms))]
        await asyncio.gather(*under_way)


async def stamp(history: History, forms: Iterable[Form], after: int) -> None:
    """Gives every form the time its determination has in the log, read after a sequence. Raises LoadError.

    What goes over the bus is seen a moment before it is stored, or although it never is.
    """
    waiting = {form.number: form for form in forms}
    for pause in (0.05, 0.2, 1.0, 5.0, None):
        async for stored in records(history, DETERMINED, after):
            after = stored.sequence
            if form := waiting.pop(stored.subject.split(".", 2)[1], None):
                form.determined = stored.at.timestamp()
        if not waiting:
            return
        if pause is not None:
            await asyncio.sleep(pause)
    raise LoadError(f"{len(waiting)} determinations were seen on the bus and are not in the log")


def percentile(values: Iterable[float], share: float) -> float:
    """The nearest rank: with 0.99, the value that 99 of 100 do not exceed. Raises ValueError for no values."""
    ranked = sorted(values)
    if not ranked:
        raise ValueError("a percentile of nothing")
    return ranked[max(math.ceil(len(ranked) * share) - 1, 0)]
