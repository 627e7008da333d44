"""The supervisor looks whether a process answers, not only whether it is there."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lianshen.embedded.pulse import Patience, Pulse
from lianshen.embedded.supervised import Program, Supervised
from tests.support.waiting import until

PATIENCE = Patience(every=5, within=4, misses=3)
QUICK = Patience(every=0.2, within=0.3, misses=3, to_drain=0.5)
READY_ONCE = """
import json, os, sys
with open(sys.argv[1], "w") as file:
    json.dump({"pid": os.getpid(), "health": "http://127.0.0.1:1"}, file)
raise SystemExit(2)
"""
ANSWERS = """
import http.server, json, os, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/livez" else 404)
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", 0), Page)
with open(sys.argv[1] + ".new", "w") as file:
    json.dump({"pid": os.getpid(), "health": "http://127.0.0.1:%d" % server.server_port}, file)
os.replace(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
"""


def looks(pulse: Pulse, *looks: tuple[float, bool]) -> list[bool]:
    return [pulse.hangs(at, answered) for at, answered in looks]


def test_so_many_looks_after_each_other_without_an_answer_mean_that_it_hangs() -> None:
    assert looks(Pulse(PATIENCE), (0, True), (9, False), (18, False), (27, False)) == [False, False, False, True]


def test_one_answer_begins_anew() -> None:
    found = looks(Pulse(PATIENCE), (0, False), (9, False), (14, True), (23, False), (32, False))
    assert found == [False] * 5


def test_a_machine_that_slept_kills_nobody() -> None:
    """The processes slept as well: one that did not answer before had no time to."""
    found = looks(Pulse(PATIENCE), (0, False), (9, False), (3609, False), (3618, False), (3627, False), (3636, False))
    assert found == [False, False, False, False, False, True]


@pytest.fixture
async def child(tmp_path: Path) -> AsyncIterator[Supervised]:
    run_file = tmp_path / "run.json"
    command = (sys.executable, "-c", ANSWERS, str(run_file))
    child = Supervised(Program("asking", command, {}, tmp_path / "log", ready_file=run_file, patience=QUICK))
    await child.start()
    await until(child.is_ready)
    yield child
    await child.stop()


async def test_a_process_that_lives_and_does_not_answer_is_ended_and_started_again(child: Supervised) -> None:
    said: list[str] = []
    child.say = said.append
    hanging = child.pid
    assert hanging is not None
    os.kill(hanging, signal.SIGSTOP)
    await until(lambda: child.pid != hanging and child.is_ready(), within=10)
    assert said == ["asking lives, but 3 times in a row did not answer; it is ended"]


async def test_a_process_that_answers_is_left_alone(child: Supervised) -> None:
    first, began = child.pid, time.monotonic()
    while time.monotonic() - began < QUICK.every * (QUICK.misses + 2):
        await asyncio.sleep(0.1)
    assert child.pid == first


async def test_a_process_that_ended_for_good_after_it_was_ready_is_not_said_to_hang(tmp_path: Path) -> None:
    said: list[str] = []
    ended: list[int] = []
    run_file = tmp_path / "run.json"
    command = (sys.executable, "-Sc", READY_ONCE, str(run_file))
    program = Program("asking", command, {}, tmp_path / "log", ready_file=run_file, patience=QUICK)
    child = Supervised(program, ended=lambda program, code, lived: ended.append(code), say=said.append)
    await child.start()
    try:
        await until(lambda: ended == [2])
        await asyncio.sleep((QUICK.every + QUICK.within) * (QUICK.misses + 1))
        assert not child.is_ready()
        assert said == []
    finally:
        await child.stop()
