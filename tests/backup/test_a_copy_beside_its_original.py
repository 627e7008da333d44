"""A copy of a store carries the lease of its original: it does not start while that may still run."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.log.lease import SPAN, Lease
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import CopyRuns, System
from tests.support.zygote import ZYGOTE

NOW = datetime(2026, 11, 29, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("place", "age", "refused"),
    [("a:/x", SECOND, False), ("b:/x", SECOND, True), ("b:/x", SPAN + SECOND, False), ("b:/x", -SECOND, True)],
)
def test_only_a_young_lease_of_another_place_binds(place: str, age: timedelta, refused: bool) -> None:
    why = Lease(place, NOW - age).refusal("a:/x", NOW)
    assert (why is not None) is refused
    assert why is None or place in why


def system_on(path: Path, only_one: bool = False, said: list[str] | None = None) -> System:
    return System(DataDir(path), spawn=ZYGOTE.spawn, only_one=only_one, say=(said if said is not None else []).append)


@pytest.mark.slow
async def test_a_hot_copy_is_refused_and_a_copy_of_what_was_stopped_is_not(tmp_path: Path) -> None:
    original = system_on(tmp_path / "original")
    await original.start()
    try:
        shutil.copytree(tmp_path / "original", tmp_path / "hot")
        (tmp_path / "hot" / "lock").unlink()
        copy = system_on(tmp_path / "hot")
        with pytest.raises(CopyRuns, match="this-is-the-only-one"):
            await copy.start()
        await copy.stop()
    finally:
        await original.stop()
    # It gave its lease up. That of the hot copy still stands, unless somebody vouches for it.
    shutil.copytree(tmp_path / "original", tmp_path / "cold")
    cold = system_on(tmp_path / "cold")
    await cold.start()
    await cold.stop()
    said: list[str] = []
    vouched = system_on(tmp_path / "hot", True, said)
    await vouched.start()
    await vouched.stop()
    assert any("as you said" in words for words in said)
