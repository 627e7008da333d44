"""A backup is one once it was restored: taken under load, added to, restored with its archive, and from that alone."""

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from nats.aio.client import Client

from chassis.log.follow import records
from contracts.case.states import State
from contracts.events import NoticeSent
from evidence.archive.files import lines_of, segments
from evidence.audit import audit
from lianshen.backup.form import Folder
from lianshen.cases.log_tail import LogTail
from lianshen.catalog import durables
from lianshen.demo.synthetic_world import make_crowd
from lianshen.embedded.client import history_of
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import System
from tests.support import command_line
from tests.support.running_system import QUICK, Running, starting
from tests.support.waiting import until
from tests.support.worlds import form_in
from tests.support.zygote import ZYGOTE

pytestmark = pytest.mark.slow
FAMILIES = 18
UNDER_WAY = {State.SUBMITTED, State.VERIFYING, State.IN_PUBLICITY}

Log = list[tuple[str, str, bytes]]


@dataclass(frozen=True)
class Kept:
    """What is left of a system that is gone: its backup, its keys, its archive; and what was in its log."""

    backup: Path
    keys: Path
    archive: Path
    log: Log
    states: dict[str, State]
    before: int
    """How many records the backup has."""


async def lianshen(*arguments: object) -> tuple[int, str, str]:
    return await command_line.lianshen(*map(str, arguments))


async def log_of(nc: Client) -> Log:
    """Each record with its time, in order."""
    return [
        (one.subject, one.headers["Nats-Time-Stamp"], one.body) async for one in records(await history_of(nc), ">")
    ]


async def states_of(nc: Client) -> dict[str, State]:
    tail = LogTail(await history_of(nc))
    await tail.read()
    return {case.application: case.state for case in tail}


async def all_rest(nc: Client, cases: int) -> bool:
    states = await states_of(nc)
    return len(states) == cases and not UNDER_WAY.intersection(states.values())


async def has_more_than(nc: Client, records: int) -> bool:
    return len(await log_of(nc)) > records


async def told_twice(nc: Client) -> list[object]:
    tail = LogTail(await history_of(nc))
    told = [item.event for item in await tail.read() if isinstance(item.event, NoticeSent)]
    counted = Counter((event.application, event.cause, event.channel) for event in told)
    return [what for what, times in counted.items() if times > 1]


async def consumers_are_idle(nc: Client) -> bool:
    """Whether each durable has read, and each handler has done, all there is."""
    former = {durable.name for durable in durables() if durable.is_former}  # read by nobody here
    for name in await nc.jetstream().consumers_info("CASES"):
        if name.name in former or name.config.deliver_subject is not None:
            continue
        if name.num_pending or name.num_ack_pending:
            return False
    return True


@asynccontextmanager
async def system_on(data: Path) -> AsyncIterator[System]:
    system = System(DataDir(data), environment=QUICK, spawn=ZYGOTE.spawn)
    try:
        await system.start()
        yield system
    finally:
        await system.stop()


async def hand_in(running: Running, world: Path, first: int, last: int) -> None:
    for n in range(first, last):
        reply = await running.post(form_in(world, n), f"key-{n:026d}")
        assert reply.status_code == 202, reply.text
        await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return asyncio.run(keep(tmp_path_factory.mktemp("kept")))


async def keep(place: Path) -> Kept:
    """Backed up twice while families apply; then more of them apply, and the system is gone."""
    world, backup, keys = make_crowd(place / "world", FAMILIES), place / "backup", place / "keys"
    async with starting(place) as start:
        running = await start(world)
        data = running.system.data_dir.path
        load = asyncio.create_task(hand_in(running, world, 0, FAMILIES - 4))
        code, out, err = await lianshen("backup", backup, "--keys", keys, "--data-dir", data)
        assert code == 0, out + err
        assert "every invariant holds" in out
        first = b"".join(segment.read_bytes() for segment in segments(backup / "log"))
        backed_up = json.loads((backup / "backup.json").read_text())["records"]["CASES"]
        await until(lambda: has_more_than(running.nc, backed_up))
        code, out, err = await lianshen("backup", backup, "--keys", keys, "--data-dir", data)
        assert code == 0, out + err
        second = b"".join(segment.read_bytes() for segment in segments(backup / "log"))
        assert second.startswith(first)
        assert len(second) > len(first), "nothing was written meanwhile"
        await load
        await hand_in(running, world, FAMILIES - 4, FAMILIES)
        await until(lambda: all_rest(running.nc, FAMILIES), 60)
        await until(lambda: consumers_are_idle(running.nc), 20)
        log = await log_of(running.nc)
        await until(lambda: sum(1 for _ in lines_of(data / "archive")) == len(log), 30)
        states = await states_of(running.nc)
    shutil.rmtree(data / "jetstream")
    before = json.loads((backup / "backup.json").read_text())["records"]["CASES"]
    assert before < len(log)
    return Kept(backup, keys, data / "archive", log, states, before)


