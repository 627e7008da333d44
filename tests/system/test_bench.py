"""The benchmark on a small scale: what it prints is whole and sane, and what it fills a log with is a true history."""

import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from chassis.log.stored import Stored
from contracts.people import age_on, sex, valid_id_number
from lianshen.bench.bench import Plan, _options
from lianshen.bench.costs import PARTS, Costs, a_case, part_of
from lianshen.bench.fleet import percentile
from lianshen.bench.load import Kiosks, LoadError, get, post, ticks
from lianshen.bench.prefill import FIRST_DAY
from lianshen.bench.prefilled_case import persons_of
from lianshen.bench.steps import STEPS, medians, steps_of
from lianshen.bench.table import ROWS
from lianshen.simulation.faults import profiles
from procedures.hainan_2025.policy import POLICY

pytestmark = pytest.mark.slow


@pytest.mark.timeout(700)
def test_a_small_run_over_stored_cases_measures_everything(tmp_path: Path) -> None:
    filled = ("--data-dir", str(tmp_path / "filled"))
    first = lianshen("bench", "--cases", "60", "--stored", "200", *filled, "--bus-memory", "700MiB", "--json")
    found = json.loads(first.stdout)

    assert first.returncode == 0, first.stderr
    # The audit reads the stored cases too: each follows allowed steps, and each determination can be recomputed.
    assert found["audit_clean"] is True, first.stderr
    assert (found["cases"], found["stored"]) == (60, 200)
    assert found.keys() == ROWS.keys()
    # Too few cases to say what one takes in memory; and not every disk is one whose flushes the system counts.
    unknown = {name for name, value in found.items() if value is None}
    assert {"memory_bytes_per_case"} == unknown - {"disk_flushes_per_case"}
    assert all(value >= 0 for name, value in found.items() if isinstance(value, int | float))
    for p50, p99 in (("idle_p50_ms", "idle_p99_ms"), ("p50_ms", "p99_ms"), ("half_rate_p50_ms", "half_rate_p99_ms")):
        assert 0 < found[p50] <= found[p99]
    steps = sum(found[f"half_rate_{step}_p50_ms"] for step in STEPS)
    assert found["half_rate_p50_ms"] / 3 < steps < found["half_rate_p99_ms"] * 2
    assert found["cases_per_second"] > 0
    assert 12 <= found["messages_per_case"] <= 20
    assert 5_000 < found["disk_bytes_per_stored_case"] < 50_000
    assert 50 < found["idle_pss_mb"] <= found["peak_pss_mb"]
    assert found["cpu_ms_per_case"] > found["cpu_ms_per_case_generator"] > 0
    assert sum(found[f"cpu_ms_per_case_{part}"] for part in PARTS) == pytest.approx(found["cpu_ms_per_case"], abs=0.1)
    assert all(found[f"cpu_ms_per_case_{part}"] > 0 for part in PARTS if part != "up")
    assert found["server_in_per_case"] > found["messages_per_case"] > found["synced_writes_per_case"] > 0
    assert found["deliveries_per_case"] > found["acknowledged_per_case"] >= 15
    assert found["spans_per_case"] > 5

    if os.environ.get("NIGHTLY"):
        again = lianshen("bench", "--cases", "20", "--no-batches", *filled)
        assert again.returncode == 0, again.stderr
        assert "finished cases in the log before" in again.stdout
        assert "audit clean" in again.stdout

    refused = lianshen("bench", "--cases", "20", "--stored", "300", *filled)
    assert refused.returncode == 1
    assert "is filled with 200 cases" in refused.stderr


@pytest.mark.parametrize("batches", [True, False])
def test_departments_take_questions_together_or_one_by_one(batches: bool, tmp_path: Path) -> None:
    options = dict(pairwise(_options(Plan(20, batches=batches), tmp_path)))
    played = profiles(Path(options["--faults"])) if "--faults" in options else profiles(None)

    assert {profile.batch for profile in played.values()} == {batches}


def test_three_nodes_are_measured_as_they_come() -> None:
    refused = lianshen("bench", "--nodes", "3", "--no-batches")

    assert refused.returncode == 2
    assert "leave all but --cases and --json out" in refused.stderr


def test_a_directory_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("mine")

    refused = lianshen("bench", "--stored", "10", "--data-dir", str(tmp_path / "precious"))

    assert refused.returncode == 1
    assert "name an empty or new directory" in refused.stderr
    assert [path.name for path in (tmp_path / "precious").iterdir()] == ["file"]


