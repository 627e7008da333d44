"""The archive's trouble is the archive's: it is named, the rest runs, and a person has another one begun."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive.aside import ASIDE, WHY, put_aside
from archive.keeper import Keeper, StartAnew
from archive.writer import Archive

from chassis.errors import CommandRefused, Drift
from chassis.log.history import History
from chassis.log.journal import STREAM, Journal
from chassis.log.leader import read_from_leader
from chassis.process.service import Parts
from evidence.archive.chain import next_line
from evidence.archive.check import check
from evidence.archive.files import HEADS, Files, locked, segments
from lianshen.doctor.archive import about_archive
from tests.evidence.test_archive import BOX, a_chain, archiving, seal_of, until_archived
from tests.support.readers import submit
from tests.support.real_bus import RealBus
from tests.support.waiting import ended, until

ASKED = StartAnew(by="Officer Wang", reason="the disk was replaced")


def change_a_byte(folder: Path) -> str:
    newest = segments(folder)[-1]
    body = bytearray(newest.read_bytes())
    body[len(body) // 2] ^= 1
    newest.write_bytes(body)
    return "was changed"


def change_the_last_byte(folder: Path) -> str:
    newest = segments(folder)[-1]
    newest.write_bytes(newest.read_bytes()[:-4] + b'x"}\n')
    return "was changed"


def change_a_head(folder: Path) -> str:
    body = (folder / HEADS).read_bytes()
    (folder / HEADS).write_bytes(body[:-9] + (b"A" if body[-9:-8] != b"A" else b"B") + body[-8:])
    return "head"


def take_its_end_away(folder: Path) -> str:
    newest = segments(folder)[-1]
    newest.write_bytes(b"".join(newest.read_bytes().splitlines(keepends=True)[:-2]))
    return "is missing: the archive was sealed until record"


def write_it_further_than_the_log(folder: Path) -> str:
    """As after a restore of an older log."""
    files = Files(folder)
    line = next_line(files.sequence + 1, b"a record that the log does not have", files.chain, BOX)
    files.append([line])
    files.close()
    return f"record {line.sequence} of the archive is not in the log"


FAULTS = [change_a_byte, change_the_last_byte, change_a_head, take_its_end_away, write_it_further_than_the_log]


def trouble(parts: Parts) -> str | None:
    return parts.troubles["archive"]()


async def do(parts: Parts, verb: str, **request: str) -> dict[str, Any]:
    [command] = [command for command in parts.commands if command.verb == verb]
    return await command.do(command.asks.model_validate(request))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_an_archive_in_trouble_is_named_ends_nothing_and_is_begun_anew_by_command(
    fault: Callable[[Path], str], real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "archive"
    await submit(journal, 5)
    async with archiving(real_bus, folder, monkeypatch):
        await until_archived(folder, 5)
    words = fault(folder)
    files_before = {path.name: path.read_bytes() for path in (*segments(folder), folder / HEADS)}

    async with archiving(real_bus, folder, monkeypatch) as parts:
        assert words in await until(lambda: trouble(parts))
        state = await do(parts, "state")
        assert words in state["trouble"]
        assert not about_archive(state).well
        assert "lianshen archive start-anew" in about_archive(state).sentence()
        await submit(journal, 3)
        # Nothing is written, nothing is sealed, nobody touches it.
        assert {path.name: path.read_bytes() for path in (*segments(folder), folder / HEADS)} == files_before

        kept = Path((await do(parts, "start-anew", **ASKED.model_dump()))["kept"])

        await until_archived(folder, 8)
        assert await until(lambda: trouble(parts) is None)
        assert about_archive(await do(parts, "state")).well
        assert {path.name: path.read_bytes() for path in kept.iterdir() if path.name != WHY} == files_before
        why = json.loads((kept / WHY).read_text(encoding="utf-8"))
        assert (why["by"], why["reason"]) == (ASKED.by, ASKED.reason)
        assert words in why["trouble"]
    report = check(folder, seal_of(real_bus))
    assert report.fault is None
    assert report.records >= 8  # and the entry of the register that names the seal


async def test_a_sound_archive_is_not_begun_anew(
    real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(journal, 5)
    async with archiving(real_bus, tmp_path, monkeypatch) as parts:
        await until_archived(tmp_path, 5)
        with pytest.raises(CommandRefused, match="none is begun beside it"):
            await do(parts, "start-anew", **ASKED.model_dump())
        assert not (tmp_path / ASIDE).exists()


async def test_what_was_mended_by_hand_goes_on_by_itself(tmp_path: Path) -> None:
    tries = []

    def full_at_first() -> Archive:
        tries.append(1)
        if len(tries) < 4:
            raise OSError(28, "No space left on device")
        return Sound()  # type: ignore[return-value]

    keeper = Keeper(tmp_path, full_at_first, again_after=0.02)
    running = asyncio.create_task(keeper.run(0))
    try:
        assert "No space left" in await until(lambda: keeper.trouble)
        await until(lambda: keeper.trouble is None)
        assert len(tries) == 4
    finally:
        await ended(running)


class Sound:
    """An archive that goes on."""

    goes_on = False
    sequence = 7

    async def follow(self) -> None:
        self.goes_on = True
        await asyncio.Event().wait()

    async def close(self) -> None:
        pass


class Broken(Sound):
    """One with a mistake of ours in it."""

    async def follow(self) -> None:
        raise AssertionError("13800001234")


async def test_a_mistake_of_ours_in_the_archive_ends_nothing_either(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path, Broken, again_after=0.02)  # type: ignore[arg-type]
    running = asyncio.create_task(keeper.run(0))
    try:
        told = await until(lambda: keeper.trouble)
        assert "AssertionError" in told
        assert "13800001234" not in told
        await asyncio.sleep(0.1)
        assert not running.done()
    finally:
        await ended(running)


def test_files_that_another_process_writes_are_not_put_aside(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.append(a_chain([b"record 1"]))
    with pytest.raises(Drift, match="another process writes this archive"):
        put_aside(tmp_path, {})
    files.close()
    aside = put_aside(tmp_path, {"by": "Officer Wang"})
    assert segments(tmp_path) == []
    assert len(segments(aside)) == 1
    os.close(locked(tmp_path / "lock") or 0)


# --- read from the leader ---


async def test_a_record_from_the_leader_is_the_record_as_a_direct_get_has_it(
    real_bus: RealBus, journal: Journal
) -> None:
    await submit(journal, 3)
    nc = await real_bus.connect()
    history = History(nc, STREAM)
    await history.start()
    for direct in await history.after(0, ">", 500):
        by_leader = await read_from_leader(nc, STREAM, direct.sequence)
        assert by_leader is not None
        of_the_reply = ("Nats-Num-Pending", "Nats-Last-Sequence", "Nats-UpTo-Sequence")
        headers = {name: value for name, value in direct.headers.items() if name not in of_the_reply}
        assert (by_leader.subject, by_leader.sequence, by_leader.at, by_leader.headers, by_leader.body) == (
            *(direct.subject, direct.sequence, direct.at, headers, direct.body),
        )
    assert await read_from_leader(nc, STREAM, 10_000) is None


async def test_a_replica_that_lags_raises_no_alarm(
    real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its direct gets show none of the newest records; what the leader says counts."""
    folder = tmp_path / "archive"
    await submit(journal, 5)
    async with archiving(real_bus, folder, monkeypatch):
        await until_archived(folder, 5)
    after = History.after

    async def of_a_replica(self: History, sequence: int, subjects: str, most: int = 500) -> Any:
        return [stored for stored in await after(self, sequence, subjects, most) if stored.sequence <= 3]

    with monkeypatch.context() as lagging:
        lagging.setattr(History, "after", of_a_replica)
        async with archiving(real_bus, folder, monkeypatch) as parts:
            await until(lambda: parts.troubles)
            await asyncio.sleep(1.2)
            assert trouble(parts) is None
    assert check(folder, seal_of(real_bus)).fault is None


async def test_a_replica_that_leaves_a_record_out_is_asked_again_and_a_hole_of_the_leader_is_named(
    real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(journal, 5)
    after, asked = History.after, []

    async def of_a_replica(self: History, sequence: int, subjects: str, most: int = 500) -> Any:
        found = await after(self, sequence, subjects, most)
        asked.append(sequence)
        return [stored for stored in found if len(asked) > 2 or stored.sequence != 3]

    monkeypatch.setattr(History, "after", of_a_replica)
    async with archiving(real_bus, tmp_path, monkeypatch) as parts:
        await until_archived(tmp_path, 5)
        assert trouble(parts) is None