def test_neither_names_nor_keys_can_be_read_in_the_records(kept: Kept) -> None:
    files = [file for file in kept.backup.rglob("*") if file.is_file()]
    bodies = b"".join(file.read_bytes() for file in files)
    forms = [json.loads(body) for subject, _, body in kept.log if subject.endswith(".submitted")]
    assert len(forms) == FAMILIES
    assert not [form for form in forms if form["form"]["applicant"]["name"].encode() in bodies]
    for key in (kept.keys / "keys").glob("*.key"):
        assert key.read_bytes().strip() not in bodies
    assert kept.keys.stat().st_mode & 0o777 == 0o700
    assert not (kept.backup / "keys").exists()


async def test_what_the_archive_alone_has_comes_back_and_the_system_goes_on(kept: Kept, tmp_path: Path) -> None:
    place = tmp_path / "new"
    options = "--archive", kept.archive, "--keys", kept.keys, "--data-dir", place
    code, out, err = await lianshen("restore", kept.backup, *options)
    assert code == 0, out + err
    assert f"{len(kept.log) - kept.before} of them from the archive alone" in err
    async with system_on(place) as system, system.connected("operator") as nc:
        assert await log_of(nc) == kept.log
        await until(lambda: consumers_are_idle(nc), 60)
        assert await states_of(nc) == kept.states
        assert await told_twice(nc) == []
        await until(lambda: (place / "archive").is_dir() and any(lines_of(place / "archive")), 20)
        assert await audit(nc, archive=place / "archive") == []


async def test_the_archive_alone_gives_the_same(kept: Kept, tmp_path: Path) -> None:
    place = tmp_path / "new"
    options = "--keys", kept.keys, "--data-dir", place
    code, out, err = await lianshen("restore", "--archive", kept.archive, *options)
    assert code == 0, out + err
    async with system_on(place) as system, system.connected("operator") as nc:
        assert await log_of(nc) == kept.log
        assert await states_of(nc) == kept.states
    code, _, err = await lianshen("restore", kept.backup, *options)
    assert code == 1
    assert "is not empty" in err


async def test_cases_that_were_under_way_move_on(kept: Kept, tmp_path: Path) -> None:
    """The backup alone: what it has of a case is where the case goes on, whatever a consumer had read by then."""
    place, alone = tmp_path / "new", tmp_path / "alone"
    shutil.copytree(kept.backup, alone, ignore=shutil.ignore_patterns("archive"))
    code, out, err = await lianshen("restore", alone, "--keys", kept.keys, "--data-dir", place)
    assert code == 0, out + err
    world = kept.archive.parents[1] / "world"
    system = System(DataDir(place), world=world, environment=QUICK, spawn=ZYGOTE.spawn)
    try:
        await system.start()
        async with system.connected("operator") as nc:
            cases = await states_of(nc)
            assert len(await log_of(nc)) >= kept.before
            await until(lambda: all_rest(nc, len(cases)), 60)
            assert {number: kept.states[number] for number in cases} == await states_of(nc)
            assert await told_twice(nc) == []
    finally:
        await system.stop()


async def test_a_changed_byte_is_refused_and_what_was_cut_short_is_never_started(kept: Kept, tmp_path: Path) -> None:
    changed, place = tmp_path / "changed", tmp_path / "new"
    shutil.copytree(kept.backup, changed, ignore=shutil.ignore_patterns("archive"))
    [file] = segments(changed / "log")
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(body)
    code, out, err = await lianshen("restore", changed, "--keys", kept.keys, "--data-dir", place)
    assert code == 1, out
    assert "was changed" in err
    code, _, err = await lianshen("up", "--no-console", "--data-dir", place)
    assert code == 1
    assert "was cut short" in err


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(Exception, match="no backup"):
        Folder.at(tmp_path, None).make()
