"""What an operator has in a drill: `lianshen up` in one terminal, a shell beside it, and a world that fails."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from typer.testing import CliRunner, Result

from lianshen.cli.main import app
from lianshen.embedded.children import PYTHON
from lianshen.embedded.data_dir import is_alive
from lianshen.lasting_ports import lasting_port
from tests.support.families import a_form
from tests.support.outside import MailServer
from tests.support.waiting import PATIENCE, wait_until
from tests.support.zygote import ZYGOTE, Forked

ROOT = Path(__file__).parents[2]
READY = "Ctrl-C drains and ends"
WITHIN = 60.0
MOST = 1 << 20
"""Bytes that a process may say."""


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIANSHEN_")}
    return {**kept, "LIANSHEN_OPEN_CASES_EVERY": "0.2", "LIANSHEN_DRILL_TYPED_NAMES": "true", **more}


def lianshen(data: Path, *arguments: str) -> Result:
    """One command, as typed into the shell beside the system; in this process, which saves its second of imports."""
    return CliRunner().invoke(app, [*arguments, "--data-dir", str(data)])


@dataclass
class Drill:
    """A running system; `said` is what `up` has printed so far."""

    data: Path
    process: Forked
    output: IO[bytes]

    @property
    def said(self) -> list[str]:
        return _said(self.output)

    def shell(self, *arguments: str) -> str:
        """A command that has to succeed; what it printed."""
        done = lianshen(self.data, *arguments)
        assert done.exit_code == 0, f"{arguments}: {done.stderr}{done.stdout}"
        return done.stdout

    def apply(self) -> str:
        """An invented family hands its form in; its number."""
        form = self.data / "form.json"
        form.write_text(a_form().model_dump_json(), encoding="utf-8")
        return str(json.loads(self.shell("apply", str(form)))["receipt"]["application_number"])

    def doctor(self) -> tuple[int, dict[str, str]]:
        """The exit status, and each finding's line by what it is about."""
        done = lianshen(self.data, "doctor")
        lines = [re.fullmatch(r"(?:ok  |BAD ) ([^:]+): .*", line) for line in done.stdout.splitlines()]
        assert all(lines), f"these are no findings: {done.stdout}{done.stderr}"
        return done.exit_code, {line[1]: line[0] for line in lines if line}

    def bad(self, what: str, words: str, within: float = WITHIN) -> str:
        """What the doctor says of something that is wrong, once it says it in these words (a pattern)."""
        deadline = time.monotonic() + within * PATIENCE
        while True:
            code, found = self.doctor()
            line = found.get(what, "")
            if line.startswith("BAD") and re.search(words, line):
                assert code == 1, "something is wrong, and the exit status says so"
                return line
            assert time.monotonic() < deadline, f"no {words!r} about {what} in:\n" + "\n".join(found.values())

    def all_is_well(self, within: float = WITHIN) -> dict[str, str]:
        """The doctor's findings, once none is bad."""
        deadline = time.monotonic() + within * PATIENCE
        while True:
            code, found = self.doctor()
            if code == 0:
                assert all(line.startswith("ok") for line in found.values())
                return found
            assert time.monotonic() < deadline, "\n".join(line for line in found.values() if line.startswith("BAD"))

    @contextmanager
    def beside(self, *arguments: str) -> Iterator[list[str]]:
        """A command that goes on by itself, in another terminal; the lines that it has printed so far."""
        command = [sys.executable, "-m", "lianshen", *arguments, "--data-dir", str(self.data)]
        process = subprocess.Popen(command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True, bufsize=1)
        lines: list[str] = []
        reading = threading.Thread(target=_gather, args=(process.stdout, lines))
        reading.start()
        try:
            yield lines
        finally:
            process.terminate()
            process.wait(WITHIN)
            reading.join(WITHIN)

    def kill(self, part: str) -> None:
        """SIGKILL to a part that is ready; returns when `up` has said so."""
        wait_until(lambda: self.pid_of(part) is not None)
        before = len(self.said)
        pid = self.pid_of(part)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: any(line.startswith(f"{part} was ended") for line in self.said[before:]))

    def pid_of(self, part: str) -> int | None:
        """The process of a part; None unless it lives and is ready."""
        try:
            pid = int(json.loads((self.data / "run" / f"{part}.json").read_text())["pid"])
        except FileNotFoundError:
            return None
        return pid if is_alive(pid) else None


