"""A bus without accounts, where a header that is obeyed does harm: anybody may delete the stream CASES."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

DELETES = "$JS.API.STREAM.DELETE.CASES"


@dataclass
class OpenBus:
    """A connection with all rights, and what anybody published on DELETES."""

    nc: Client
    url: str
    published: list[bytes] = field(default_factory=list)

    async def tempt(self, subject: str, *bodies: bytes) -> list[bytes]:
        """Sends each body under the header, with a reply subject and without; returns what came within 5 s."""
        headers = {"reply_to": DELETES, "content-type": "application/json", "correlation_id": "1"}
        for body in bodies:
            await self.nc.publish(subject, body, headers=dict(headers))
        asked = [self.nc.request(subject, body, timeout=5, headers=dict(headers)) for body in bodies]
        replies = await asyncio.gather(*asked, return_exceptions=True)
        return [reply.data for reply in replies if isinstance(reply, Msg)]

    async def unharmed(self) -> bool:
        """Nothing came to DELETES, and the stream is there."""
        await asyncio.sleep(0.3)
        await self.nc.flush()
        return not self.published and await self.nc.jetstream().find_stream_name_by_subject("case.a") == "CASES"


@asynccontextmanager
async def open_bus(folder: Path) -> AsyncIterator[OpenBus]:
    server = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).parent / "nats-server", "-a", "127.0.0.1", "-p", "-1", "-js", "-sd", folder / "store"),
        *("--ports_file_dir", folder),
        stderr=asyncio.subprocess.DEVNULL,
    )
    said = folder / f"nats-server_{server.pid}.ports"
    try:
        async with asyncio.timeout(30):
            while not (said.exists() and said.read_text().strip()):
                await asyncio.sleep(0.02)
        url = json.loads(said.read_text())["nats"][0]
        nc = await nats.connect(url)
        bus = OpenBus(nc, url)

        async def overheard(message: Msg) -> None:
            bus.published.append(message.data)

        await nc.jetstream().add_stream(name="CASES", subjects=["case.>"])
        await nc.subscribe(DELETES, cb=overheard)
        yield bus
        await nc.close()
    finally:
        server.kill()
        await server.wait()
