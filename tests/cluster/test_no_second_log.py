"""A store stays what it was: whoever starts a cluster over one server's log, or the other way round, is refused."""

from pathlib import Path

import pytest

from lianshen.embedded.data_dir import NODE_MARK, DataDir, DataDirError

EVERYBODY = ("tax",)


def with_a_log(directory: DataDir) -> DataDir:
    """As nats-server leaves it."""
    directory.prepare(EVERYBODY)
    (directory.jetstream / "jetstream" / "LOG" / "streams" / "CASES").mkdir(parents=True)
    return directory


def test_three_nodes_are_not_started_over_the_log_of_one_server(tmp_path: Path) -> None:
    with_a_log(DataDir(tmp_path))
    with pytest.raises(DataDirError, match="`lianshen cluster grow` makes a cluster of it"):
        DataDir(tmp_path, "n1").prepare(EVERYBODY)


def test_one_server_is_not_started_where_three_keep_the_log(tmp_path: Path) -> None:
    with_a_log(DataDir(tmp_path, "n2"))
    with pytest.raises(DataDirError, match="start it with `lianshen up --nodes 3`"):
        DataDir(tmp_path).prepare(EVERYBODY)


@pytest.mark.parametrize(("of", "to"), [(None, "n1"), ("n1", None), ("n1", "n2")])
def test_a_store_that_was_copied_becomes_nobody_elses(tmp_path: Path, of: str | None, to: str | None) -> None:
    original = with_a_log(DataDir(tmp_path / "a", of))
    copied = DataDir(tmp_path / "b", to)
    copied.place.mkdir(parents=True)
    original.jetstream.rename(copied.jetstream)
    original.keys.rename(copied.keys)
    with pytest.raises(DataDirError, match="a store that is copied becomes no node's"):
        copied.prepare(EVERYBODY)


def test_a_node_goes_on_with_its_own_store(tmp_path: Path) -> None:
    with_a_log(DataDir(tmp_path, "n1")).prepare(EVERYBODY)
    assert (DataDir(tmp_path, "n1").jetstream / NODE_MARK).read_text() == "n1\n"
