"""`lianshen demo` as a user runs it: the sample world, an unknown world, and a folder that is none."""

import asyncio
import csv
import json
import sys
from pathlib import Path

import pytest

from lianshen.crowd import make_crowd

pytestmark = pytest.mark.slow

KEYS = {"file", "http_status", "application_number", "intake", "state", "outcome", "failed", "unknown", "conditions"}


async def demo(*arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lianshen", "demo", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 120)
    return process.returncode or 0, out.decode(), err.decode()


@pytest.mark.timeout(130)
async def test_the_sample_world_comes_out_as_stated(tmp_path: Path) -> None:
    code, out, err = await demo("--results", str(tmp_path / "results.json"))
    assert code == 0, out + err
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert [row["file"] for row in results] == sorted(row["file"] for row in results)
    assert all(set(row) == KEYS for row in results)
    by_file = {row["file"]: row for row in results}
    assert by_file["01-family-no-home.json"]["state"] == "pool_confirmed"
    assert by_file["17-bad-id-number.json"] == {
        "file": "17-bad-id-number.json",
        "http_status": 422,
        "application_number": None,
        "intake": "invalid",
        "state": None,
        "outcome": None,
        "failed": [],
        "unknown": [],
        "conditions": [],
    }
    assert by_file["20-withdrawn-midway.json"]["state"] == "withdrawn"
    assert "DRILL" in out
    assert "0 differ" in out
    assert "audit clean" in out
    assert "tax answered" in err


@pytest.mark.timeout(130)
async def test_the_edges_of_the_law_come_out_as_stated() -> None:
    import examples

    code, out, err = await demo("--world", str(Path(examples.__file__).parent / "worlds" / "edges"))
    assert code == 0, out + err[-3000:]
    assert "129 expected rows, 0 differ" in out


async def test_a_world_whose_expectation_is_wrong_is_told_and_exits_1(tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", 2)
    with (world / "expected.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "intake", "outcome", "failed", "unknown", "conditions", "why"])
        writer.writerow(["000000.json", "accepted", "ineligible", "R18c", "", "", "a lie"])
    code, out, _ = await demo("--world", str(world))
    assert code == 1
    assert "NOT AS EXPECTED 000000.json: outcome is eligible, not ineligible" in out


async def test_a_folder_that_is_no_world_is_said_to_be_none(tmp_path: Path) -> None:
    code, _, err = await demo("--world", str(tmp_path))
    assert code == 2
    assert "no world" in err
