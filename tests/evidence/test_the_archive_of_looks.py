"""Who looked is archived as the log is: chained, sealed, and whatever differs is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from nacl.secret import Aead

from chassis.log.journal import Journal
from chassis.log.write_once import write_once
from chassis.process.keys import read_key
from contracts.looks import STREAM, Look
from evidence.archive.check import check
from evidence.archive.files import OF_LOOKS, lines_of, segments
from evidence.audit import audit
from tests.evidence.test_archive import archiving, seal_of, until_archived
from tests.support.console import CASE
from tests.support.readers import submit
from tests.support.real_bus import RealBus
from tests.support.waiting import until


async def look(real_bus: RealBus, *names: str) -> None:
    nc = await real_bus.connect()
    for name in names:
        seen = Look(
            application=CASE,
            at=datetime(2026, 11, 28, 9, tzinfo=UTC),
            by=name,
            role="officer",
            reason="decide",
            what="case",
        )
        await write_once(nc, STREAM, seen.subject, seen.model_dump_json().encode(), within=5)


async def test_every_look_is_archived_beside_the_log_and_a_changed_one_is_found(
    real_bus: RealBus, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "archive"
    await submit(journal, 2)
    await look(real_bus, "王敏", "李强")
    async with archiving(real_bus, folder, monkeypatch) as parts:
        await until_archived(folder / OF_LOOKS, 2)
        await look(real_bus, "王敏", "张伟")
        await until_archived(folder / OF_LOOKS, 3)
        await until_archived(folder, 3)
        assert [trouble() for trouble in parts.troubles.values()] == [None, None]
    report = check(folder / OF_LOOKS, seal_of(real_bus), Aead(read_key(real_bus.data_dir.keys, "archive")))
    assert (report.records, report.sealed_until, report.fault) == (3, 3, None)
    assert not [line for line in lines_of(folder / OF_LOOKS) if "王敏" in line]
    nc = await real_bus.connect("operator")
    about_looks = [found for found in await audit(nc, archive=folder) if found.startswith(("I9", "I13"))]
    assert about_looks == []

    (segment,) = segments(folder / OF_LOOKS)
    segment.write_text("".join(f"{line}\n" for line in list(lines_of(folder / OF_LOOKS))[:2]))
    (fault,) = [found for found in await audit(nc, archive=folder) if found.startswith(("I9", "I13"))]
    assert "record 3 is missing: the archive was sealed until record 3" in fault
    async with archiving(real_bus, folder, monkeypatch) as parts:
        await until(lambda: parts.troubles["archive of looks"]() is not None)
        assert parts.troubles["archive"]() is None
