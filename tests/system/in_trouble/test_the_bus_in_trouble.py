"""An operator's drill: the disk of the log is full and freed again, the bus stands still; what each part says then."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.log.append_health import DISK_FULL
from chassis.process.settings import Settings
from lianshen.embedded.data_dir import DataDir
from tests.support.families import a_form
from tests.support.up import Up, up
from tests.support.waiting import until
from tests.system.faults.disk import Disk, NotAllowed, small_disk

pytestmark = pytest.mark.slow
SMALL = "40m"
STOPPED_FOR = 40.0
PAGE = Path(__file__).parents[3] / "docs" / "operations.md"
BLOCK = PAGE.read_text(encoding="utf-8").partition("## A full disk\n")[2].split("```")[1].splitlines()[1:]
"""What an administrator types, and makes room in between."""
WHILE_FULL, WITH_ROOM = BLOCK[: BLOCK.index("# make room")], BLOCK[BLOCK.index("# make room") + 1 :]
GIVES_UP = Settings().append_within


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    try:
        with small_disk(tmp_path / "disk", SMALL) as mounted:
            yield mounted
    except NotAllowed as why:
        pytest.skip(str(why))


class Outside:
    """What a kiosk and an operator see of a running system: HTTP, and the pages of every process."""

    def __init__(self, running: Up, http: httpx.AsyncClient) -> None:
        self.running = running
        self._http = http

    def processes(self) -> dict[str, dict[str, Any]]:
        files = (file for file in self.running.data.run.glob("*.json"))
        found = {file.stem: json.loads(file.read_text()) for file in files}
        return {name: said for name, said in found.items() if "health" in said}

    async def post(self, key: str) -> httpx.Response:
        (intake,) = (said["intake"] for said in self.processes().values() if "intake" in said)
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return await self._http.post(f"{intake}/v1/applications", content=a_form().model_dump_json(), headers=headers)

    async def faults(self) -> dict[str, dict[str, str]]:
        """What the processes that are not ready say of it."""
        pages = {name: await self._http.get(f"{said['health']}/readyz") for name, said in self.processes().items()}
        return {name: page.json()["faults"] for name, page in pages.items() if page.status_code == 503}

    async def all_ready(self) -> bool:
        return not await self.faults()

    async def alive(self) -> bool:
        pages = [await self._http.get(f"{said['health']}/livez") for said in self.processes().values()]
        return all(page.status_code == 200 for page in pages)

    async def doctor(self) -> tuple[int, list[str]]:
        code, out, _ = await self.running.cli("doctor")
        return code, [line for line in out.splitlines() if line.startswith("BAD")]

    async def typed(self, line: str) -> tuple[int, str]:
        """A line as an administrator types it."""
        words = line.replace("$DATA", str(self.running.data.path)).split()
        if words[0] == "lianshen":
            code, out, _ = await self.running.cli(*words[1:])
            return code, out
        ran = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, timeout=10)
        return ran.returncode, ran.stdout

    def has_said(self, *words: str) -> bool:
        return any(all(word in line for word in words) for line in self.running.said)


def logs(running: Up) -> list[Path]:
    return sorted(running.data.logs.glob("*.log"))


@asynccontextmanager
async def outside(data: Path) -> AsyncIterator[Outside]:
    async with up(DataDir(data)) as running, httpx.AsyncClient(trust_env=False, timeout=30) as http:
        try:
            yield Outside(running, http)
        except BaseException:
            print(*running.said, *(f"{log.name}: {log.read_text()[-1500:]}" for log in logs(running)), sep="\n")
            raise


async def test_a_full_disk_is_named_everywhere_and_once_it_is_freed_the_bus_goes_on_by_itself(
    disk: Disk,
) -> None:
    async with outside(disk.place / "data") as seen:
        number = await seen.running.apply()
        disk.fill()
        kiosk = await seen.post("full-0")
        for n in range(1, 20):
            # What is left of a page of the file may take a few more.
            if kiosk.status_code == 503:
                break
            kiosk = await seen.post(f"full-{n}")
        assert kiosk.status_code == 503
        assert int(kiosk.headers["Retry-After"]) > 0
        assert kiosk.elapsed.total_seconds() < GIVES_UP, "a kiosk is told to come back long before an append gives up"

        async def intake_names_it() -> bool:
            (process,) = (name for name, said in seen.processes().items() if "intake" in said)
            return (await seen.faults()).get(process, {}).get("log") == DISK_FULL

        # The other processes say it within a minute: they append nothing meanwhile.
        await until(intake_names_it, within=20)
        [(code, out), (shown, _)] = [await seen.typed(line) for line in WHILE_FULL]
        assert code == 1
        assert any(DISK_FULL in line and "free space" in line for line in out.splitlines() if line.startswith("BAD"))
        assert shown == 0
        await until(lambda: seen.has_said(DISK_FULL, "free of", "done by itself"))
        assert not seen.has_said("restarting it")

        disk.free()
        await until(lambda: seen.has_said("takes nothing", "restarting it"), within=10)

        async def taken() -> bool:
            return (await seen.post("freed")).status_code == 202

        await until(taken, within=30)
        await until(seen.all_ready, within=30)
        await seen.running.until(number, "tax")
        [(_, audited), (_, out)] = [await seen.typed(line) for line in WITH_ROOM]
        assert audited == "clean: every invariant holds\n"
        assert not any("the disk" in line for line in out.splitlines() if line.startswith("BAD"))


def server_of(data: DataDir) -> int:
    (ports,) = data.run.glob("*.ports")
    return int(ports.stem.rpartition("_")[2])


async def test_a_bus_that_stands_still_ends_nobody_and_everybody_says_so(tmp_path: Path) -> None:
    async with outside(tmp_path / "data") as seen:
        number = await seen.running.apply()
        before, server = seen.processes(), server_of(seen.running.data)
        os.kill(server, signal.SIGSTOP)
        began = asyncio.get_running_loop().time()
        try:
            kiosk = await seen.post("stopped")
            assert kiosk.status_code == 503
            assert int(kiosk.headers["Retry-After"]) > 0
            assert await seen.alive()
            code, bad = await seen.doctor()
            assert code == 1
            assert any("the bus does not take a connection" in line for line in bad)
            while asyncio.get_running_loop().time() - began < STOPPED_FOR:
                assert await seen.alive()
                await asyncio.sleep(1)
            assert set(await seen.faults()) == set(before)
        finally:
            os.kill(server, signal.SIGCONT)

        async def taken() -> bool:
            return (await seen.post("stopped")).status_code in (200, 202)

        await until(taken, within=30)
        await until(seen.all_ready, within=30)
        assert seen.processes() == before, "a process was restarted"
        assert not seen.has_said("started again")
        await seen.running.until(number, "tax")
        code, bad = await seen.doctor()
        assert not any("the disk" in line or "the bus" in line for line in bad)
