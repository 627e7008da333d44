"""The kit of pages: what every page sends, whom it believes, and what it says when it cannot answer."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from prometheus_client import REGISTRY

from chassis.http.pages.breaches import Breaches
from chassis.http.pages.headers import content_policy
from chassis.http.pages.language import Catalogue, UnknownText
from chassis.http.pages.posted import MOST_BYTES, MOST_FIELDS, read_posted
from chassis.http.pages.sessions import SessionLimits, Sessions
from chassis.http.pages.site import Link, Site
from contracts.bilingual import Bilingual

TEXTS = {"demo.title": Bilingual("示例", "Example"), "demo.hello": Bilingual("你好，{name}", "Hello {name}")}
PAGE = '{% extends "base.html" %}{% block content %}<h1>{{ say("demo.hello", name=name) }}</h1>{% endblock %}'
OURS = {"origin": "http://demo"}
START = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "hello.html").write_text(PAGE)
    return Site("demo", "demo.title", tmp_path, (TEXTS,), menu=lambda _: (Link("/", "demo.title"),))


@pytest.fixture
def app(site: Site) -> FastAPI:
    app = site.app()

    @app.get("/")
    async def hello(request: Request) -> Response:
        return site.page(request, "hello.html", name="<b>王</b>")

    @app.post("/form")
    async def form(request: Request) -> Response:
        posted = await read_posted(request, within=0.5)
        return site.page(request, "hello.html", name=posted.one("name"))

    @app.get("/broken")
    async def broken() -> Response:
        raise RuntimeError("11010519491231002X")

    return app


def client(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://demo")


async def test_every_answer_forbids_what_comes_from_elsewhere_and_what_stands_inline(app: FastAPI) -> None:
    async with client(app) as browser:
        for path in ("/", "/none", "/broken", "/static/pages.css", "/static/none"):
            headers = (await browser.get(path)).headers
            assert "default-src 'self'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
        page = await browser.get("/")
    assert page.headers["cache-control"] == "no-store"
    assert "<style" not in page.text
    assert "style=" not in page.text
    assert "onclick" not in page.text
    assert "&lt;b&gt;王&lt;/b&gt;" in page.text


def test_a_card_reader_is_allowed_by_name_and_nothing_else_is() -> None:
    assert "connect-src 'self' http://127.0.0.1:9099;" in content_policy(("http://127.0.0.1:9099",))
    assert "connect-src 'self';" in content_policy()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://demo"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://demo"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://demo"}, 403),
    ],
)
async def test_a_form_counts_only_from_a_page_of_ours(app: FastAPI, headers: dict[str, str], status: int) -> None:
    async with client(app) as browser:
        reply = await browser.post("/form", data={"name": "王"}, headers=headers)
    assert reply.status_code == status


async def test_the_browsers_own_report_of_a_breach_needs_no_origin(app: FastAPI) -> None:
    async with client(app) as browser:
        assert (await browser.post("/csp-reports", json={})).status_code == 204


async def test_breaches_are_counted_and_fill_no_log(
    site: Site, app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("lianshen_content_breaches_total", {"app": site.name}) or 0.0

    before = counted()
    async with client(app) as browser:
        assert "report-uri /csp-reports" in (await browser.get("/")).headers["content-security-policy"]
        for _ in range(50):
            await browser.post("/csp-reports", content=b"11010519491231002X")
    assert counted() - before == 50
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    assert "11010519491231002X" not in caplog.text


async def test_a_breach_is_said_again_after_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    at = [0.0]
    breaches = Breaches("demo", steady=lambda: at[0])
    for now in (0.0, 59.9, 60.0, 61.0, 125.0):
        at[0] = now
        await breaches.take()
    assert len(caplog.records) == 3


async def test_a_reader_chooses_language_and_size_once(app: FastAPI) -> None:
    async with client(app) as browser:
        assert '<html lang="zh-CN">' in (await browser.get("/")).text
        assert '<html lang="en" class="elder">' in (await browser.get("/?lang=en&elder=on")).text
        again = (await browser.get("/")).text
        assert '<html lang="en" class="elder">' in again
        assert "Hello" in again
        assert '<html lang="en">' in (await browser.get("/?elder=off")).text
        assert '<html lang="en">' in (await browser.get("/?lang=xx")).text


@pytest.mark.parametrize("path", ["/none/11010519491231002X", "/broken", "/static/11010519491231002X"])
async def test_a_fault_is_a_page_that_helps_and_repeats_nothing(app: FastAPI, path: str) -> None:
    async with client(app) as browser:
        reply = await browser.get(path)
    assert reply.status_code in (404, 500)
    assert "已经提交的内容不会丢失" in reply.text
    assert "11010519491231002X" not in reply.text


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        ("name=%E7%8E%8B", "application/x-www-form-urlencoded", 200),
        ("name=%FF", "application/x-www-form-urlencoded", 400),
        ("a=1&" * (MOST_FIELDS + 1), "application/x-www-form-urlencoded", 400),
        ("name=" + "x" * MOST_BYTES, "application/x-www-form-urlencoded", 413),
        ("{}", "application/json", 400),
    ],
)
async def test_a_posted_form_is_read_within_limits(app: FastAPI, body: str, media_type: str, status: int) -> None:
    async with client(app) as browser:
        reply = await browser.post("/form", content=body, headers={**OURS, "content-type": media_type})
    assert reply.status_code == status


async def test_files_of_the_layout_are_kept_for_a_year_under_the_hash_of_what_is_in_them(
    site: Site, app: FastAPI
) -> None:
    async with client(app) as browser:
        path = site.assets.path("pages.css")
        assert path in (await browser.get("/")).text
        reply = await browser.get(path)
        other = await browser.get("/static/pages.css?v=ofanewerone")
    assert (reply.status_code, reply.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert (other.status_code, other.headers["cache-control"]) == (200, "no-store")


def test_a_text_stands_in_one_table_and_an_unknown_one_is_no_blank() -> None:
    catalogue = Catalogue(TEXTS)
    assert catalogue.say("zh", "demo.hello", name="王") == "你好，王"
    with pytest.raises(UnknownText):
        catalogue.say("zh", "demo.none")
    with pytest.raises(ValueError, match=r"demo\.title"):
        Catalogue(TEXTS, {"demo.title": Bilingual("又", "again")})


def browser_with(response: Response, cookie: str) -> Request:
    token = response.headers["set-cookie"].partition(";")[0]
    return Request({"type": "http", "headers": [(b"cookie", token.encode())]})


def test_a_session_ends_by_rest_by_age_and_by_word_and_its_cookie_says_nothing() -> None:
    sessions = Sessions[str]("who", SessionLimits(timedelta(minutes=10), timedelta(minutes=25), most=2))
    response = Response()
    sessions.begin(response, "officer Li", START)
    assert "officer" not in response.headers["set-cookie"]
    assert "HttpOnly" in response.headers["set-cookie"]
    assert "SameSite=strict" in response.headers["set-cookie"]
    request = browser_with(response, "who")
    for minutes in (9, 18, 24):
        assert sessions.of(request, START + timedelta(minutes=minutes)) == "officer Li"
    assert sessions.of(request, START + timedelta(minutes=26)) is None

    rested = Response()
    sessions.begin(rested, "officer Li", START)
    assert sessions.of(browser_with(rested, "who"), START + timedelta(minutes=11)) is None

    left = Response()
    sessions.begin(left, "officer Li", START)
    sessions.end(browser_with(left, "who"), Response())
    assert sessions.of(browser_with(left, "who"), START) is None


def test_of_too_many_sessions_the_one_that_rests_longest_goes() -> None:
    sessions = Sessions[int]("who", SessionLimits(most=2))
    answers = [Response() for _ in range(3)]
    for n, response in enumerate(answers):
        sessions.begin(response, n, START + timedelta(seconds=n))
    found = [sessions.of(browser_with(response, "who"), START + timedelta(seconds=5)) for response in answers]
    assert found == [None, 1, 2]


async def test_whoever_sends_a_form_too_slowly_is_told_so(app: FastAPI) -> None:
    async def slowly():  # type: ignore[no-untyped-def]
        yield b"name="
        await asyncio.sleep(1)
        yield b"x"

    async with client(app) as browser:
        headers = {**OURS, "content-type": "application/x-www-form-urlencoded"}
        reply = await browser.post("/form", content=slowly(), headers=headers)
    assert reply.status_code == 408


def test_whoever_begins_thousands_of_sessions_ends_only_their_own() -> None:
    sessions = Sessions[str]("who", SessionLimits(most=10))
    good, by_good = Response(), Request({"type": "http", "headers": [], "client": ("203.0.113.1", 1)})
    sessions.begin(good, "a family", START, by_good)
    for n in range(50):
        stranger = Request({"type": "http", "headers": [], "client": ("203.0.113.66", n)})
        sessions.begin(Response(), "a stranger", START + timedelta(seconds=n), stranger)
    assert sessions.of(browser_with(good, "who"), START + timedelta(minutes=1)) == "a family"
