"""After a data centre was lost: a backup of three nodes is restored to one server, which grows to three."""

from pathlib import Path

import pytest

from chassis.log.journal import Journal
from lianshen.backup.backup import backup
from lianshen.backup.form import Folder
from lianshen.backup.restore import Source, restore
from lianshen.catalog import durables
from lianshen.embedded.cluster.grow import grow
from lianshen.embedded.data_dir import DataDir, DataDirError
from lianshen.embedded.store_version import Store
from tests.support.cluster import Cluster
from tests.support.readers import submit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_backup_of_three_nodes_is_restored_and_grows_to_three(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(await cluster.connect(), within=20)
    await journal.start()
    await submit(journal, 30)
    await journal.stop()
    folder, said = Folder.at(tmp_path / "backup", tmp_path / "safe"), []
    with monkeypatch.context() as there:
        there.setenv("LIANSHEN_NATS_URL", cluster.url)
        there.setenv("LIANSHEN_NATS_SEED_FILE", str(cluster.seed("provisioner")))
        await backup(cluster.data_dir, folder, False, said.append)

    place = DataDir(tmp_path / "new")
    await restore(place, Source.of(folder.path, None, folder.keys), said.append)
    count = next(words.split()[1] for words in said if words.startswith("CASES: ") and "compared" in words)
    with pytest.raises(DataDirError, match="`lianshen cluster grow` makes a cluster of it"):
        DataDir(place.path, "n1").prepare(())
    await grow(place, durables(), said.append)
    assert f"CASES: {count} records, each the same in the cluster" in said
    assert int(count) >= 30
    assert all(Store.in_(DataDir(place.path, name).jetstream).logs for name in ("n1", "n2", "n3"))
    DataDir(place.path, "n1").prepare(())
    with pytest.raises(DataDirError, match="is not empty"):
        await restore(place, Source.of(folder.path, None, folder.keys), said.append)
