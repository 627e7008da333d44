"""A store from before the log had an account of its own: refused, migrated, and everything in it goes on."""

import json
import secrets
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.aio.client import Client

from chassis.errors import Unusable
from chassis.log.provision import provision
from chassis.log.store_version import METADATA, STORE_VERSION
from evidence.audit import audit
from evidence.dossier.verify import verify
from evidence.dossier.write import prove
from lianshen.catalog import SIMULATED, durables
from lianshen.demo.worlds import worlds
from lianshen.doctor import doctor
from lianshen.embedded.data_dir import DataDir, DataDirError
from lianshen.embedded.migrate import ASIDE, UNFINISHED, both, migrate
from lianshen.embedded.store_version import STAMP, Store
from lianshen.embedded.stream_copy import NotCopied, api, compare, copy
from lianshen.embedded.system import System
from tests.support.zygote import ZYGOTE

RECORDED = Path(__file__).parent.parent / "recorded" / "e4262fd"
RECEIPTS: dict[str, dict[str, Any]] = json.loads((RECORDED / "receipts.json").read_text())
SAMPLE = worlds() / "sample"


@pytest.fixture
def old(tmp_path: Path) -> DataDir:
    """The recorded store, as its version left it."""
    with tarfile.open(RECORDED / "store.tar.gz") as packed:
        packed.extractall(tmp_path / "data", filter="data")
    return DataDir(tmp_path / "data")


@pytest.fixture
async def running(old: DataDir) -> AsyncIterator[System]:
    """Today's system on the migrated store; tax is dead, as it was."""
    await migrate(old, False, print)
    system = System(old, SAMPLE, tuple(name for name in SIMULATED if name != "tax"), spawn=ZYGOTE.spawn)
    try:
        await system.start()
        yield system
    finally:
        await system.stop()


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


async def test_every_case_goes_on_where_it_stood(old: DataDir, running: System) -> None:
    async with httpx.AsyncClient(base_url=running.intake_url) as kiosk:
        for label, then in RECEIPTS.items():
            asked = await kiosk.get(
                f"/v1/applications/{then['number']}", headers={"Authorization": f"Bearer {then['secret']}"}
            )
            assert asked.status_code == 200, label
            assert (asked.json()["state"], asked.json()["outcome"]) == (then["state"], then["outcome"]), label
        for label in ("10-half-share", "01-family-no-home", "19-under-ban"):
            again = await kiosk.post(
                "/v1/applications",
                content=(SAMPLE / "applications" / f"{label}.json").read_bytes(),
                headers={"Idempotency-Key": RECEIPTS[label]["key"], "Content-Type": "application/json"},
            )
            receipt = again.json()["receipt"]
            assert (receipt["application_number"], receipt["secret"]) == (
                RECEIPTS[label]["number"],
                RECEIPTS[label]["secret"],
            )
    async with running.connected("operator") as nc:
        assert await audit(nc, archive=old.archive) == []
        for label, then in RECEIPTS.items():
            dossier = await prove(nc, then["number"], old.keys, old.archive)
            assert dossier is not None
            assert verify(dossier.encode()).fault is None, label
    ill = {finding.what: finding.detail for finding in await doctor(old.path, old.archive) if not finding.well}
    # The store has rested for longer than a day: whether the clock is right, a person says.
    assert "past the newest record from before the start" in ill.pop("the public list")
    assert [*ill] in ([], ["department tax"])
    async with running.connected("provisioner") as nc:
        await _a_newer_log_is_refused(nc)
    await running.stop()
    await _another_key_is_refused(old)


async def _another_key_is_refused(old: DataDir) -> None:
    """The first start of today recorded what the log was written with."""
    (old.keys / "claim.key").write_text(secrets.token_hex(32))
    again = System(old)
    try:
        with pytest.raises(Unusable, match=r"claim\.key: not what this log was written with"):
            await again.start()
    finally:
        await again.stop()


async def _a_newer_log_is_refused(nc: Client) -> None:
    config = (await api(nc, "STREAM.INFO.CASES"))["config"]
    assert config["metadata"][METADATA] == str(STORE_VERSION)
    await api(nc, "STREAM.UPDATE.CASES", {**config, "metadata": {METADATA: str(STORE_VERSION + 1)}})
    with pytest.raises(Unusable, match="a newer Lianshen"):
        await provision(nc, durables())
    with pytest.raises(Unusable, match="a newer Lianshen"):
        await audit(nc)
    await api(nc, "STREAM.UPDATE.CASES", config)


async def test_it_is_refused_until_it_is_migrated_and_the_old_log_is_kept(old: DataDir) -> None:
    before = files(old.jetstream / "jetstream" / "LIANSHEN")
    with pytest.raises(DataDirError, match="lianshen migrate"):
        await System(old).start()
    said: list[str] = []
    await migrate(old, True, said.append)
    assert said[0].startswith("CASES: 120 messages")
    assert Store.in_(old.jetstream).version == 1
    await migrate(old, False, said.append)
    kept = files(old.path / ASIDE / "LIANSHEN")
    # What the server counts by itself it may write again; what was said and who read how far stays byte for byte.
    assert all(kept[name] == was for name, was in before.items() if name.endswith((".blk", ".key", "meta.inf")))
    again: list[str] = []
    await migrate(old, False, again.append)
    assert again == ["there is nothing to migrate"]


async def test_a_migration_that_was_cut_short_is_begun_again(old: DataDir) -> None:
    (old.jetstream / UNFINISHED).write_text("")
    async with both(old) as (source, target):
        await copy(source, target, "CASES")
        assert await compare(source, target, "CASES") == 120
        await target.request("case.ABC.added", b"")
        with pytest.raises(NotCopied, match="message 121 is not the same"):
            await compare(source, target, "CASES")
    with pytest.raises(DataDirError, match="lianshen migrate"):
        old.prepare([])
    await migrate(old, False, print)
    assert Store.in_(old.jetstream).logs == {"LOG"}
    assert (old.jetstream / STAMP).is_file()
    assert not (old.jetstream / UNFINISHED).exists()


async def test_a_log_that_was_begun_beside_it_is_kept_and_one_with_cases_is_not_touched(old: DataDir) -> None:
    async with both(old) as (_, target):
        await provision(target, durables())
    await migrate(old, False, print)
    assert (old.path / ASIDE / "LOG").is_dir()
    (old.path / ASIDE / "LIANSHEN").rename(old.jetstream / "jetstream" / "LIANSHEN")
    (old.jetstream / STAMP).unlink()
    with pytest.raises(DataDirError, match="two logs with cases"):
        await migrate(old, False, print)
    assert Store.in_(old.jetstream).logs == {"LOG", "LIANSHEN"}
