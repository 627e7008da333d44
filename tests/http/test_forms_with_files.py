"""A form with files, as browsers send it, and as nobody should: what comes is read, or refused, and never a fault."""

import httpx
import pytest
from fastapi import FastAPI, Request
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.http.body import BodyRefused
from chassis.http.pages.files import read_with_files

OF_A_HEADER = (
    b"content-disposition: form-data",
    b'; name="a"',
    b'; filename="f"',
    b"; name*=utf-8''%e4%b8%ad",
    b"; name",
)
OTHERS = (b"content-type: multipart/mixed; boundary=z", b"content-transfer-encoding: base64", b"=?utf-8?b?", b"--z")
SIGNS = (b"--y", b"\r\n", b"--", b":", b"x", b"=", b'"', b"\r", b"\n", b"\0", b"\xff")
PIECES = st.sampled_from((*OF_A_HEADER, *OTHERS, *SIGNS))
HEADERS = {"content-type": "multipart/form-data; boundary=y"}


def app() -> FastAPI:
    made = FastAPI()

    @made.post("/")
    async def read(request: Request) -> dict[str, object]:
        try:
            found = await read_with_files(request, most=10_000)
        except BodyRefused as refused:
            return {"refused": refused.status}
        return {
            "typed": found.typed.fields,
            "files": {name: body.decode("latin-1") for name, body in found.files.items()},
        }

    return made


async def sent(**request: object) -> dict[str, object]:
    transport = httpx.ASGITransport(app())
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as browser:
        found: dict[str, object] = (await browser.post("/", **request)).json()  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    "body", [b"a,b\r\nc,d\r\n", b"a\nb\rc", "意向金\r\n".encode(), bytes(range(256)), b"--y", b"\r\n"]
)
async def test_a_file_comes_to_the_byte_with_what_was_typed_beside_it(body: bytes) -> None:
    found = await sent(files={"file": ("意.csv", body)}, data={"why": " 到账 "})
    assert found == {"typed": [["why", "到账"]], "files": {"file": body.decode("latin-1")}}


async def test_no_file_is_none() -> None:
    """As a browser sends a field in which nothing was chosen."""
    part = b'--y\r\ncontent-disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--y--\r\n'
    assert await sent(content=part, headers=HEADERS) == {"typed": [], "files": {}}


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map(b"".join))
async def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    assert {*await sent(content=b"--y\r\n" + body + b"\r\n--y--", headers=HEADERS)} in (
        {"refused"},
        {"typed", "files"},
    )
