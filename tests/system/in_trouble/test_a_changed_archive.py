"""One changed byte of the archive: the system starts and runs, says so, and has another one begun by command."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from evidence.archive.files import lines_of, segments
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import System
from tests.support import command_line
from tests.support.up import A_DRILL
from tests.support.waiting import until
from tests.support.zygote import ZYGOTE

pytestmark = pytest.mark.slow


async def lianshen(data: DataDir, *arguments: str) -> tuple[int, Any, str]:
    code, out, err = await command_line.lianshen(*arguments, "--data-dir", str(data.path))
    return code, json.loads(out or "null"), err


async def test_one_changed_byte_of_the_archive_keeps_nothing_from_starting(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    first = System(data, spawn=ZYGOTE.spawn)
    try:
        await first.start()
        # The register holds our own keys by now.
        await until(lambda: any(True for _ in lines_of(data.archive)), 20)
    finally:
        await first.stop()
    newest = segments(data.archive)[-1]
    body = bytearray(newest.read_bytes())
    body[len(body) // 2] ^= 1
    newest.write_bytes(body)

    said: list[str] = []
    system = System(data, environment=A_DRILL, say=said.append, spawn=ZYGOTE.spawn)
    try:
        await system.start()
        health = system.children["archive"].endpoints()["health"]
        async with httpx.AsyncClient(trust_env=False) as client:
            async with asyncio.timeout(60):
                while "troubles" not in (reply := await client.get(f"{health}/readyz")).json():
                    await asyncio.sleep(0.1)
            assert "was changed" in reply.json()["troubles"]["archive"]
            assert (reply.status_code, reply.json()["status"]) == (200, "ready")
            assert (await client.get(f"{health}/livez")).status_code == 200
            assert "lianshen_archive_in_trouble 1.0" in (await client.get(f"{health}/metrics")).text
            assert (await client.get(f"{system.intake_url}/v1/applications/none")).status_code in (401, 404)

        code, findings, err = await lianshen(data, "doctor", "--json")
        assert code == 1, err
        [about] = [finding for finding in findings if finding["what"] == "the archive"]
        assert not about["well"]
        assert "was changed" in about["detail"]
        assert "lianshen archive start-anew" in about["mend"]

        code, kept, err = await lianshen(data, "archive", "start-anew", "--by", "Officer Wang", "--reason", "a test")
        assert code == 0, err
        await until(lambda: any(True for _ in lines_of(data.archive)), 20)
        assert (Path(kept["kept"]) / newest.name).read_bytes() == body
        code, state, err = await lianshen(data, "archive", "state")
        assert (code, state["trouble"]) == (0, None), err
        code, _, err = await lianshen(data, "archive", "start-anew", "--by", "Officer Wang", "--reason", "a test")
        assert code == 1
        assert "nothing is wrong with the archive" in err
        assert system.children["archive"].restarts == 0
        assert not [words for words in said if "archive" in words]
    finally:
        await system.stop()
