"""`lianshen apply` where the way to intake is bad: every file has its line and key, and none is taken twice."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from chassis.http.limits import served
from lianshen.demo.kiosk import hand_in
from tests.intake.in_memory import Intake
from tests.support.families import a_form
from tests.support.waiting import PATIENCE

RECEIPT = b'{"receipt": {"application_number": "A"}, "application": {}}'


def response(status: str, body: bytes, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(head).encode() + body


class Stub:
    """What stands where intake should be: says `replies` one after the other, then the last of them for ever."""

    def __init__(self, *replies: bytes) -> None:
        self.replies = replies
        self.keys: list[str] = []
        self.at: list[float] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
        await reader.readexactly(int(fields["content-length"]))
        self.keys.append(fields["idempotency-key"])
        self.at.append(asyncio.get_running_loop().time())
        writer.write(self.replies[min(len(self.keys), len(self.replies)) - 1])
        await writer.drain()
        writer.close()


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[str]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def running(intake: Intake) -> AsyncIterator[int]:
    """The real app on a port."""
    server = uvicorn.Server(uvicorn.Config(intake.app, port=0, **served()))
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await asyncio.wait_for(task, 15)


@pytest.fixture
def forms(tmp_path: Path) -> list[Path]:
    """Two forms of two families."""
    files = [tmp_path / "first.json", tmp_path / "second.json"]
    for file in files:
        file.write_text(a_form().model_dump_json(), encoding="utf-8")
    return files


async def applied(
    capsys: pytest.CaptureFixture[str], files: list[Path], url: str, key: str | None = None
) -> tuple[bool, list[dict[str, Any]], str]:
    """Whether all went well, the lines on stdout, and what was told meanwhile."""
    told: list[str] = []
    well = await hand_in(files, url, key, None, told.append)
    return well, [json.loads(line) for line in capsys.readouterr().out.splitlines()], "\n".join(told)


async def test_a_proxy_that_drops_a_reply_is_asked_again_and_one_case_is_opened(
    capsys: pytest.CaptureFixture[str], forms: list[Path]
) -> None:
    intake = Intake()
    dropped = 0

    async with running(intake) as port:

        async def drop_the_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            """Hands a request on; the reply to the first one never comes back."""
            nonlocal dropped
            head = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.lower().split(b": ", 1) for line in head.splitlines()[1:] if b": " in line)
            body = await reader.readexactly(int(fields[b"content-length"]))
            back, there = await asyncio.open_connection("127.0.0.1", port)
            there.write(head.replace(b"keep-alive", b"close") + body)
            reply = await back.read()
            there.close()
            dropped += 1
            if dropped > 1:
                writer.write(reply)
                await writer.drain()
            writer.close()

        async with listening(drop_the_first) as url:
            well, lines, told = await applied(capsys, forms[:1], url)
    assert (well, dropped, len(intake.memory.cases)) == (True, 2, 1)
    assert lines[0]["http_status"] == 202
    assert lines[0]["receipt"]["application_number"] in intake.memory.cases
    assert f"first.json: sending it under the key {lines[0]['key']}" in told


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        pytest.param(b"", None, id="nothing"),
        pytest.param(b"HTTP/1.1 202 Acc", None, id="half-a-line"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n", None, id="no-http"),
        pytest.param(response("502 Bad Gateway", b"<html>oops", "Retry-After: 0"), 502, id="502-with-html"),
        pytest.param(response("503 Busy", b'{"detail": "later"}', "Retry-After: 0"), 503, id="503"),
        pytest.param(response("429 Slow", b"", "Retry-After: 0"), 429, id="429"),
        pytest.param(response("202 Accepted", b"[1, 2]"), 202, id="a-list"),
        pytest.param(response("202 Accepted", b"{}"), 202, id="no-receipt"),
        pytest.param(response("200 OK", b'{"key": null, "ok": true}'), 200, id="another-service"),
        pytest.param(response("202 Accepted", b'"taken"'), 202, id="a-string"),
        pytest.param(response("200 OK", b"<html>log in, please"), 200, id="a-portal"),
        pytest.param(response("404 Not Found", b"\xff\xfe"), 404, id="bytes"),
        pytest.param(response("200 OK", b"[" * 100_000), 200, id="endless-nesting"),
        pytest.param(response("302 Found", b"", "Location: http://127.0.0.1:1/"), 302, id="elsewhere"),
    ],
)
async def test_whatever_comes_back_each_file_has_a_line_with_status_key_and_what_to_do(
    capsys: pytest.CaptureFixture[str], forms: list[Path], reply: bytes, status: int | None
) -> None:
    stub = Stub(reply)
    async with listening(stub.serve) as url:
        well, lines, told = await applied(capsys, forms, url)
    assert not well
    assert [line["file"] for line in lines] == ["first.json", "second.json"]
    for line in lines:
        assert line["http_status"] == status
        assert line["error"]
        assert f"--key {line['key']}" in line["to_do"]
        assert line["key"] in told
    assert list(dict.fromkeys(stub.keys)) == [line["key"] for line in lines]
    assert len(stub.keys) <= 8


async def test_the_files_after_one_that_got_no_answer_are_handed_in(
    capsys: pytest.CaptureFixture[str], forms: list[Path]
) -> None:
    missing = forms[0].with_name("nowhere.json")
    stub = Stub(response("200 OK", b"<html>"), response("202 Accepted", RECEIPT))
    async with listening(stub.serve) as url:
        well, lines, _ = await applied(capsys, [missing, *forms], url)
    assert not well
    assert [(line["file"], line["http_status"]) for line in lines] == [
        ("nowhere.json", None),
        ("first.json", 200),
        ("second.json", 202),
    ]
    assert lines[0]["error"] == "the file cannot be read: No such file or directory"


async def test_the_pause_that_an_answer_asks_for_is_kept(
    capsys: pytest.CaptureFixture[str], forms: list[Path]
) -> None:
    stub = Stub(response("503 Busy", b"{}", "Retry-After: 2"), response("202 Accepted", RECEIPT))
    async with listening(stub.serve) as url:
        well, lines, _ = await applied(capsys, forms[:1], url, key="the-key-of-before")
    assert (well, lines[0]["key"], stub.keys) == (True, "the-key-of-before", ["the-key-of-before"] * 2)
    assert 2.0 <= stub.at[1] - stub.at[0] < 2 * PATIENCE


async def test_a_problem_of_intakes_is_said_at_once_and_not_tried_again(
    capsys: pytest.CaptureFixture[str], forms: list[Path]
) -> None:
    stub = Stub(response("422 Unprocessable Content", b'{"type": "/problems/invalid-body", "errors": []}'))
    async with listening(stub.serve) as url:
        well, lines, _ = await applied(capsys, forms[:1], url)
    assert (well, lines[0]["http_status"], lines[0]["type"]) == (False, 422, "/problems/invalid-body")
    assert len(stub.keys) == 1