def test_stored_families_are_people_that_no_other_family_has() -> None:
    roles = ("applicant", "spouse", "child")
    day = FIRST_DAY.date()
    adult = POLICY.on(day).adult_age
    seen: set[str] = set()
    for n in (*range(5000), *range(335_000, 337_000), *range(1_000_000, 1_001_000)):
        numbers = [valid_id_number(number) for number, _ in persons_of(n, roles)]
        assert [sex(number) for number in numbers[:2]] == ["male", "female"]
        assert [age_on(number, day) >= adult for number in numbers] == [True, True, False]
        seen.update(numbers)
    assert len(seen) == 3 * 8000


async def test_kiosks_come_back_when_told_to_and_put_a_reply_together() -> None:
    replies = [
        (b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",),
        (b"HTTP/1.1 202 Acc", b"epted\r\ncontent-length: 5\r\n", b"\r\nhel", b"lo"),
        (b"",),  # closes without a word
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",),
    ]
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while replies and (head := await reader.readuntil(b"\r\n\r\n")):
            length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0] or 0)
            asked.append(head + await reader.readexactly(length))
            parts = replies.pop(0)
            if not parts[0]:
                break
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    kiosks = Kiosks(url)
    taken = await kiosks.send(post(url, "key-1", b'{"a": 1}'))
    assert (taken.status, taken.body, kiosks.come_back) == (202, b"hello", 1)
    assert asked[0] == asked[1]
    assert asked[0].endswith(b'Idempotency-Key: key-1\r\nContent-Length: 8\r\n\r\n{"a": 1}')
    shown = await kiosks.send(get(url, "NUMBER", "SECRET"))
    assert (shown.status, shown.body) == (200, b"ok")
    assert b"Authorization: Bearer SECRET\r\n" in asked[-1]
    kiosks.close()
    server.close()


async def test_a_fleet_without_an_intake_says_so() -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    with pytest.raises(LoadError, match="closes the connection"):
        await Kiosks(url).send(get(url, "NUMBER", "SECRET"))
    server.close()


async def test_an_instant_that_comes_late_was_due_all_the_same() -> None:
    began = time.time()
    due: list[float] = []
    async for instant in ticks(rate=100, times=5):
        due.append(instant - due[0] if due else instant)
        await asyncio.sleep(0.03)

    assert due[1:] == pytest.approx([0.01, 0.02, 0.03, 0.04])
    assert time.time() - began >= 0.15


def test_a_percentile_is_the_value_that_so_many_do_not_exceed() -> None:
    values = [float(n) for n in range(1, 201)]

    assert (percentile(values, 0.50), percentile(values, 0.99), percentile([7.0], 0.99)) == (100.0, 198.0, 7.0)


def test_a_process_is_known_by_its_command() -> None:
    python = ["/usr/bin/python", "-m"]
    assert part_of([*python, "lianshen", "run", "intake", "determination"]) == "decisions"
    assert part_of([*python, "lianshen", "run", "verify-household"]) == "asking"
    assert part_of([*python, "lianshen.simulation", "--department", "tax"]) == "departments"
    assert part_of(["/venv/bin/nats-server", "--config", "server.conf"]) == "nats_server"
    assert part_of([]) == part_of([*python, "lianshen", "up"]) == "up"


def test_a_cost_is_the_difference_between_two_looks() -> None:
    used = dict.fromkeys(PARTS, 1.0)
    before = Costs(used, {"reads_per_case": 10, "only_before": 1}, spans_at=1)
    after = Costs({**used, "asking": 1.5}, {"reads_per_case": 25, "only_after": 1}, spans_at=9)

    found = a_case(before, after, cases=10)

    assert found["reads_per_case"] == 1.5
    assert found["cpu_ms_per_case_asking"] == 50
    assert found["cpu_ms_per_case_up"] == 0
    assert not found.keys() & {"only_before", "only_after"}


def test_the_steps_of_a_case_are_what_lies_between_its_events_and_their_records() -> None:
    def stored(kind: str, happened: float, at: float) -> Stored:
        happened_at, stored_at = (datetime.fromtimestamp(seconds, UTC) for seconds in (happened, at))
        return Stored("case.N.x", 1, stored_at, {"ce-type": kind, "ce-time": happened_at.isoformat()}, b"")

    opened = stored("ApplicationAccepted", 11, 13)
    answers = [stored("DepartmentAnswered", 17, 21), stored("DepartmentAnswered", 18, 19)]
    made = stored("DeterminationMade", 26, 32)

    found = steps_of(10, [opened, *answers, made])

    assert found is not None
    assert list(found.values()) == [1, 2, 4, 4, 5, 6]
    assert sum(found.values()) == 32 - 10
    assert medians([found])["determined"] == 6000
    assert steps_of(10, [opened, *answers]) is None


def lianshen(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lianshen", *arguments], capture_output=True, text=True, timeout=600, check=False
    )
