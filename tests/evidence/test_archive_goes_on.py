"""The archive goes on where it stopped, however it stopped; what it cannot go on from, it says and leaves alone."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive.writer import Archive
from nacl.secret import Aead

from chassis.errors import Drift
from chassis.log.journal import Journal
from chassis.process.keys import read_key
from chassis.process.service import Context
from chassis.process.settings import Settings
from contracts.jws import sha256
from evidence.archive.chain import Head, next_line, read_line, record_bytes, sealed_head
from evidence.archive.check import check, fault_of_the_newest, read_heads
from evidence.archive.files import HEADS, Files, heads_of, lines_of, segments
from tests.evidence.test_archive import BOX, SEAL, a_chain, archiving, seal_of, until_archived
from tests.support.readers import submit
from tests.support.real_bus import RealBus

KNOWN = {SEAL.kid: SEAL.x}


def a_head(files: Files) -> str:
    return sealed_head(Head(files.sequence, files.chain, datetime.now(UTC)), SEAL)


def written(folder: Path, records: int = 10, segment_bytes: int = 1500) -> Files:
    """An archive in several segments, sealed at its end."""
    files = Files(folder, segment_bytes)
    for line in a_chain([b"record %d" % n for n in range(1, records + 1)]):
        files.append([line])
    files.seal(a_head(files))
    return files


def fault_at_start(folder: Path) -> str | None:
    return fault_of_the_newest(folder, read_heads(heads_of(folder), KNOWN))


# --- killed ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_killed_at_any_moment_it_goes_on_without_a_hole_or_a_repetition(
    real_bus: RealBus, journal: Journal, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    environment = os.environ | {
        "LIANSHEN_NATS_URL": real_bus.url,
        "LIANSHEN_NATS_SEED_FILE": str(real_bus.seed()),
        "LIANSHEN_KEYS_DIR": str(real_bus.data_dir.keys),
        "LIANSHEN_ARCHIVE_DIR": str(folder),
        "LIANSHEN_ARCHIVE_SEAL_EVERY": "0.05",
    }
    chance = random.Random(7)
    for _ in range(4):
        await asyncio.gather(*(submit(journal, 200) for _ in range(10)))
        before = size_of(folder)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "archive"), env=environment, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(20):
                while size_of(folder) == before:
                    await asyncio.sleep(0.001)
            await asyncio.sleep(chance.uniform(0, 0.1))
        finally:
            process.send_signal(signal.SIGKILL)
            await process.wait()
    # And once within a line and within a head, as a killed machine leaves them.
    with segments(folder)[-1].open("ab") as file:
        file.write(b'{"n":99')
    with (folder / HEADS).open("ab") as file:
        file.write(b"eyJhbGciOi")
    log = [stored for n in range(0, 8001, 1000) for stored in await journal.history.after(n, ">", 1000)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "archive"), env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    await until_archived(folder, len(log))
    process.terminate()
    assert await process.wait() == 0
    report = check(folder, seal_of(real_bus), Aead(read_key(real_bus.data_dir.keys, "archive")))
    assert (report.records, report.sealed_until, report.fault) == (len(log), len(log), None)
    hashes = [
        sha256(record_bytes(stored.subject, stored.headers["Nats-Time-Stamp"], stored.headers, stored.body))
        for stored in log
    ]
    assert [read_line(text).sha256 for text in lines_of(folder)] == hashes


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in segments(folder))


@pytest.mark.parametrize("torn", [b"", b"{", b'{"n":11,"h":"', b"\0" * 5000])
def test_what_a_killed_process_left_behind_the_last_whole_line_goes(tmp_path: Path, torn: bytes) -> None:
    files = written(tmp_path)
    files.close()
    whole = segments(tmp_path)[-1].read_bytes()
    with segments(tmp_path)[-1].open("ab") as file:
        file.write(torn)
    # Whoever checks it meanwhile sees what is whole.
    assert check(tmp_path, KNOWN).fault is None
    again = Files(tmp_path)
    assert (again.sequence, again.chain) == (files.sequence, files.chain)
    assert segments(tmp_path)[-1].read_bytes() == whole


def test_a_segment_that_was_only_begun_is_begun_anew(tmp_path: Path) -> None:
    written(tmp_path).close()
    (tmp_path / "CASES-00000000000000000011.jsonl").write_bytes(b'{"n":11')
    again = Files(tmp_path)
    assert again.sequence == 10
    again.append([next_line(11, b"record 11", again.chain, BOX)])
    again.seal(a_head(again))
    assert check(tmp_path, KNOWN).records == 11


def test_a_head_that_was_only_begun_does_not_spoil_the_next_one(tmp_path: Path) -> None:
    written(tmp_path).close()
    with (tmp_path / HEADS).open("ab") as file:
        file.write(b"eyJhbGciOiJFZERTQSIs")
    again = Files(tmp_path)
    again.append([next_line(11, b"record 11", again.chain, BOX)])
    again.seal(a_head(again))
    report = check(tmp_path, KNOWN)
    assert (report.sealed_until, report.fault) == (11, None)
    assert len(heads_of(tmp_path)) == 2
    assert read_heads(heads_of(tmp_path), KNOWN).newest == 11


# --- what it cannot go on from --------------------------------------------------------------------------------------


def test_a_second_process_cannot_write_the_same_archive(tmp_path: Path) -> None:
    files = written(tmp_path)
    with pytest.raises(Drift, match="another process writes this archive"):
        Files(tmp_path)
    files.close()
    Files(tmp_path).close()


def test_a_byte_changed_in_the_newest_segment_or_before_it_is_found_at_start(tmp_path: Path) -> None:
    written(tmp_path).close()
    found = segments(tmp_path)
    assert len(found) == 2
    assert fault_at_start(tmp_path) is None
    for segment in found[-2:]:
        body = segment.read_bytes()
        for place in range(len(body) - 40, len(body) - 1):
            segment.write_bytes(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
            assert "was changed" in str(fault_at_start(tmp_path))
        segment.write_bytes(body)


def unsealed_and_rewritten(folder: Path) -> str:
    (folder / HEADS).unlink()
    return "nothing of it is sealed"


def without_a_segment(folder: Path) -> str:
    second = segments(folder)[1]
    first = int(second.stem.removeprefix("CASES-"))
    second.unlink()
    return f"record {first} is missing"


def a_torn_segment_in_the_middle(folder: Path) -> str:
    first = segments(folder)[0]
    first.write_bytes(first.read_bytes()[:-10])
    return f"record {len(first.read_bytes().splitlines())} was changed"


def the_end_taken_away(folder: Path) -> str:
    segments(folder)[-1].unlink()
    return "is missing: the archive was sealed until record 10"


@pytest.mark.parametrize(
    "change", [unsealed_and_rewritten, without_a_segment, a_torn_segment_in_the_middle, the_end_taken_away]
)
def test_files_taken_away_are_named(tmp_path: Path, change: Callable[[Path], str]) -> None:
    written(tmp_path).close()
    words = change(tmp_path)
    assert words in str(check(tmp_path, KNOWN).fault)


def test_it_does_not_begin_anew_where_what_was_sealed_is_gone(tmp_path: Path) -> None:
    """Else an archive written from a changed log would stand where the right one stood."""
    written(tmp_path).close()
    segments(tmp_path)[-1].unlink()
    assert "is missing: the archive was sealed until record 10" in str(fault_at_start(tmp_path))
    for segment in segments(tmp_path):
        segment.unlink()
    assert fault_at_start(tmp_path) == "record 1 is missing: the archive was sealed until record 10"
    Files(tmp_path).append(a_chain([b"another record %d" % n for n in range(1, 11)]))
    assert fault_at_start(tmp_path) == "record 10, or one before it, is not what was sealed"


def test_files_taken_away_while_it_writes_are_said_before_the_next_seal(tmp_path: Path) -> None:
    files = written(tmp_path)
    segments(tmp_path)[-1].unlink()
    with pytest.raises(Drift, match="taken away while it was written"):
        files.seal(a_head(files))
    assert len(heads_of(tmp_path)) == 1


async def test_it_does_not_go_on_behind_another_log(
    real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a restore from an older backup: what it would add would hang on records that nobody else has."""
    await submit(journal, 5)
    for records in (3, 9):
        files = written(tmp_path / str(records), records)
        archive = Archive(Context(Settings(), await real_bus.connect(), journal), files, BOX, SEAL, 60)
        with pytest.raises(Drift, match=f"record {records} of the archive is not in the log"):
            async with asyncio.timeout(10):
                await archive.follow()
        await archive.close()
        assert files.sequence == records


async def test_it_seals_at_once_what_it_finds_and_says_how_far_it_is(
    real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(journal, 5)
    async with archiving(real_bus, tmp_path / "archive", monkeypatch):
        await until_archived(tmp_path / "archive", 5)
        async with asyncio.timeout(5):
            while read_heads(heads_of(tmp_path / "archive"), seal_of(real_bus)).newest < 5:
                await asyncio.sleep(0.02)