@contextmanager
def up(data: Path, *options: str, **more: str) -> Iterator[Drill]:
    """`lianshen up`, ready inside the block and drained after it."""
    with TemporaryFile() as output:
        drill = Drill(data, _forked(output, "lianshen", "up", *options, "--data-dir", str(data), **more), output)
        process = drill.process
        try:
            wait_until(lambda: process.returncode is not None or any(READY in line for line in drill.said))
            assert process.returncode is None, "\n".join(drill.said)
            yield drill
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
            wait_until(lambda: process.returncode is not None, WITHIN)


def _forked(output: IO[bytes], module: str, *arguments: str, **more: str) -> Forked:
    """A process of ours; what it says on both ways is written to `output`."""
    given = {"env": environment(**more), "cwd": ROOT, "stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
    return ZYGOTE.begin(*PYTHON, "-m", module, *arguments, **given)


def _said(output: IO[bytes]) -> list[str]:
    return os.pread(output.fileno(), MOST, 0).decode().splitlines()


def _gather(stream: Iterable[str], lines: list[str]) -> None:
    for line in stream:
        lines.append(line.rstrip())


@dataclass
class TaxOffice:
    """The tax office as a process of its own, with its own credentials, that can be ended and begun."""

    drill: Drill
    process: Forked | None = None

    def begin(self, *options: str) -> None:
        where = json.loads((self.drill.data / "run" / "system.json").read_text())
        seeds = self.drill.data / "credentials" / "departments"
        command = ["lianshen.simulation", "--world", "examples/worlds/sample"]
        command += ["--department", "tax", "--nats", where["nats"], "--credentials", str(seeds), *options]
        with TemporaryFile() as output:
            begun = self.process = _forked(output, *command)
            wait_until(lambda: begun.returncode is not None or any("ready: tax" in line for line in _said(output)))
            assert begun.returncode is None, "\n".join(_said(output))

    def rubbish(self, folder: Path) -> None:
        """It begins, and whatever it answers is rubbish."""
        profile = folder / "faults.toml"
        profile.write_text("[tax]\ngarbage = 1.0\n")
        self.begin("--faults", str(profile))

    def end(self) -> None:
        if self.process is not None:
            ended = self.process
            with suppress(ProcessLookupError):
                ended.kill()
            wait_until(lambda: ended.returncode is not None)
            self.process = None


class MailHost:
    """A mail server on one port that can be ended and begun, in a thread of its own."""

    def __init__(self) -> None:
        self.port = lasting_port()
        self.mailbox = MailServer()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def begin(self) -> None:
        served = asyncio.start_server(self.mailbox.serve, "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(served, self._loop).result(5)

    def end(self) -> None:
        if self._server is not None:
            self._loop.call_soon_threadsafe(self._server.close)
            self._server = None

    def settings(self) -> dict[str, str]:
        """By which notify sends its letters here."""
        return {
            "LIANSHEN_NOTIFY_CHANNELS": "folder,mail",
            "LIANSHEN_NOTIFY_SMTP_HOST": "127.0.0.1",
            "LIANSHEN_NOTIFY_SMTP_PORT": str(self.port),
            "LIANSHEN_NOTIFY_SMTP_TLS": "none",
            "LIANSHEN_NOTIFY_SMTP_SENDER": "lianshen@small.example",
            "LIANSHEN_NOTIFY_SMTP_RECIPIENT": "desk@small.example",
        }
