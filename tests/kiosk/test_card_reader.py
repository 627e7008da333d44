"""A reader of identity cards: one address that the kiosk's pages may talk to, and a stand-in that they may ask."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from intake.settings import IntakeSettings
from pydantic import ValidationError

from examples.card_reader.card_reader import serve
from tests.kiosk.at_the_kiosk import Kiosk, on_monday

KIOSK = "http://127.0.0.1:8081"
CARDS = Path("lianshen/simulation/kit/household-registry.csv")


@pytest.fixture
def reader() -> Iterator[str]:
    server = serve(KIOSK, str(Path(__file__).parents[2] / CARDS), 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(reader: str, method: str = "POST", path: str = "/v1/card", **headers: str) -> httpx.Response:
    return httpx.request(method, f"{reader}{path}", headers=headers, content=b"{}", trust_env=False)


def test_the_stand_in_reads_a_card_for_the_kiosk_and_lets_its_page_see_it(reader: str) -> None:
    leave = ask(reader, "OPTIONS", Origin=KIOSK)
    assert (leave.status_code, leave.headers["access-control-allow-origin"]) == (204, KIOSK)
    assert leave.headers["access-control-allow-headers"] == "Content-Type"
    card = ask(reader, Origin=KIOSK)
    assert card.json() == {"name": "王建国", "id_number": "150303198803126067"}
    assert card.headers["access-control-allow-origin"] == KIOSK
    assert card.headers["cache-control"] == "no-store"
    assert ask(reader, Origin=KIOSK).json()["name"] == "刘芳", "the next card"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": KIOSK, "Host": "rebound.example:80"},
    ],
)
def test_it_reads_no_card_for_anybody_else(reader: str, headers: dict[str, str]) -> None:
    for method in ("POST", "OPTIONS"):
        reply = ask(reader, method, **headers)
        assert (reply.status_code, reply.content) == (403, b"")
        assert "access-control-allow-origin" not in reply.headers
    assert ask(reader, Origin=KIOSK).json()["name"] == "王建国", "nobody's card was drawn before"


async def test_only_the_kiosks_pages_may_talk_to_it_and_only_to_it() -> None:
    address = "http://127.0.0.1:8095"
    async with Kiosk(settings=IntakeSettings(intake_kiosk_card_reader=address)).family() as family:
        await family.fill(on_monday())
        reply = await family.browser.get("/applicant")
        assert f"connect-src 'self' {address};" in reply.headers["content-security-policy"]
        assert f'data-reader="{address}/v1/card"' in reply.text
    async with Kiosk().family() as family:
        await family.fill(on_monday())
        reply = await family.browser.get("/applicant")
        assert "connect-src 'self';" in reply.headers["content-security-policy"]
        assert "data-card" not in reply.text


@pytest.mark.parametrize("elsewhere", ["http://reader.example", "http://127.0.0.1:1/v1/card", "127.0.0.1:8095", "*"])
def test_a_reader_anywhere_else_is_no_setting(elsewhere: str) -> None:
    with pytest.raises(ValidationError, match="intake_kiosk_card_reader"):
        IntakeSettings(intake_kiosk_card_reader=elsewhere)
