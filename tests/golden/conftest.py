"""Each test here runs once for every scene of every release that was recorded."""

from pathlib import Path

import pytest

from tests.golden.reading import write_archive
from tests.golden.recordings import Recording, recordings


@pytest.fixture(scope="session", params=recordings(), ids=lambda recording: recording.name)
def recording(request: pytest.FixtureRequest) -> Recording:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def archive(recording: Recording, tmp_path: Path) -> Path:
    """The files of its archive: the lines made again from the log, beside the heads as they were sealed."""
    return write_archive(tmp_path / "archive", recording.records, recording.keys["archive"], recording.heads)
