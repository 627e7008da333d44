"""A connection that half lives: a proxy before a server that swallows what passes, or lets it trickle."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CHUNK = 16 * 1024


@dataclass
class Link:
    """Between clients and one server. Whoever asks for a new connection through it is let in as before."""

    port: int
    swallows: bool = False
    """Nothing passes, in either direction, and nobody is told: as a cable that was pulled."""
    bytes_a_second: float | None = None
    only: Callable[[bytes], bytes] = lambda piece: piece
    """What of a piece from the server passes."""
    url: str = ""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _free_at: float = 0.0

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            writer.close()
            return
        for pump in (
            self._pump(reader, to_server, lambda piece: piece),
            self._pump(from_server, writer, lambda piece: self.only(piece)),
        ):
            task = asyncio.create_task(pump)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, only: Callable[[bytes], bytes]
    ) -> None:
        try:
            while piece := await source.read(CHUNK):
                await self._wait(len(piece))
                # What came while nothing passes is never told, nor is the end of the other side.
                while self.swallows:
                    await asyncio.sleep(0.05)
                sink.write(only(piece))
                await sink.drain()
            while self.swallows:
                await asyncio.sleep(0.05)
        except OSError:
            pass
        finally:
            sink.close()

    async def _wait(self, size: int) -> None:
        """One line for both directions and all connections: what is sent waits until it is free."""
        if self.bytes_a_second is not None:
            now = asyncio.get_running_loop().time()
            self._free_at = max(now, self._free_at) + size / self.bytes_a_second
            await asyncio.sleep(self._free_at - now)

    def end(self) -> None:
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def link_to(port: int) -> AsyncIterator[Link]:
    """A link before the server on this port."""
    link = Link(port)
    server = await asyncio.start_server(link.accept, "127.0.0.1", 0)
    link.url = f"nats://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield link
    finally:
        server.close()
        link.end()
