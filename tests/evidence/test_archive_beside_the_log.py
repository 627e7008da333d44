"""The audit reads log and archive side by side: behind is fine, beside is not. And the archive's own command."""

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nacl.secret import Aead

from chassis.log.journal import Journal
from chassis.process.keys import read_key
from contracts.jws import Signer, public_jwk
from evidence.archive.chain import Head, decrypt, next_line, read_line, sealed_head
from evidence.archive.files import HEADS, lines_of
from evidence.audit import audit
from tests.evidence.test_archive import archiving, until_archived
from tests.support.readers import submit
from tests.support.real_bus import RealBus
from tests.support.waiting import ended

Lines = list[str]


@pytest.fixture
async def archived(real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The archive of a log of eleven records."""
    folder = tmp_path / "archive"
    await submit(journal, 10)
    async with archiving(real_bus, folder, monkeypatch):
        await until_archived(folder, 11)
    return folder


def copied(folder: Path, change: Callable[[Lines], Lines]) -> Path:
    copy = folder.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    body = "".join(f"{line}\n" for line in change(list(lines_of(folder))))
    (copy / "CASES-00000000000000000001.jsonl").write_text(body)
    return copy


def written_anew(lines: Lines, records: list[bytes], box: Aead) -> Lines:
    """The whole chain anew, as whoever has the archive's key could."""
    made: Lines = []
    chain = "0" * 64
    for n, record in enumerate(records, start=1):
        line = next_line(n, record, chain, box)
        made, chain = [*made, line.text], line.chain
    return made


async def test_behind_is_fine_and_whatever_else_differs_is_named(
    real_bus: RealBus, journal: Journal, archived: Path
) -> None:
    nc = await real_bus.connect("operator")
    box = Aead(read_key(real_bus.data_dir.keys, "archive"))
    records = [decrypt(read_line(line), box) for line in lines_of(archived)]
    improved = [*records[:3], records[3].replace(b"ApplicationSubmitted", b"ApplicationSubmittee"), *records[4:]]
    longer = [*records, b"one more"]
    flipped = list(lines_of(archived))[6].replace('"h":"', '"h":"0', 1)
    for change, words in (
        (lambda lines: lines, None),
        (lambda lines: lines[:8], "record 9 is missing: the archive was sealed until record 11"),
        (lambda lines: [], "record 1 is missing: the archive was sealed until record 11"),
        (lambda lines: written_anew(lines, improved, box), "record 4 is not the same in the log and in the archive"),
        (lambda lines: written_anew(lines, longer, box), "record 12 is in the archive and not in the log any more"),
        (lambda lines: [*lines[:6], flipped, *lines[7:]], "record 7 was changed"),
        (lambda lines: [*lines[:6], *lines[7:]], "record 7 is missing: record 8 stands in its place"),
        (lambda lines: [*lines[:6], lines[5], *lines[6:]], "record 6 stands twice, or where record 7 belongs"),
    ):
        found = await audit(nc, archive=copied(archived, change))
        assert [words in violation for violation in found] == ([True] if words else []), (words, found)
    await submit(journal, 1)
    assert await audit(nc, archive=archived) == [], "the archive may be behind the log"


async def test_an_archive_that_is_not_the_one_that_was_sealed_is_named(real_bus: RealBus, archived: Path) -> None:
    """As when both were changed: the log, and the archive after it. Only the sealed heads know."""
    nc = await real_bus.connect("operator")
    seal = Signer.from_seed(read_key(real_bus.data_dir.keys, "seal"))
    for signer, chain, words in (
        (seal, "f" * 64, "record 8, or one before it, is not what was sealed"),
        (Signer.from_seed(b"o" * 32), "f" * 64, "is under a key that is not given"),
    ):
        copy = copied(archived, lambda lines: lines)
        with (copy / HEADS).open("a") as heads:
            heads.write(sealed_head(Head(8, chain, datetime.now(UTC)), signer) + "\n")
        [found] = await audit(nc, archive=copy)
        assert words in found
    copy = copied(archived, lambda lines: lines)
    sealed = (copy / HEADS).read_text()
    (copy / HEADS).write_text(sealed[:-20] + ("A" if sealed[-20] != "A" else "B") + sealed[-19:])
    [found] = await audit(nc, archive=copy)
    assert re.search(r"head [12] was changed: the signature does not fit", found)


async def test_both_may_grow_while_they_are_read(
    real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "archive"
    nc = await real_bus.connect("operator")
    monkeypatch.setattr("archive.writer.REST", 0.0)
    growing = asyncio.create_task(grow(journal))
    try:
        async with archiving(real_bus, folder, monkeypatch):
            await until_archived(folder, 50)
            for _ in range(15):
                assert await audit(nc, archive=folder) == []
    finally:
        await ended(growing)


async def grow(journal: Journal) -> None:
    while True:
        await submit(journal, 5)


async def test_the_command_needs_no_server_and_names_the_first_fault(
    real_bus: RealBus, archived: Path, tmp_path: Path
) -> None:
    keys = real_bus.data_dir.keys
    seal = Signer.from_seed(read_key(keys, "seal"))
    (tmp_path / "ours.jwk").write_text(public_jwk(seal.x))
    (tmp_path / "other.jwk").write_text(public_jwk(Signer.from_seed(b"o" * 32).x))
    swapped = copied(archived, lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]])
    for folder, arguments, code, words in (
        (archived, ("--trust", str(tmp_path / "ours.jwk")), 0, "11 records in an unbroken chain, sealed until"),
        (archived, ("--keys-dir", str(keys)), 0, "11 records in an unbroken chain, sealed until record 11"),
        (archived, ("--trust", str(tmp_path / "other.jwk")), 1, "under a key that is not given"),
        (swapped, ("--trust", str(tmp_path / "ours.jwk")), 1, "record 5 is missing: record 6 stands in its place"),
        (tmp_path / "none", ("--trust", str(tmp_path / "ours.jwk")), 2, ""),
    ):
        done = await asyncio.to_thread(verified, folder, arguments)
        assert (done.returncode, words in done.stdout) == (code, True), done.stdout + done.stderr
    elsewhere = await asyncio.to_thread(verified, archived, ("--keys-dir", str(tmp_path / "nobody")))
    assert elsewhere.returncode == 2
    assert "--trust names its public key" in elsewhere.stderr


def verified(folder: Path, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lianshen", "verify-archive", str(folder), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
