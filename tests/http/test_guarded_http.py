"""The connection's own guard, on a real server with short times: what no app sees still ends."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Response

from chassis.http.limits import HTTP_LIMITS, HttpLimits, served
from tests.system.in_trouble.hostile import attack, connections

GET = b"GET /%s HTTP/1.1\r\nHost: test\r\n\r\n"
Serve = Callable[..., Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """`await serve()` → the address of a server with one small page, one large one, and one that is slow."""
    app = FastAPI(openapi_url=None)
    running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    @app.get("/small")
    async def small() -> Response:
        return Response("here you are")

    @app.get("/large")
    async def large() -> Response:
        return Response(b"x" * 1_000_000)

    @app.get("/slow")
    async def slow() -> Response:
        await asyncio.sleep(0.8)
        return Response("at last")

    async def begin(limits: HttpLimits = HTTP_LIMITS) -> str:
        server = uvicorn.Server(uvicorn.Config(app, port=0, **served(limits)))
        task = asyncio.create_task(server._serve())
        running.append((server, task))
        while not server.started:
            await asyncio.sleep(0.01)
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield begin
    for server, task in running:
        server.should_exit = True
        await asyncio.wait_for(task, 5)


async def test_a_reader_that_does_not_read_its_answers_is_ended(serve: Serve) -> None:
    url = await serve(HttpLimits(answered_within=0.5))
    async with connections(url, 1) as (lazy,):
        await lazy.pour([GET % b"large" * 200])
        await asyncio.sleep(1.5)
        await lazy.listen(5)
    assert lazy.closed
    assert len(lazy.seen) < 100 * 1_000_000, "it was not served to the end"


async def test_an_answer_may_take_as_long_as_its_app_needs(serve: Serve) -> None:
    url = await serve(HttpLimits(head_within=0.3, kept_alive=0.3))
    answered = await attack(url, [GET % b"slow" + GET % b"slow"], within=4)
    assert answered.seen.count(b"at last") == 2


async def test_a_connection_is_kept_for_the_next_request_and_not_for_ever(serve: Serve) -> None:
    url = await serve(HttpLimits(kept_alive=1.0))
    async with connections(url, 1) as (one,):
        began = time.monotonic()
        for _ in range(3):
            await one.pour([GET % b"small"])
            await asyncio.sleep(0.5)
        await one.listen(5)
        lasted = time.monotonic() - began
    assert one.seen.count(b"here you are") == 3
    assert one.closed
    assert 1.9 < lasted < 4, "each request began the rest anew"
    assert b"408" not in one.seen, "an idle connection is closed without a word: the next request may be on its way"


async def test_a_second_head_that_comes_slowly_is_ended_as_the_first_would_be(serve: Serve) -> None:
    url = await serve(HttpLimits(head_within=0.5))
    async with connections(url, 1) as (one,):
        await one.pour([GET % b"small"])
        await asyncio.sleep(0.2)
        pouring = asyncio.create_task(one.pour([b"GET /", *[b"a"] * 100], every=0.1))
        await one.listen(5)
        pouring.cancel()
    assert one.closed
    assert one.seen.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in one.seen


async def test_one_connection_too_many_is_told_to_come_back_and_the_others_go_on(serve: Serve) -> None:
    url = await serve(HttpLimits(most_connections=5))
    async with httpx.AsyncClient(base_url=url, trust_env=False) as kiosk:
        assert (await kiosk.get("/small")).status_code == 200
        async with connections(url, 6) as crowd:
            await asyncio.gather(*(each.listen(0.5) for each in crowd))
            refused = [each for each in crowd if each.closed]
            assert [each.status for each in refused] == [503, 503]
            assert all(b"retry-after: 10\r\n" in each.seen for each in refused)
            assert (await kiosk.get("/small")).status_code == 200


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(b"GET /small HTTP/1.1\r\nHost: x\r\nA: %s\r\n\r\n" % (b"a" * 16_000), 200, id="just-not"),
        pytest.param(b"GET /small HTTP/1.1\r\nHost: x\r\nA: %s\r\n\r\n" % (b"a" * 17_000), 431, id="complete"),
        pytest.param(b"GET /small HTTP/1.1\r\nHost: x\r\nA: %s" % (b"a" * 17_000), 431, id="half-sent"),
    ],
)
async def test_a_head_is_at_most_sixteen_kilobytes(serve: Serve, request_: bytes, status: int) -> None:
    answered = await attack(await serve(), [request_], within=1)
    assert answered.status == status
    assert answered.closed == (status == 431)


async def test_a_second_head_too_large_is_not_answered_in_the_place_of_the_first(serve: Serve) -> None:
    answered = await attack(await serve(), [GET % b"slow" + GET % (b"a" * 17_000)], within=3)
    assert answered.closed
    assert answered.seen == b""


@pytest.mark.parametrize(
    ("hosts", "version", "status"),
    [
        pytest.param([b"a"], b"1.1", 200, id="one"),
        pytest.param([b"a.example:8080"], b"1.1", 200, id="with-a-port"),
        pytest.param([b"[::1]:8080"], b"1.1", 200, id="an-address"),
        pytest.param([b""], b"1.1", 200, id="empty"),
        pytest.param([], b"1.1", 400, id="none"),
        pytest.param([], b"1.0", 200, id="none-of-an-old-client"),
        pytest.param([b"a", b"b"], b"1.1", 400, id="two"),
        pytest.param([b"a", b"a"], b"1.1", 400, id="the-same-twice"),
        pytest.param([b"a", b"b"], b"1.0", 400, id="two-of-an-old-client"),
        pytest.param([b"a b"], b"1.1", 400, id="a-space"),
        pytest.param([b"a/b"], b"1.1", 400, id="a-path"),
        pytest.param([b"a@b"], b"1.1", 400, id="a-user"),
        pytest.param([b"a:b"], b"1.1", 400, id="no-port"),
        pytest.param(["区".encode()], b"1.1", 400, id="no-ascii"),
    ],
)
async def test_a_request_names_its_host_exactly_once(
    serve: Serve, hosts: list[bytes], version: bytes, status: int
) -> None:
    fields = b"".join(b"hOsT: %s\r\n" % host for host in hosts)
    answered = await attack(await serve(), [b"GET /small HTTP/%s\r\n%s\r\n" % (version, fields)], within=1)
    assert answered.status == status
    assert answered.closed == (status == 400 or version == b"1.0")
    assert (b"application/problem+json" in answered.seen) == (status == 400)


async def test_a_second_request_without_a_host_is_refused_after_the_first_is_answered(serve: Serve) -> None:
    url = await serve()
    async with connections(url, 1) as (one,):
        await one.pour([GET % b"small"])
        await asyncio.sleep(0.2)
        await one.pour([b"GET /small HTTP/1.1\r\n\r\n"])
        await one.listen(2)
    assert one.seen.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 400 " in one.seen
