"""How a department knows the bus beyond its own machine: by the public CAs, or by a file it was handed over."""

import asyncio
import ssl
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from nats.aio.client import Client

CLOSED_WITHIN = 1.0


def tls_of(url: str, ca_file: str | None) -> ssl.SSLContext | None:
    """None for nats://."""
    address = urlsplit(url.split(",")[0])
    if address.scheme != "tls":
        return None
    context = ssl.create_default_context(cafile=ca_file)
    if ca_file is not None:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        # On this machine it has the name by which others call it: the file alone says who it is.
        context.check_hostname = address.hostname not in ("127.0.0.1", "::1", "localhost")
    return context


def cut_what_does_not_close(nc: Client) -> None:
    """A node that was cut off closes nothing, and TLS waits half a minute for it before the client goes to another."""
    transport: Any = nc._transport
    closed = transport.wait_closed

    async def wait_closed() -> None:
        try:
            async with asyncio.timeout(CLOSED_WITHIN):
                await closed()
        except TimeoutError:
            with suppress(AttributeError):
                transport._io_writer.transport.abort()

    transport.wait_closed = wait_closed
