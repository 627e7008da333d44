"""Who asks: whoever connects, unless a proxy that is trusted by name says for whom it asks."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import ValidationError

from chassis.http.listening import listening
from chassis.http.pages.attempts import address_of
from chassis.http.server import Server
from chassis.process.settings import Settings


async def asked_by(proxies: tuple[str, ...], forwarded: str) -> str:
    """Whom a failure would count for at a real server."""
    app = FastAPI()

    @app.get("/")
    async def who(request: Request) -> str:
        return address_of(request)

    server = Server(app, proxies=proxies)
    task = asyncio.create_task(server.serve(sockets=[listening("test", "127.0.0.1", 0)]))
    while not server.started:
        await asyncio.sleep(0.01)
    async with httpx.AsyncClient(trust_env=False) as client:
        reply = await client.get(server.address, headers={"x-forwarded-for": forwarded})
    server.should_exit = True
    await task
    return str(reply.json())


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        ((), "203.0.113.9", "127.0.0.1"),
        (("10.42.0.0/16",), "203.0.113.9", "127.0.0.1"),
        (("127.0.0.0/8",), "203.0.113.9", "203.0.113.9"),
        # What its client wrote into the header stands before what the proxy adds.
        (("127.0.0.0/8",), "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (("127.0.0.0/8", "10.42.0.0/16"), "198.51.100.1, 203.0.113.9, 10.42.7.7", "203.0.113.9"),
    ],
)
async def test_only_a_trusted_proxy_is_believed_and_only_what_it_added(
    proxies: tuple[str, ...], forwarded: str, counted: str
) -> None:
    assert await asked_by(proxies, forwarded) == counted


def test_the_setting_takes_networks_and_names_what_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_TRUSTED_PROXIES", "10.42.0.0/16, 127.0.0.1")
    assert Settings().trusted_proxies == ("10.42.0.0/16", "127.0.0.1")
    monkeypatch.setenv("LIANSHEN_TRUSTED_PROXIES", "the-ingress")
    with pytest.raises(ValidationError, match="the-ingress is no address or network such as"):
        Settings()
