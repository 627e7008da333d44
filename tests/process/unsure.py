"""A server without JetStream: what is asked of JetStream, a test answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from lianshen.embedded.bus_server import server_binary
from tests.support.waiting import until

UNSURE = {"code": 503, "err_code": 10008, "description": "JetStream system temporarily unavailable"}


@dataclass
class Unsure:
    """A server without JetStream, on which everything asked of JetStream gets `error`, or nothing for None."""

    nc: Client
    error: dict[str, object] | None

    async def answer(self, message: Msg) -> None:
        if message.subject.startswith("$JS.API.CONSUMER.MSG.NEXT."):
            await self.nc.publish(message.reply, b"", headers={"Status": "503", "Description": "unavailable"})
        elif self.error is not None:
            await message.respond(json.dumps({"error": self.error}).encode())


@asynccontextmanager
async def unsure(tmp_path: Path) -> AsyncIterator[Unsure]:
    server = await asyncio.create_subprocess_exec(
        *(server_binary(), "--addr", "127.0.0.1", "--port", "-1", "--ports_file_dir", str(tmp_path)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await until(lambda: any(file.stat().st_size for file in tmp_path.glob("*.ports")))
        (ports,) = tmp_path.glob("*.ports")
        nc = await nats.connect(json.loads(ports.read_text())["nats"][0])
        bus = Unsure(nc, UNSURE)
        yield bus
        await nc.close()
    finally:
        server.terminate()
        await server.wait()
