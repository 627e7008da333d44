"""What a release proved holds for every later one: its dossiers, its archive, and each invariant of its log."""

import json
from pathlib import Path

from tests.golden.reading import audited, checked_archive, comparable, dossier_fault, proved_again, without_seal
from tests.golden.recordings import Recording


def test_every_dossier_still_verifies(recording: Recording) -> None:
    assert recording.dossiers
    for number, text in recording.dossiers.items():
        fault, says, relies_on = dossier_fault(text, recording.keys["seal_kid"])
        assert fault is None, recording.expected["cases"][number]["label"]
        assert relies_on
        assert set(recording.expected["cases"][number]["follow"]) <= set(says)


async def test_a_dossier_made_again_from_the_log_has_the_same_parts(
    recording: Recording, archive: Path, tmp_path: Path
) -> None:
    for number, text in recording.dossiers.items():
        then = without_seal(json.loads(text))
        again = await proved_again(recording.records, number, archive, tmp_path / "keys")
        assert comparable(again, then) == then


def test_the_archive_made_again_from_the_log_fits_every_head_that_was_sealed(
    recording: Recording, archive: Path
) -> None:
    report = checked_archive(archive, recording.keys)
    assert report.fault is None
    assert report.records == report.sealed_until == len(recording.records)


async def test_every_invariant_of_the_log_and_its_archive_holds(recording: Recording, archive: Path) -> None:
    assert await audited(recording.records, archive) == []
