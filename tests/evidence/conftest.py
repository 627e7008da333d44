"""One case of the whole system, run once: its dossier, and the keys that an insider would have."""

import asyncio
import base64
import gzip
import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from chassis.bus import Bus
from chassis.commands import call
from chassis.log.history import History
from chassis.log.journal import STREAM
from chassis.process.keys import read_key
from contracts.case.states import State
from contracts.jws import Signer
from evidence.dossier.write import prove
from lianshen.demo.worlds import worlds
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import System
from tests.support.running_system import QUICK
from tests.support.zygote import ZYGOTE

SAMPLE = worlds() / "sample"


@dataclass(frozen=True)
class Proved:
    """Dossiers as `lianshen prove` writes them, and the keys of who made them and who signed in them."""

    body: bytes
    """Of an eligible family."""
    refused: bytes
    """Of an applicant who is under a ban."""
    seal: Signer
    signing: Signer
    departments: dict[str, Signer]
    by_command: bytes
    """Of the eligible family, as a page of the console gets it."""

    def dossier(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@pytest.fixture(scope="session")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Proved:
    """An application that was found eligible and reached the pool, and one that was refused; every answer signed."""
    return asyncio.run(_prove(DataDir(tmp_path_factory.mktemp("proved") / "data")))


async def _prove(data: DataDir) -> Proved:
    system = System(
        data, world=SAMPLE, environment={**QUICK, "LIANSHEN_ARCHIVE_SEAL_EVERY": "0.2"}, spawn=ZYGOTE.spawn
    )
    try:
        await system.start()
        number, refused = [await _apply(system, form) for form in ("02-just-under-15.json", "19-under-ban.json")]
        bus = await Bus.connect(system.url, "test", data.seed("operator"))
        try:
            history = History(bus.nc, STREAM)
            await history.start()
            async with asyncio.timeout(30):
                while (await history.load(number)).state is not State.POOL_CONFIRMED:
                    await asyncio.sleep(0.1)
                text = None
                while text is None or '"archive_head": null' in text:
                    await asyncio.sleep(0.5)
                    text = await prove(bus.nc, number, data.keys, data.archive)
                other = await prove(bus.nc, refused, data.keys, data.archive)
                assert other is not None
                said = await call(bus.nc, "archive", "dossier", {"application": number})
        finally:
            await bus.close()
    finally:
        await system.stop()
    files = (data.path / "simulated").glob("*.jwk")
    departments = {file.stem: Signer.from_jwk(file.read_text()) for file in files}
    return Proved(
        text.encode(),
        other.encode(),
        *(Signer.from_seed(read_key(data.keys, key)) for key in ("seal", "signing")),
        departments,
        gzip.decompress(base64.b64decode(said["gzip"])),
    )


async def _apply(system: System, form: str) -> str:
    headers = {"Idempotency-Key": form, "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=system.intake_url, timeout=30, trust_env=False) as kiosk:
        body = (SAMPLE / "applications" / form).read_bytes()
        reply = await kiosk.post("/v1/applications", content=body, headers=headers)
    return str(reply.json()["receipt"]["application_number"])
