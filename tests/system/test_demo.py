"""`lianshen demo` as a user runs it: the sample world, an unknown world, and a folder that is none."""

import asyncio
import csv
import json
import os
import re
import signal
import sys
from pathlib import Path

import httpx
import pytest

from lianshen.demo.synthetic_world import make_crowd
from tests.support.command_line import lianshen

pytestmark = pytest.mark.slow

KEYS = {"file", "http_status", "application_number", "intake", "state", "outcome", "failed", "unknown", "conditions"}


async def demo(*arguments: str) -> tuple[int, str, str]:
    return await lianshen("demo", *arguments)


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
    of_homes = out.partition("from the pool to the keys")[2]
    # Whoever still rents waits for the keys; whoever did not come is cancelled, and a substitute has the home.
    stands = ("handed_over", "bought_back", "price_settled", "cancelled", "pool_confirmed")
    assert [of_homes.count(state) for state in stands] == [2, 1, 1, 1, 1]
    for said in ("refused: mortgage is not met", "depreciation", "accepted and paid; home HN-2026-02-", "is in stock"):
        assert said in err
    assert err.index("refused: mortgage") < err.index("offered") < err.index("accepted and paid")
    assert "verified by a second implementation" in err
    assert "audit clean" in out
    assert "tax answered" in err


async def test_the_edges_of_the_law_come_out_as_stated() -> None:
    import examples

    code, out, err = await demo("--world", str(Path(examples.__file__).parent / "worlds" / "edges"))
    assert code == 0, out + err[-3000:]
    assert "129 expected rows, 0 differ" in out


async def test_it_says_where_to_look_and_stays_open_for_whoever_wants_to(tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", 1)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lianshen", "demo", "--stay", "--world", str(world)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    said: list[str] = []
    async with asyncio.timeout(200):
        while not said or not said[-1].startswith("the receipt of 000000.json"):
            said.append((await process.stderr.readline()).decode())
        number, secret = re.findall(r"(?:number|secret) (\S+?)(?:,|$)", said[-1])
        kiosk = next(line.split()[1] for line in said if line.startswith("kiosk: "))
        async with httpx.AsyncClient(trust_env=False) as client:
            assert "<html lang=" in (await client.get(kiosk)).text
        process.send_signal(signal.SIGINT)
        out, _ = await process.communicate()
    assert process.returncode == 0
    assert number in out.decode()
    assert secret not in out.decode()


async def test_a_world_whose_expectation_is_wrong_is_told_and_exits_1(tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", 2)
    with (world / "expected.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "intake", "outcome", "failed", "unknown", "conditions", "why"])
        writer.writerow(["000000.json", "accepted", "ineligible", "R18c", "", "", "a lie"])
    code, out, _ = await demo("--world", str(world))
    assert code == 1
    assert "NOT AS EXPECTED 000000.json: outcome is eligible, not ineligible" in out


BY_DAY = [(signal.SIGHUP, "the bus is up"), (signal.SIGTERM, "the bus is up"), (signal.SIGINT, "ready after")]
BY_NIGHT = [(signal.SIGINT, "the bus is up"), (signal.SIGTERM, "ready after"), (signal.SIGHUP, "ready after")]


@pytest.mark.parametrize(("number", "told"), [*BY_DAY, *(BY_NIGHT if os.environ.get("NIGHTLY") else ())])
async def test_a_demo_that_is_ended_drains_and_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals, told: str
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lianshen", "demo"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(temporary)},
        start_new_session=True,
    )
    assert process.stderr is not None
    async with asyncio.timeout(200):
        while told not in (await process.stderr.readline()).decode():
            pass
        [folder] = temporary.glob("lianshen-demo-*")
        # To the whole group and to the process, as `timeout` does.
        os.killpg(process.pid, number)
        process.send_signal(number)
        err = (await process.stderr.read()).decode()
        code = await process.wait()
    assert code == 130, err
    assert "Traceback" not in err
    assert not folder.exists(), [str(path) for path in folder.rglob("*")]
    assert list(temporary.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("expected.csv", "name,intake\n", "expected.csv has no column file; its first line must name the columns"),
        ("visits.toml", "[[withdraw]]\nreason =", "visits.toml is no TOML"),
        ("visits.toml", '[[withdraw]]\nreason = "x"\n', "visits.toml: withdraw 1 has no file"),
    ],
)
async def test_a_file_of_a_world_that_cannot_be_used_is_named_and_nothing_is_played(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    world = make_crowd(tmp_path / "world", 1)
    (world / name).write_text(text, encoding="utf-8-sig")
    code, out, err = await demo("--world", str(world))
    assert (code, out) == (2 if name == "expected.csv" else 1, "")
    assert told in err
    assert "the bus is up" not in err


async def test_a_world_whose_register_went_through_a_spreadsheet_is_not_played(tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", 1)
    register = world / "real-estate.csv"
    register.write_text(
        register.read_text(encoding="utf-8").splitlines()[0]
        + "\nU1,150303,residential,120,sole,1.50303E+17,1/1,2018-06-01,registered\n"
    )
    code, out, err = await demo("--world", str(world))
    assert (code, out) == (1, "")
    assert "real-estate.csv, line 2: no ID number in owner_id_number" in err
    assert "E+17" not in err


async def test_a_world_that_was_saved_on_windows_is_played(tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", 1)
    (world / "visits.toml").write_text("")
    (world / "faults.toml").write_text("")
    (world / "expected.csv").write_text("file,intake,outcome\n000000.json,accepted,eligible\n")
    for path in world.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text, encoding="utf-8-sig", newline="\r\n")
    code, out, err = await demo("--world", str(world))
    assert code == 0, out + err[-3000:]
    assert "1 expected rows, 0 differ" in out


async def test_a_folder_that_is_no_world_is_said_to_be_none(tmp_path: Path) -> None:
    code, _, err = await demo("--world", str(tmp_path))
    assert code == 2
    assert "no world" in err
