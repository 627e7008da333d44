"""A store says which version wrote it; another version's is refused with the sentence that helps."""

import errno
import os
from pathlib import Path

import pytest

from chassis.errors import Unusable
from chassis.log.provision import STREAMS
from chassis.log.store_version import METADATA, STORE_VERSION, refuse_other
from chassis.process.keys import CAME_LATER
from lianshen.embedded.data_dir import DataDir, DataDirError
from lianshen.embedded.migrate import ASIDE, UNFINISHED, make_room, migrate
from lianshen.embedded.store_version import STAMP, Store, stamp


def store(data: Path, *accounts: str, stamp: str | None = None) -> DataDir:
    for account in accounts:
        (data / "jetstream" / "jetstream" / account / "streams" / "CASES").mkdir(parents=True)
    if stamp is not None:
        (data / "jetstream").mkdir(parents=True, exist_ok=True)
        (data / "jetstream" / STAMP).write_text(stamp)
    return DataDir(data)


def test_a_new_data_directory_is_stamped(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path / "data")
    data_dir.prepare([])
    assert (data_dir.jetstream / STAMP).read_text() == f"{STORE_VERSION}\n"
    data_dir.prepare([])


def test_a_log_of_today_without_a_stamp_is_stamped(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path / "data")
    data_dir.prepare([])
    (data_dir.jetstream / STAMP).unlink()
    store(data_dir.path, "LOG").prepare([])
    assert Store.in_(data_dir.jetstream).stamp == str(STORE_VERSION)


@pytest.mark.parametrize(
    ("accounts", "stamp", "says"),
    [
        (("LIANSHEN",), None, "by an older Lianshen .*lianshen migrate"),
        (("LIANSHEN", "LOG"), None, "by an older Lianshen .*lianshen migrate"),
        (("LOG",), "1", "by an older Lianshen"),
        (("LOG",), str(STORE_VERSION + 1), "by a newer Lianshen .*run that version, or restore the backup"),
        (("LOG",), "two", "no number"),
        (("LOG", "LIANSHEN"), str(STORE_VERSION), "an older Lianshen was started .*after its migration"),
        (("LOG", "ELSEWHERE"), None, "not known: ELSEWHERE"),
    ],
)
def test_another_versions_store_is_refused_before_anything_is_made(
    tmp_path: Path, accounts: tuple[str, ...], stamp: str | None, says: str
) -> None:
    data_dir = store(tmp_path, *accounts, stamp=stamp)
    with pytest.raises(DataDirError, match=says):
        data_dir.prepare([])
    assert not (data_dir.keys / "claim.key").exists()
    assert Store.in_(data_dir.jetstream).stamp == stamp


def test_the_log_on_the_bus_carries_the_version_too() -> None:
    metadata = next(stream["metadata"] for stream in STREAMS if stream["name"] == "CASES")
    refuse_other(metadata)
    refuse_other(None)
    refuse_other({"_nats.level": "2"})
    for version, says in ((STORE_VERSION + 1, "a newer"), (STORE_VERSION - 1, "an older"), ("x", "no number")):
        with pytest.raises(Unusable, match=says):
            refuse_other({METADATA: str(version)})


@pytest.mark.parametrize("name", ["application-number", "receipt", "claim", "question", "notice"])
def test_a_key_that_a_log_was_written_with_is_never_made_anew(tmp_path: Path, name: str) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.prepare([])
    key = data_dir.keys / f"{name}.key"
    kept = key.read_text()
    key.unlink()
    with pytest.raises(DataDirError, match=rf"keys/{name}\.key; restore it from the backup"):
        data_dir.prepare([])
    assert not key.exists()
    key.write_text(kept)
    data_dir.prepare([])


@pytest.mark.parametrize("name", CAME_LATER)
def test_a_key_that_an_older_log_was_written_without_is_made_beside_it(tmp_path: Path, name: str) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.prepare([])
    key = data_dir.keys / f"{name}.key"
    key.unlink()
    data_dir.prepare([])
    assert key.is_file()


def test_the_key_of_an_archive_is_never_made_anew_beside_it(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.prepare([])
    key = data_dir.keys / "archive.key"
    key.unlink()
    data_dir.prepare([])  # there is no archive yet, as in a store that was migrated
    data_dir.archive.mkdir()
    (data_dir.archive / "records").touch()
    key.unlink()
    with pytest.raises(DataDirError, match=r"keys/archive\.key"):
        data_dir.prepare([])


@pytest.mark.parametrize("name", ["signing", "seal"])
def test_a_signing_key_that_was_put_aside_is_made_anew(tmp_path: Path, name: str) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.prepare([])
    (data_dir.keys / f"{name}.key").unlink()
    data_dir.prepare([])
    assert (data_dir.keys / f"{name}.key").exists()


def test_a_stamp_or_key_that_did_not_fit_on_a_full_disk_is_written_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, _: str) -> None:
        os.close(handle)
        raise OSError(errno.ENOSPC, "No space left on device")

    data_dir = store(tmp_path, "LOG")
    with monkeypatch.context() as while_full:
        while_full.setattr("os.fdopen", full)
        with pytest.raises(OSError, match="No space left"):
            stamp(data_dir.jetstream)
    stamp(data_dir.jetstream)
    assert Store.in_(data_dir.jetstream).refusal() is None
    assert (data_dir.jetstream / STAMP).read_text() == f"{STORE_VERSION}\n"


async def test_a_migration_moves_nothing_while_a_system_runs_there(tmp_path: Path) -> None:
    data_dir = store(tmp_path, "LIANSHEN")
    data_dir.archive.mkdir()
    running = data_dir.own()
    with pytest.raises(DataDirError, match="in use by process"):
        await migrate(data_dir, False, print)
    os.close(running)
    assert data_dir.archive.is_dir()
    assert not (data_dir.jetstream / UNFINISHED).exists()


def test_a_copy_that_was_cut_short_is_put_aside_and_not_deleted(tmp_path: Path) -> None:
    """Another version that was started on it meanwhile has gone on with it."""
    data_dir = store(tmp_path, "LIANSHEN", "LOG")
    (data_dir.jetstream / UNFINISHED).touch()
    for again in ("", "-again"):
        said: list[str] = []
        make_room(data_dir, said.append)
        assert (data_dir.path / ASIDE / f"LOG{again}" / "streams" / "CASES").is_dir()
        assert len(said) == 1
        store(tmp_path, "LOG")
    assert Store.in_(data_dir.jetstream).logs == {"LIANSHEN", "LOG"}
