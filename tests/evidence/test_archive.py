"""The archive: in the order of the log, chained, sealed; whatever is changed in a copy of it is named."""

import asyncio
import base64
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive.service import build
from archive.settings import ArchiveSettings
from hypothesis import given
from hypothesis import strategies as st
from nacl.secret import Aead

from chassis.log.journal import Journal
from chassis.process.keys import make_keys, read_key
from chassis.process.service import Context, Parts
from chassis.process.settings import Settings
from contracts.jws import Signer
from evidence.archive.chain import (
    GENESIS,
    ChainLine,
    Head,
    Torn,
    decrypt,
    follows,
    next_line,
    read_line,
    record_bytes,
    sealed_head,
)
from evidence.archive.check import Report, check, fault_of_the_newest, read_heads
from evidence.archive.files import HEADS, OF_LOOKS, Files, heads_of, lines_of, segments
from tests.support.readers import submit
from tests.support.real_bus import RealBus
from tests.support.waiting import ended, until

BOX = Aead(b"k" * 32)
SEAL = Signer.from_seed(b"s" * 32)


# --- the chain, without a bus -----------------------------------------------------------------------------------


def a_chain(records: list[bytes]) -> list[ChainLine]:
    lines: list[ChainLine] = []
    for record in records:
        lines.append(next_line(len(lines) + 1, record, lines[-1].chain if lines else GENESIS, BOX))
    return lines


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=8), st.data())
def test_any_change_of_any_line_breaks_the_chain_at_that_line(records: list[bytes], data: st.DataObject) -> None:
    lines = a_chain(records)
    assert [decrypt(line, BOX) for line in lines] == records
    place = data.draw(st.integers(0, len(lines) - 1))
    text = bytearray(lines[place].text.encode())
    text[data.draw(st.integers(0, len(text) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    before = lines[place - 1].chain if place else GENESIS
    with contextlib.suppress(Torn):
        changed = read_line(text.decode("utf-8", "surrogateescape"))
        assert not (changed.sequence == place + 1 and follows(changed, before))


@given(
    st.tuples(st.text(max_size=9), st.text(max_size=9), st.dictionaries(st.text(max_size=5), st.text(max_size=5)),
              st.binary(max_size=9)),
    st.tuples(st.text(max_size=9), st.text(max_size=9), st.dictionaries(st.text(max_size=5), st.text(max_size=5)),
              st.binary(max_size=9)),
)  # fmt: skip
def test_different_records_are_different_bytes(one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    assert (record_bytes(*one) == record_bytes(*other)) == (one == other)


def test_a_record_is_the_same_however_it_was_read() -> None:
    headers = {"ce-type": "X", "Nats-Sequence": "1", "Nats-Num-Pending": "7", "Nats-Last-Sequence": "3"}
    assert record_bytes("s", "t", headers, b"b") == record_bytes("s", "t", {"ce-type": "X"}, b"b")


@given(st.lists(st.binary(max_size=9), min_size=2, max_size=9))
def test_no_nonce_serves_two_different_records(records: list[bytes]) -> None:
    """Also in two archives under one key: of a log, and of another log that was restored."""
    lines = [*a_chain(records), *a_chain(records[::-1])]
    nonces = {base64.b64decode(line.sealed)[: Aead.NONCE_SIZE]: (line.sequence, line.sha256) for line in lines}
    assert len(nonces) == len({(line.sequence, line.sha256) for line in lines})


def test_a_line_has_one_way_to_be_written() -> None:
    [line] = a_chain([b"record"])
    for other in (
        line.text.replace(",", ", "),
        line.text + " ",
        line.text.replace('"n":1', '"n":1.0'),
        "\ufeff" + line.text,
    ):
        with pytest.raises(Torn):
            read_line(other)


def test_another_key_opens_nothing() -> None:
    [line] = a_chain([b"secret"])
    with pytest.raises(Torn, match="record 1 cannot be decrypted"):
        decrypt(line, Aead(b"j" * 32))
    assert "secret" not in line.text


# --- over the log -----------------------------------------------------------------------------------------------


@asynccontextmanager
async def archiving(bus: RealBus, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Parts]:
    monkeypatch.setenv("LIANSHEN_ARCHIVE_DIR", str(folder))
    monkeypatch.setenv("LIANSHEN_KEYS_DIR", str(bus.data_dir.keys))
    nc = await bus.connect()
    journal = Journal(nc, within=5)
    await journal.start()
    parts = build(Context(Settings(), nc, journal), ArchiveSettings())
    tasks = [asyncio.create_task(work()) for work in parts.background]
    try:
        yield parts
    finally:
        await ended(*tasks)
        assert parts.close is not None
        await parts.close()
        await journal.stop()


def seal_of(bus: RealBus) -> dict[str, str]:
    seal = Signer.from_seed(read_key(bus.data_dir.keys, "seal"))
    return {seal.kid: seal.x}


async def until_archived(folder: Path, records: int) -> None:
    await until(lambda: sum(1 for _ in lines_of(folder)) >= records)


async def test_every_record_is_written_in_order_sealed_at_the_end_and_private(
    real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "archive"
    await submit(journal, 30)
    async with archiving(real_bus, folder, monkeypatch):
        await until_archived(folder, 30)
        await submit(journal, 12)
        await until_archived(folder, 43)
    box = Aead(read_key(real_bus.data_dir.keys, "archive"))
    report = check(folder, seal_of(real_bus), box)
    # Its own seal key is in the log, too.
    assert (report.records, report.sealed_until, report.fault) == (43, 43, None)
    assert {path.stat().st_mode & 0o777 for path in (folder, folder / OF_LOOKS)} == {0o700}
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    everything = b"".join(path.read_bytes() for path in files)
    assert "王建国".encode() not in everything
    assert b"ApplicationSubmitted" not in everything


async def test_a_second_archive_of_the_same_log_is_the_same_to_the_byte(
    real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(journal, 20)
    for name in ("one", "other"):
        async with archiving(real_bus, tmp_path / name, monkeypatch):
            await until_archived(tmp_path / name, 21)
    one, other = ([path.read_bytes() for path in segments(tmp_path / name)] for name in ("one", "other"))
    assert one == other


async def test_an_archive_that_was_killed_goes_on_without_a_hole_or_a_repetition(
    real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "archive"
    await submit(journal, 10)
    async with archiving(real_bus, folder, monkeypatch):
        await until_archived(folder, 11)
    [segment] = segments(folder)
    body = segment.read_bytes()
    for torn in (40, 1):
        segment.write_bytes(body[: len(body) - torn])
        # A head is written only once what it seals is on disk: whoever was killed here had not sealed it.
        (folder / HEADS).unlink(missing_ok=True)
        await submit(journal, 5)
        async with archiving(real_bus, folder, monkeypatch):
            await until_archived(folder, 16)
        assert check(folder, seal_of(real_bus)).fault is None
        body = segment.read_bytes()


def test_segments_follow_each_other_without_a_break(tmp_path: Path) -> None:
    files = Files(tmp_path / "a", segment_bytes=500)
    lines = a_chain([b"x" * 100] * 12)
    for line in lines:
        files.append([line])
    files.close()
    assert len(segments(tmp_path / "a")) > 2
    assert list(lines_of(tmp_path / "a")) == [line.text for line in lines]
    again = Files(tmp_path / "a")
    assert (again.sequence, again.chain) == (12, lines[-1].chain)
    again.seal(sealed_head(Head(12, again.chain, datetime.now(UTC)), SEAL))
    keys = {SEAL.kid: SEAL.x}
    assert check(tmp_path / "a", keys).fault is None
    assert fault_of_the_newest(tmp_path / "a", read_heads(heads_of(tmp_path / "a"), keys)) is None


# --- changed copies ---------------------------------------------------------------------------------------------


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """An archive of twenty records, sealed after the tenth and at the end."""
    make_keys(tmp_path / "keys")
    seal = Signer.from_seed(read_key(tmp_path / "keys", "seal"))
    folder = tmp_path / "archive"
    files = Files(folder, segment_bytes=2000)
    for n, line in enumerate(a_chain([b"record %d" % n for n in range(1, 21)]), start=1):
        files.append([line])
        if n % 10 == 0:
            files.seal(sealed_head(Head(n, line.chain, datetime.now(UTC)), seal))
    files.close()
    return folder, {seal.kid: seal.x}


def changed(folder: Path, change: Callable[[list[str]], list[str]]) -> Path:
    """A copy whose lines went through `change`, all in one segment."""
    copy = folder.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    lines = change(list(lines_of(folder)))
    (copy / "CASES-00000000000000000001.jsonl").write_text("".join(f"{line}\n" for line in lines))
    shutil.copy(folder / HEADS, copy / HEADS)
    return copy


def without(place: int) -> Callable[[list[str]], list[str]]:
    return lambda lines: lines[: place - 1] + lines[place:]


def swapped(lines: list[str]) -> list[str]:
    return [*lines[:6], lines[7], lines[6], *lines[8:]]


def repeated(lines: list[str]) -> list[str]:
    return [*lines[:7], lines[6], *lines[7:]]


def rewritten(lines: list[str]) -> list[str]:
    """Record 7 replaced, and the whole chain after it made anew, as an insider without the seal would."""
    records = [decrypt(read_line(line), BOX) for line in lines]
    records[6] = b"record 7, improved"
    return [line.text for line in a_chain(records)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without(7), "record 7 is missing"),
        (without(1), "record 1 is missing"),
        (without(20), "record 20 is missing"),
        (lambda lines: lines[:15], "record 16 is missing"),
        (swapped, "record 7 is missing: record 8 stands in its place"),
        (repeated, "record 7 stands twice"),
        (rewritten, "record 10, or one before it, is not what was sealed"),
        (lambda lines: [], "record 1 is missing"),
    ],
    ids=["one missing", "the first", "the last", "the end", "swapped", "repeated", "rewritten", "empty"],
)
def test_a_changed_copy_is_found_and_the_first_fault_is_named(
    sealed: tuple[Path, dict[str, str]], change: Callable[[list[str]], list[str]], words: str
) -> None:
    folder, keys = sealed
    assert check(folder, keys) == Report(20, check(folder, keys).chain, 20, None)
    assert words in str(check(changed(folder, change), keys).fault)


def test_one_bit_changed_anywhere_is_found_and_its_record_is_named(sealed: tuple[Path, dict[str, str]]) -> None:
    folder, keys = sealed
    copy = changed(folder, lambda lines: lines)
    [segment] = segments(copy)
    body = segment.read_bytes()
    for place in range(len(body)):
        flipped = bytearray(body)
        flipped[place] ^= 1 << place % 8
        segment.write_bytes(flipped)
        fault = check(copy, keys).fault
        record = body.count(b"\n", 0, place) + 1
        assert fault is not None, place
        assert f"record {record}" in fault or f"record {record + 1}" in fault, (fault, record)


def test_one_bit_changed_in_a_head_is_found(sealed: tuple[Path, dict[str, str]]) -> None:
    folder, keys = sealed
    heads = (folder / HEADS).read_bytes()
    for place in range(len(heads) - 1):
        flipped = bytearray(heads)
        flipped[place] ^= 1 << place % 8
        (folder / HEADS).write_bytes(flipped)
        assert check(folder, keys).fault is not None, place
    (folder / HEADS).write_bytes(heads)
    forger = Signer.from_seed(os.urandom(32))
    assert "is not given" in str(check(folder, {forger.kid: forger.x}).fault)
