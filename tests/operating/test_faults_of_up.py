"""`lianshen up --faults FILE`: its departments misbehave, it says so, and it says which table does nothing."""

import json
from pathlib import Path

import pytest

from inquiry.batches.shown import most_in_batch
from lianshen.bench.start import Up
from lianshen.demo.worlds import worlds
from lianshen.embedded.client import connected
from lianshen.embedded.data_dir import DataDir

pytestmark = pytest.mark.slow


async def test_they_are_played_and_said(tmp_path: Path) -> None:
    faults, said = tmp_path / "faults.toml", tmp_path / "said"
    faults.write_text("[housing]\nbatch = false\n[tax]\nbatch = false\n[civil-affairs]\nbatch = true\n")
    data_dir = DataDir(tmp_path / "data")
    up = Up(data_dir, worlds() / "sample", {}, said, "--without", "tax", "--faults", str(faults))
    try:
        await up.start()
        async with connected(data_dir.path) as nc:
            shown = {
                name: most_in_batch(json.loads((await nc.request(f"$SRV.INFO.{name}", timeout=5)).data))
                for name in ("housing", "civil-affairs")
            }
    finally:
        await up.stop()

    assert shown == {"housing": 0, "civil-affairs": 64}
    assert "misbehaving as faults.toml says: housing\n" in said.read_text()
    assert "faults.toml: not simulated here, so they do not misbehave: tax\n" in said.read_text()
