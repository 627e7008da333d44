"""The connection to the bus: FastStream's broker, told never to give up silently."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from faststream.nats import NatsBroker
from faststream.nats.broker.broker import UNRECOVERABLE_CONNECT_ERRORS
from faststream.nats.security import NatsNKey
from nats.aio.client import Client

from chassis.bus_headers import read_headers_fast
from chassis.bus_moves import MOST_PINGS, PING_EVERY, Moves, come_back_no_more
from chassis.bus_tls import bus_tls
from chassis.errors import Drift
from contracts.text_file import read_text

log = logging.getLogger(__name__)


class Bus:
    """A broker and its client; reconnects for ever, and says when the connection is gone for good."""

    def __init__(self, broker: NatsBroker, nc: Client, leaving: asyncio.Event, moves: Moves) -> None:
        self.broker = broker
        self.nc = nc
        read_headers_fast(nc)
        self._leaving = leaving
        self._moves = moves

    @classmethod
    async def connect(
        cls,
        url: str,
        name: str,
        seed_file: Path | None = None,
        ended: Callable[[str], None] | None = None,
        ca_file: Path | None = None,
    ) -> "Bus":
        """Waits for a missing server and says so. `ended(reason)` is called when the client closed for good.

        `ca_file` is for a tls:// bus (chassis/bus_tls.py).
        """

        leaving, moves = asyncio.Event(), Moves()

        async def lost() -> None:
            moves.lost()
            if not leaving.is_set():
                log.warning("the connection to the bus is lost; trying again until it is back")

        async def back() -> None:
            moves.back()
            log.info("connected to the bus again")

        said = ""

        async def failed(error: Exception) -> None:
            # Permission violations name the subject, never a body. The same again says nothing new.
            nonlocal said
            words = str(error)[:200] or type(error).__name__
            if words != said:
                said = words
                log.warning("the bus says: %s", words)
            if ended is not None and "permissions violation" in words.lower():
                # A service may do all that its account can: so it is in an account that is not its own.
                ended(f"the bus refuses this process something ({words}); is this the seed of its service?")

        async def closed() -> None:
            if ended is not None and not leaving.is_set():
                ended("the connection to the bus was closed for good")

        log.info("connecting to the bus")
        broker = NatsBroker(
            url.split(","),
            name=name,
            security=_security(url, seed_file, ca_file),
            ping_interval=PING_EVERY,
            max_outstanding_pings=MOST_PINGS,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.25,  # type: ignore[arg-type]  # seconds; a quarter of one resumes sooner
            error_cb=failed,
            disconnected_cb=lost,
            reconnected_cb=back,
            closed_cb=closed,
            pending_size=32 * 1024 * 1024,
            logger=None,
        )
        nc = await broker.connect()
        moves.watch(nc)
        return cls(broker, nc, leaving, moves)

    async def close(self) -> None:
        """Drains and closes; that is no loss. Raises nats-py's error over a lost connection, and ends that too."""
        self._leaving.set()
        await self._moves.end()
        try:
            await self.broker.stop()
        finally:
            await come_back_no_more(self.nc)


def _security(url: str, seed_file: Path | None, ca_file: Path | None) -> NatsNKey | None:
    if seed_file is None:
        return None
    return NatsNKey.from_seed(read_text(seed_file).strip(), ssl_context=bus_tls(url, ca_file))


async def flushed(nc: Client, within: int = 10) -> None:
    """Until the server has what was sent, subscriptions too.

    Raises nats-py's error where a ping has no answer within so many seconds. Two pings, since nats-py sends the first
    at once, before what still waits to be sent: its answer says nothing of that, and what somebody else sends to a
    new subscription then may find nobody.
    """
    await nc.flush(within)
    await nc.flush(within)


async def end_if_refused(nc: Client) -> None:
    """Raises Drift once the bus lets this process in no more: the client stops trying then, and tells nobody."""
    while True:
        await asyncio.sleep(1)
        said = str(nc.last_error or "").removeprefix("nats: ").strip("'").lower()
        if not nc.is_connected and said in UNRECOVERABLE_CONNECT_ERRORS:
            raise Drift(f"the bus refuses this process ({said}); does it still know the key of the seed file?")
