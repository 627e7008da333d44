"""The wire between one journal and the server: writes down what is sent, and loses or holds what a test says."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from chassis.bus import Bus
from chassis.log.journal import Journal
from chassis.log.stored import Stored
from chassis.timing import TIMING, Timing
from contracts.case.case import Case
from contracts.case.states import State
from contracts.events import DepartmentReminded, NoticeSent
from tests.support.real_bus import RealBus


@dataclass(frozen=True)
class Frame:
    """One message on its way: PUB and HPUB to the server, MSG and HMSG from it."""

    subject: str
    reply: str
    headers: Mapping[str, str]
    body: bytes
    raw: bytes

    @property
    def is_append(self) -> bool:
        return self.subject.startswith(("case.", "claim."))

    @property
    def is_read_of_a_subject(self) -> bool:
        return self.subject.startswith("$JS.API.STREAM.MSG.GET.")

    @property
    def is_stored(self) -> bool:
        """The server's acknowledgement that an append or a whole batch stands in the log."""
        return self.body.startswith(b'{"stream":') and b'"error"' not in self.body


Gate = Callable[[Frame], Awaitable[bool]]
"""Whether a frame passes; a gate that waits holds up everything behind it, as a slow link does."""


async def passes(frame: Frame) -> bool:
    return True


@dataclass
class Wire:
    """A proxy before a nats-server."""

    host: str
    port: int
    to_server: Gate = passes
    to_client: Gate = passes
    sent: list[Frame] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _out: asyncio.StreamWriter | None = None
    _pumps: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def appends(self) -> list[Frame]:
        return [frame for frame in self.sent if frame.is_append]

    @property
    def requests(self) -> int:
        """How many times the disk was asked to sync: single appends, and commits of batches."""
        return sum("Nats-Batch-Id" not in it.headers or "Nats-Batch-Commit" in it.headers for it in self.appends)

    @property
    def batches(self) -> dict[str, list[Frame]]:
        found: dict[str, list[Frame]] = {}
        for frame in self.appends:
            if batch := frame.headers.get("Nats-Batch-Id"):
                found.setdefault(batch, []).append(frame)
        return found

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=2**22)
        return f"nats://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    def deliver(self, frame: Frame) -> None:
        """Hands the server a frame that was held back."""
        assert self._out is not None
        self._out.write(frame.raw)

    async def _connected(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            server, to_server = await asyncio.open_connection(self.host, self.port, limit=2**22)
        except OSError:
            to_client.close()
            return
        self._out = to_server
        for coroutine in (
            self._pump(client, to_server, self._outward),
            self._pump(server, to_client, self._homeward),
        ):
            task = asyncio.create_task(coroutine)
            self._pumps.add(task)
            task.add_done_callback(self._pumps.discard)

    async def _outward(self, frame: Frame) -> bool:
        self.sent.append(frame)
        return await self.to_server(frame)

    async def _homeward(self, frame: Frame) -> bool:
        return await self.to_client(frame)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, gate: Gate) -> None:
        try:
            while line := await source.readline():
                frame = await _frame(line, source)
                if frame is None or await gate(frame):
                    sink.write(line if frame is None else frame.raw)
                    await sink.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            sink.close()


async def _frame(line: bytes, source: asyncio.StreamReader) -> Frame | None:
    """The message a protocol line announces; None for INFO, PING and their like."""
    verb, *words = line.decode().split()
    if verb not in ("PUB", "HPUB", "MSG", "HMSG"):
        return None
    with_headers, from_server = verb[0] == "H", verb.endswith("MSG")
    size = int(words[-1])
    payload = await source.readexactly(size + 2)
    head = int(words[-2]) if with_headers else 0
    # Between subject (and subscription) and the sizes there may be a reply subject.
    reply = words[1 + from_server : len(words) - 1 - with_headers]
    lines = payload[:head].decode().split("\r\n")[1:]
    headers = dict(entry.split(": ", 1) for entry in lines if ": " in entry)
    return Frame(words[0], "".join(reply), headers, payload[head:size], line + payload)


@asynccontextmanager
async def wired(real_bus: RealBus, within: float = 10, timing: Timing = TIMING) -> AsyncIterator[tuple[Wire, Journal]]:
    """A journal as a service has it, whose connection runs over a wire."""
    host, port = real_bus.url.removeprefix("nats://").split(":")
    wire = Wire(host, int(port))
    bus = await Bus.connect(await wire.start(), "test-wired", real_bus.seed())
    journal = Journal(bus.nc, within, timing=timing)
    await journal.start()
    try:
        yield wire, journal
    finally:
        await journal.stop()
        await bus.close()
        await wire.stop()


def losing(which: Callable[[Frame], bool], times: int = 1) -> Gate:
    """A gate that loses the first so many of these frames."""
    left = times

    async def gate(frame: Frame) -> bool:
        nonlocal left
        if left and which(frame):
            left -= 1
            return False
        return True

    return gate


@asynccontextmanager
async def asleep(real_bus: RealBus) -> AsyncIterator[None]:
    """The server stopped in its tracks (SIGSTOP) until the end of the block."""
    pid = real_bus.server.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        # Its threads stop one after the other, and one that still runs may answer.
        for _ in range(200):
            if all(_state(task) == "T" for task in Path(f"/proc/{pid}/task").iterdir()):
                break
            await asyncio.sleep(0.005)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _state(task: Path) -> str:
    return (task / "stat").read_text().rpartition(")")[2].split()[0]


async def whole_log(journal: Journal) -> list[Stored]:
    """Every message of the log, in order."""
    found: list[Stored] = []
    while page := await journal.history.after(found[-1].sequence if found else 0, ">", most=1000):
        found += page
    return found


def a_notice(application: str, cause: str = "accepted") -> NoticeSent:
    """Something that happened and does not depend on the rest of the case."""
    return NoticeSent(
        application=application, at=datetime.now(UTC), cause=cause, channel="sms", notice_id="n-1", article="Art. 23"
    )


def a_decision(application: str, n: int = 1) -> DepartmentReminded:
    """An event that may follow at any time, with a subject of its own for every `n`, to be appended as a decision."""
    now = datetime.now(UTC)
    return DepartmentReminded(application=application, at=now, department="tax", round=1, step=n, answer_by=now)


def a_known_case(application: str, sequence: int = 0) -> Case:
    """As a decider knows it that has read up to a sequence."""
    return Case(application, State.VERIFYING, sequence)
