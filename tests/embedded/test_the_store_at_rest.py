"""What lies on the disk of the bus says nothing to whoever carries it away."""

from pathlib import Path

import nats

from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir

CANARY = "王敏 150303198502144567 13800138000"


async def test_nothing_that_was_stored_can_be_read_in_the_files(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    bus = EmbeddedBus(data, ["tax"])
    await bus.start()
    try:
        nc = await nats.connect(bus.url, nkeys_seed=str(data.seed("provisioner")))
        stream = nc.jetstream()
        await stream.add_stream(name="CASES", subjects=["case.>"])
        for _ in range(200):
            await stream.publish("case.B.submitted", CANARY.encode(), stream="CASES", headers={"about": "13800138000"})
        assert (await stream.get_last_msg("CASES", "case.B.submitted")).data == CANARY.encode()
        await nc.close()
    finally:
        await bus.stop()
    files = [path for path in data.jetstream.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) > 200 * len(CANARY)
    words = [word.encode() for word in (*CANARY.split(), "case.B.submitted")]
    assert [path.name for path in files for word in words if word in path.read_bytes()] == []
    assert data.encryption_key().encode() not in b"".join(path.read_bytes() for path in files)
