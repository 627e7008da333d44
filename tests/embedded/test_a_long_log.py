"""A server that reads or writes a long log is waited for at its start and its end; one that does nothing is not.

The server is a stand-in that works, or sleeps, until a file is there.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from lianshen.embedded import bus_server
from lianshen.embedded.bus_server import FINISHING, EmbeddedBus, reading_now
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.pulse import Patience
from lianshen.embedded.served import BusError
from lianshen.embedded.working import telling
from lianshen.embedded.working.signs import BYTES, Stillness, Work, work_of
from lianshen.embedded.working.stopping import Finishing
from tests.support.waiting import until

STILL = 1.5
"""Seconds of doing nothing; a stand-in that works is on no machine kept from the processor for so long."""
PATIENT = Patience(to_drain=STILL, finishing=FINISHING)
STAND_IN = """#!{python}
import json, os, pathlib, signal, sys, time
run = pathlib.Path(sys.argv[2]).parent
asked = []
signal.signal(signal.SIGTERM, lambda *_: asked.append(1))
def works_until(name):
    sleeps = "{at_start}" == "sleeps"
    while not (run / name).exists():
        end = time.monotonic() + 0.02
        while not sleeps and time.monotonic() < end:
            pass
        time.sleep(0.3 if sleeps else 0.01)
print("Starting restore for stream 'LOG > CASES'", flush=True)
works_until("may-be-ready")
(run / "ports").write_text(json.dumps({{"nats": ["nats://127.0.0.1:4"]}}))
(run / "ports").rename(run / f"server_{{os.getpid()}}.ports")
while not asked:
    time.sleep(0.01)
works_until("may-end")
(run / "index").touch()
"""


class StandIn(EmbeddedBus):
    """The embedded bus over a stand-in, and what was said."""

    def __init__(self, place: Path, said: list[str], patience: Patience) -> None:
        super().__init__(DataDir(place), [], say=said.append, patience=patience)

    def may(self, what: str) -> None:
        self.data_dir.run.mkdir(parents=True, exist_ok=True)
        (self.data_dir.run / f"may-{what}").touch()

    @property
    def wrote_its_index(self) -> bool:
        return (self.data_dir.run / "index").exists()


Make = Callable[..., tuple[StandIn, list[str]]]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.setattr(bus_server, "READY_WITHIN", STILL)
    monkeypatch.setattr(telling, "EVERY", 0.5)

    def made(does: str = "works", patience: Patience = PATIENT) -> tuple[StandIn, list[str]]:
        program = tmp_path / "stand-in"
        program.write_text(STAND_IN.format(python=sys.executable, at_start=does))
        program.chmod(0o700)
        monkeypatch.setattr(bus_server, "server_binary", lambda: str(program))
        said: list[str] = []
        return StandIn(tmp_path / "data", said, patience), said

    return made


def lasted(said: Iterable[str], words: str) -> float:
    """The last number of seconds in a sentence of these words."""
    return max((float(one.split()[-2]) for one in said if words in one), default=0.0)


async def test_a_server_that_reads_a_long_log_is_waited_for_and_said_so(stand_in: Make) -> None:
    bus, said = stand_in()
    starting = asyncio.create_task(bus.start())
    try:
        await until(lambda: starting.done() or lasted(said, "nats-server reads CASES again") > 1.5 * STILL)
        assert not starting.done(), starting.exception()
        bus.may("be-ready")
        await starting
    finally:
        bus.may("end")
        starting.cancel()
        await bus.stop()


async def test_a_server_that_is_not_ready_and_does_nothing_is_given_up(stand_in: Make) -> None:
    bus, _ = stand_in("sleeps")
    with pytest.raises(BusError, match="nats-server did nothing for 2 s and is not ready"):
        await bus.start()
    os.close(bus.data_dir.own())


async def test_a_server_that_writes_its_index_at_its_end_is_waited_for_and_said_so(stand_in: Make) -> None:
    bus, said = stand_in()
    bus.may("be-ready")
    await bus.start()
    stopping = asyncio.create_task(bus.stop())
    await until(lambda: stopping.done() or lasted(said, "nats-server is writing its index") > 1.5 * STILL)
    assert not stopping.done()
    assert not bus.wrote_its_index
    bus.may("end")
    await stopping
    assert bus.wrote_its_index
    assert not [one for one in said if "killed" in one]


async def test_a_server_that_does_nothing_at_its_end_is_killed_and_what_that_means_is_said(stand_in: Make) -> None:
    bus, said = stand_in("sleeps")
    bus.may("be-ready")
    await bus.start()
    await bus.stop()
    assert not bus.wrote_its_index
    assert said[-1] == (
        "nats-server was asked to end, did nothing for 2 s and is killed: "
        "nothing acknowledged is lost, but its next start reads the whole log again"
    )


async def test_a_server_that_is_never_done_is_killed_after_the_limit(stand_in: Make) -> None:
    bus, said = stand_in(patience=Patience(to_drain=60, finishing=Finishing(1.0, "is writing", "it reads again")))
    bus.may("be-ready")
    await bus.start()
    await bus.stop()
    assert "is killed: it reads again" in said[-1]


async def test_a_server_that_never_came_up_has_nothing_to_finish(stand_in: Make) -> None:
    bus, said = stand_in()
    starting = asyncio.create_task(bus.start())
    await until(lambda: said)
    starting.cancel()
    await asyncio.wait({starting})
    assert bus.pid is None
    assert not [one for one in said if "index" in one]


def test_what_works_is_seen_by_the_processor_or_by_bytes() -> None:
    still = Stillness()
    looks = [(0, Work()), (1, Work(0.5)), (2, Work(0.51)), (9, Work(0.6)), (10, Work(0.6, 2 * BYTES)), (12, Work())]
    assert [still.seconds(at, done) for at, done in looks] == [0, 0, 1, 8, 0, 2]


def test_one_tick_of_the_clock_of_processes_is_no_work() -> None:
    still = Stillness()
    assert [still.seconds(at, Work(at / 20)) for at in (0.0, 0.2, 0.4)] == [0, 0.2, 0.4]


def test_a_process_that_is_gone_did_nothing() -> None:
    assert work_of(2**22 + 1) == Work()
    assert work_of(os.getpid()).cpu > 0


@pytest.mark.parametrize(
    ("said", "does"),
    [
        ("", "is starting"),
        ("Starting restore for stream 'LOG > CASES'\n", "reads CASES again"),
        (
            "Starting restore for stream 'LOG > DEAD'\n  Restored 1 messages for stream 'LOG > DEAD' in 1s\n",
            "is starting",
        ),
        (
            "Starting restore for stream 'LOG > DEAD'\nStarting restore for stream 'LOG > CASES'\n"
            "  Restored 1 messages for stream 'LOG > DEAD' in 1s\n",
            "reads CASES again",
        ),
        (
            "Starting restore for stream 'LOG > CASES'\n  Restored 9 messages for stream 'LOG > CASES' in 1s\n"
            "  Recovering 19 consumers for stream - 'LOG > CASES'\n",
            "counts what its consumers have left",
        ),
        ("Starting restore for stream 'LOG > CASES'\nkilled\nStarting JetStream\n", "is starting"),
    ],
)
def test_what_it_reads_stands_in_its_log(tmp_path: Path, said: str, does: str) -> None:
    (tmp_path / "log").write_text(said)
    assert reading_now(tmp_path / "log") == does
    assert reading_now(tmp_path / "none") == "is starting"
