"""Fills a data directory with finished cases, as if a system had run on it for months.

The bus runs alone meanwhile. Events are written in atomic batches by one writer, who therefore knows every sequence
before it is stored. When all is stored, each durable is set to the end of the log (the server's own reset, which
leaves its configuration as it was provisioned) and each index of open cases gets the checkpoint that it would have
saved: nothing is open and nothing is due.
"""

import asyncio
import json
import secrets
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.bus import Bus
from chassis.consume.checkpoints import Checkpoints
from chassis.log.group_commit import EXPECTED
from chassis.log.history import History
from chassis.log.journal import STREAM
from chassis.log.provision import provision
from contracts.case.states import State
from contracts.numbers import application_number
from lianshen.bench.prefilled_case import (
    Family,
    Gaps,
    Keys,
    Life,
    Message,
    Stage,
    idempotency_key,
    late_gaps,
    life,
    persons_of,
)
from lianshen.catalog import DEPARTMENTS, durables
from lianshen.embedded.bus_server import MEMORY_LIMIT, EmbeddedBus
from lianshen.embedded.data_dir import DataDir
from procedures.working_days import Calendar

FIRST_DAY = datetime(2025, 5, 6, 1, tzinfo=UTC)
SPREAD = timedelta(days=200)
"""The forms were handed in from FIRST_DAY on, over so long: days whose calendar is known, and long over."""
INSTANTS = 400
"""How many instants the forms were handed in at, at most."""
AT_ONCE, LATE_AT_ONCE = 60, 300
"""Cases of one atomic batch, which holds 1,000 messages at most: 15 of each until it is on the public list, then 3."""
UNDER_WAY = 4
COMMITTED_WITHIN = 60.0
MARK = "bench-stored.json"
TOLD_EVERY = 20_000


class NotFilled(ValueError):
    """The directory cannot be filled, or was not filled by a run that came to its end; says what to do."""


def stored_in(data_dir: DataDir) -> int:
    """How many finished cases a directory was filled with; 0 for an empty one. Raises NotFilled."""
    mark = data_dir.path / MARK
    if mark.is_file():
        filled = json.loads(mark.read_text())
        if filled["durables"] != _durables():
            raise NotFilled(f"{data_dir.path} was filled for other consumers than there are now: fill one anew")
        return int(filled["stored"])
    if data_dir.path.exists() and any(data_dir.path.iterdir()):
        raise NotFilled(f"{data_dir.path} is in use by something else, or half filled: name an empty or new directory")
    return 0


def number_of(n: int, number_key: bytes) -> str:
    """The application number of the n-th stored case, the oldest being 0."""
    return application_number(idempotency_key(n), number_key)


