"""What an upgrade check says of each thing that it looks at; the whole is run by tests/backup/test_operations.py."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.consume.checkpoints import STREAM as CHECKPOINTS
from chassis.consume.checkpoints import Checkpoints
from chassis.log.durables import Durable
from chassis.log.provision import Change
from lianshen.doctor.running_version import about_heads, running_version
from lianshen.doctor.upgrade import about_backup, about_changes, about_keys, about_unknown
from tests.support.real_bus import RealBus

NOW = datetime(2026, 11, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "well"),
    [
        (Change("stream", "NEW", {}), True),
        (Change("consumer", "notify", {"filter_subjects": (["a"], ["a", "b"])}), True),
        (Change("consumer", "notify", {"filter_subjects": (["a", "b"], ["a"])}), False),
        (Change("stream", "CASES", {"subjects": (["case.>"], [])}), False),
        (Change("stream", "CASES", {"retention": ("limits", "workqueue")}), False),
        (Change("consumer", "notify", {"ack_policy": ("explicit", "none")}), False),
    ],
)
def test_what_only_adds_may_be_done_under_the_version_that_runs(change: Change, well: bool) -> None:
    assert about_changes([change]).well is well


def test_a_consumer_that_is_not_known_is_named() -> None:
    assert about_unknown(["notify"], [Durable("notify", ())]).well
    assert "of-tomorrow" in about_unknown(["notify", "of-tomorrow"], [Durable("notify", ())]).detail


def test_a_backup_of_today_is_wanted(tmp_path: Path) -> None:
    assert not about_backup(None, NOW).well
    (tmp_path / "backup.json").write_text(json.dumps({"at": (NOW - timedelta(hours=3)).isoformat()}))
    assert about_backup(tmp_path, NOW).well
    assert not about_backup(tmp_path, NOW + timedelta(days=1)).well


def test_keys_that_this_version_has_more_are_told(tmp_path: Path) -> None:
    assert "draw-number" in about_keys(tmp_path).detail


async def test_a_version_that_cannot_stand_beside_another_is_named_and_replaced_all_at_once(real_bus: RealBus) -> None:
    nc = await real_bus.connect()
    ours = Checkpoints(nc, "publicity-index", ("PublicityOpened",))
    await ours.write(1, NOW.isoformat(), {})
    assert (await running_version(nc)).well
    # As a version wrote it that passed over what it did not know.
    head = json.dumps({"sequence": 2, "at": NOW.isoformat(), "set": 0, "parts": 0}).encode()
    await nc.jetstream().publish("checkpoint.publicity-index", head, stream=CHECKPOINTS)
    found = await running_version(nc)
    assert not found.well
    assert "publicity-index" in found.detail
    assert "replace all at once" in str(found.mend)


@pytest.mark.parametrize(("head", "well"), [(b'{"kinds": []}', True), (b"no json", False), (b"7", False)])
def test_what_cannot_be_read_of_a_checkpoint_counts_for_an_older_version(head: bytes, well: bool) -> None:
    assert about_heads({"publicity-index": head}).well is well


def test_where_nothing_was_kept_yet_that_is_said() -> None:
    found = about_heads({})
    assert found.well
    assert "does not show" in found.detail
