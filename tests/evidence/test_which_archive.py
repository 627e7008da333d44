"""`audit`, `doctor` and `prove` use the archive of the system that they talk to."""

from pathlib import Path

import pytest

from lianshen.cli.evidence import archive_dir


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("LIANSHEN_NATS_URL", "LIANSHEN_ARCHIVE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    archive = tmp_path / "lianshen" / "archive"
    archive.mkdir(parents=True)
    return archive


def test_it_is_the_one_of_the_data_directory_whose_system_is_meant(here: Path, tmp_path: Path) -> None:
    assert archive_dir(None, None) == here
    assert archive_dir(tmp_path / "another", None) is None


def test_of_a_system_elsewhere_it_is_none_that_happens_to_be_here(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_NATS_URL", "nats://another:4222")
    assert archive_dir(None, None) is None


def test_it_is_the_one_that_is_named(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_NATS_URL", "nats://another:4222")
    monkeypatch.setenv("LIANSHEN_ARCHIVE_DIR", str(tmp_path / "mounted"))
    assert archive_dir(None, None) == tmp_path / "mounted"
    assert archive_dir(None, tmp_path / "named") == tmp_path / "named"