async def fill(data_dir: DataDir, cases: int, say: Callable[[str], None], bus_memory: str = MEMORY_LIMIT) -> None:
    """Stores so many finished cases in an empty directory. Raises NotFilled."""
    if stored_in(data_dir):
        raise NotFilled(f"{data_dir.path} is filled already")
    server = EmbeddedBus(data_dir, tuple(DEPARTMENTS), memory_limit=bus_memory, say=say)
    url = await server.start()
    owner = await Bus.connect(url, "bench-provisioner", data_dir.seed("provisioner"))
    writer = await Bus.connect(url, "bench-fill", data_dir.seed("provisioner"))
    try:
        await provision(owner.nc, durables())
        history = History(writer.nc, STREAM)
        await history.start()
        keys = Keys.of(data_dir.keys, history)
        last = await _Filling(writer.nc, keys, cases, say).write()
        await _to_the_end(owner.nc, last)
        await _checkpoints(writer.nc, history, last)
        for n in {0, cases // 2, cases - 1}:
            case = await history.load(number_of(n, keys.number))
            if case.state is not State.POOL_CONFIRMED:
                raise NotFilled(f"a stored case does not read as one: {case.state}")
    finally:
        await writer.close()
        await owner.close()
        await server.stop()
    (data_dir.path / MARK).write_text(json.dumps({"stored": cases, "durables": _durables()}))


def _durables() -> dict[str, list[str]]:
    """What reads the log. One that is new would begin at its beginning, and one that changed is not where it was."""
    return {durable.name: list(durable.filters) for durable in durables()}


@dataclass(frozen=True)
class _Group:
    """Cases number `first` to `end` - 1, all handed in at one instant."""

    first: int
    end: int
    life: Life


class _Filling:
    """The one writer of the log."""

    def __init__(self, nc: Client, keys: Keys, cases: int, say: Callable[[str], None]) -> None:
        self._nc = nc
        self._keys = keys
        self._cases = cases
        self._say = say
        self._last = 0
        self._under_way: deque[tuple[asyncio.Task[Msg], int]] = deque()
        with tempfile.TemporaryDirectory() as folder:
            self._family = Family(Path(folder))
        self._roles = tuple(person.role for person in self._family.persons)

    async def write(self) -> int:
        """Writes everything in the order of the days it happened on; the last sequence."""
        told = 0
        for group, late in self._parts():
            step = LATE_AT_ONCE if late else AT_ONCE
            for first in range(group.first, group.end, step):
                numbers = range(first, min(first + step, group.end))
                if late:
                    families = [late_gaps(self._keys, idempotency_key(n)) for n in numbers]
                    await self._commit(group.life.late, families)
                else:
                    await self._commit(group.life.early, [self._gaps(n) for n in numbers])
            if not late and group.end >= told + TOLD_EVERY:
                told = group.end
                self._say(f"stored {told} of {self._cases}")
        while self._under_way:
            await self._settled()
        return self._last

    def _gaps(self, n: int) -> Gaps:
        return self._family.gaps(self._keys, idempotency_key(n), persons_of(n, self._roles))

    def _parts(self) -> list[tuple[_Group, bool]]:
        """Every group twice, early and late: when its entries open, and when they close."""
        size = max(self._cases // INSTANTS, AT_ONCE)
        calendar = Calendar.load(None)
        parts = []
        for first in range(0, self._cases, size):
            begun = life(self._family, self._keys, calendar, FIRST_DAY + SPREAD * (first / self._cases))
            group = _Group(first, min(first + size, self._cases), begun)
            parts += [(begun.opened_at, group, False), (begun.closed_at, group, True)]
        return [(group, late) for _, group, late in sorted(parts, key=lambda part: part[0])]

    async def _commit(self, stages: Iterable[Stage], families: Sequence[Gaps]) -> None:
        """One atomic batch, stage by stage, since cases of one moment are handled side by side."""
        batch, place, last = secrets.token_hex(8), 0, sum(map(len, stages)) * len(families)
        traces = [f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01" for _ in families]
        for stage in stages:
            for gaps, trace in zip(families, traces, strict=True):
                for message in stage:
                    place += 1
                    if message.fills is not None:
                        gaps[message.fills] = b"%d" % (self._last + place)
                    headers = _headers(message, trace)
                    headers |= {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(place)}
                    subject, body = (message.subject % gaps).decode(), message.body % gaps
                    if place < last:
                        await self._nc.publish(subject, body, headers=headers)
        self._last += place
        headers["Nats-Batch-Commit"] = "1"
        asked = self._nc.request(subject, body, timeout=COMMITTED_WITHIN, headers=headers)
        self._under_way.append((asyncio.create_task(asked), self._last))
        # Batches are stored in the order in which they are committed.
        await asyncio.sleep(0)
        if len(self._under_way) > UNDER_WAY:
            await self._settled()

    async def _settled(self) -> None:
        """The oldest batch is on the disk, exactly where it was expected."""
        task, expected = self._under_way.popleft()
        answer = json.loads((await task).data)
        if answer.get("seq") != expected:
            raise NotFilled(f"a batch was not stored as expected, up to sequence {expected}: {answer}")


def _headers(message: Message, trace: str) -> dict[str, str]:
    """As the journal writes them. Every subject is written once here, so that is the whole expectation."""
    headers = {"ce-id": secrets.token_hex(16), "ce-type": message.kind, EXPECTED: "0"}
    if message.at is not None:
        headers["ce-time"] = message.at
    return headers | {"traceparent": trace}


async def _to_the_end(nc: Client, last: int) -> None:
    """Sets every durable of the log behind its last message: all of it was handled."""
    for durable in durables():
        if durable.stream == STREAM:
            subject = f"$JS.API.CONSUMER.RESET.{STREAM}.{durable.name}"
            answer = json.loads((await nc.request(subject, json.dumps({"seq": last + 1}).encode(), timeout=30)).data)
            if answer.get("num_pending") != 0:
                raise NotFilled(f"durable {durable.name} is not at the end of the log: {answer.get('error', answer)}")


async def _checkpoints(nc: Client, history: History, last: int) -> None:
    """Saves for each index what it would have kept: that it read so far, and that nothing is open."""
    [newest] = await history.after(last - 1, ">", most=1)
    for durable in durables():
        if durable.pushed_to is not None:
            kinds = (kind.__name__ for kind in durable.to)
            await Checkpoints(nc, durable.name, kinds).write(newest.sequence, newest.at.isoformat(), {})
