"""docs/operations.md, "What administrators do": every block is run, in its order, on one system that people used."""

import asyncio
import os
import re
import shlex
import subprocess
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from lianshen.bus_access.bus_listen import BusListen
from lianshen.catalog import SIMULATED
from lianshen.demo.worlds import worlds
from lianshen.departments.attached_here import attached_here
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import System
from tests.attach.https import Authority
from tests.support import command_line
from tests.support.families import a_form
from tests.support.running_system import QUICK
from tests.support.up import A_DRILL
from tests.support.zygote import ZYGOTE

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OF_A_PERSON = ("department pause", "department resume", "department rotate", "key revoke")
"""Who does them has signed in; a test types a name."""
TLS = ("--bus-certificate", "--bus-private-key")


def blocks() -> list[list[str]]:
    return [found.splitlines() for found in BLOCK.findall(PAGE.read_text(encoding="utf-8"))]


@dataclass
class Shell:
    """Runs lines as an administrator would type them; `lianshen up` goes on until "# stop"."""

    variables: dict[str, str]
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    settings: dict[str, str] = field(default_factory=dict)
    """What was exported."""
    urls: list[str] = field(default_factory=list)
    """Of the bus, a start each."""

    async def do(self, line: str) -> str:
        words = shlex.split(line)
        if words[0] == "#":
            await self.stop()
            return ""
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self.settings[name] = self._filled(value)
            return ""
        words = [self._filled(word) for word in words]
        if words[:2] == ["lianshen", "up"]:
            await self.start(words[2:])
            return ""
        if words[0] != "lianshen":
            await asyncio.to_thread(subprocess.run, words, check=True, timeout=10)
            return ""
        return await self._lianshen(words[1:])

    def _filled(self, word: str) -> str:
        return re.sub(r"\$(\w+)", lambda name: self.variables[name[1]], word)

    async def _lianshen(self, words: list[str]) -> str:
        if " ".join(words[:2]) in OF_A_PERSON:
            words = [*words, "--by", "Officer Wang"]
        if "--data-dir" not in words and words[0] not in ("due", "objector"):
            words = [*words, "--data-dir", self.variables["DATA"]]
        code, out, err = await command_line.lianshen(*words, env={**command_line.environment(), **A_DRILL})
        assert code == 0, f"{' '.join(words)}\n{out}{err}"
        return out

    async def start(self, options: list[str]) -> None:
        """What `lianshen up` does, without its imports; `tax` answers for itself."""
        named = dict(zip(options[::2], options[1::2], strict=True))
        data = DataDir(Path(named.get("--data-dir", self.variables["DATA"])))
        tls = [Path(named[option]) for option in TLS if option in named]
        simulated = tuple(name for name in SIMULATED if name != "tax")
        environment = {**QUICK, **A_DRILL, **self.settings, **attached_here(data).environment}
        listen = BusListen("127.0.0.1", *tls)
        system = System(
            data, worlds() / "sample", simulated, environment=environment, spawn=ZYGOTE.spawn, listen=listen
        )
        self.stack.push_async_callback(system.stop)
        await system.start()
        self.urls.append(system.url)

    async def stop(self) -> None:
        await self.stack.aclose()


def a_certificate(folder: Path) -> Path:
    """`bus.pem` and `bus.key`, of an authority of its own."""
    folder.mkdir()
    certificate, key = Authority(folder, "authority").certificate("bus")
    key.rename(folder / "bus.key")
    return certificate.rename(folder / "bus.pem")


def a_year(path: Path) -> Path:
    """A notice for 2027, of this test."""
    days = [date(2027, 1, 1), *(date(2027, 2, 5) + timedelta(n) for n in range(8)), date(2027, 4, 5)]
    days += [date(2027, 5, 1), date(2027, 5, 2), date(2027, 6, 9), date(2027, 9, 15)]
    days += [date(2027, 10, n) for n in range(1, 4)]
    off = ", ".join(f'"{day}"' for day in days)
    path.write_text(f'[2027]\nannounced = "a test"\noff = [{off}]\nwork = []\n', encoding="utf-8")
    return path


@pytest.mark.timeout(400)  # four starts of a whole system
async def test_every_block_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    names = ("DATA", "BACKUP", "SAFE", "NEW", "NEWER", "TLS", "FROM_THE_CA", "STICK")
    shell = Shell({name: str(tmp_path / name.lower()) for name in names})
    shell.variables["CALENDAR"] = str(a_year(tmp_path / "calendar.toml"))
    async with shell.stack:
        await shell._lianshen(["department", "add", "tax", "--by", "bus"])
        first, second = (a_certificate(Path(shell.variables[folder])) for folder in ("TLS", "FROM_THE_CA"))
        await shell.start([TLS[0], str(first), TLS[1], str(first.with_suffix(".key"))])
        form = tmp_path / "form.json"
        form.write_text(a_form().model_dump_json(), encoding="utf-8")
        await shell._lianshen(["apply", str(form)])
        said: list[str] = []
        for block in blocks():
            for line in block:
                said.append(line)
                said.append(await shell.do(line))
    assert not os.path.exists(Path(shell.variables["NEWER"]) / "restore.unfinished")
    assert first.read_text() == second.read_text()
    assert [url.partition(":")[0] for url in shell.urls] == ["tls", "tls", "nats", "nats"]
    assert said.count("clean: every invariant holds\n") == 3
