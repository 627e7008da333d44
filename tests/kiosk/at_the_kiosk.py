"""A family at the kiosk without JavaScript: its browser over the real pages, on intake over a journal in memory."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI
from intake.kiosk.site import build_kiosk, open_visits
from intake.reception import Reception
from intake.settings import IntakeSettings

from chassis.clock import Clock
from contracts.application import ApplicationForm
from tests.intake.in_memory import NUMBER_KEY, RECEIPT_KEY, Intake
from tests.support.families import a_form

MONDAY = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
Fields = Mapping[str, str | Sequence[str]]
NOTHING: Fields = {}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class StillClock(Clock):
    """Shows what it is set to."""

    at: datetime = MONDAY

    def wall(self) -> datetime:
        return self.at


class Page(HTMLParser):
    """What the tests look for on a page: ids with what is in them, links, and the fields of its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: dict[str, str] = {}
        self.links: list[str] = []
        self.fields: dict[str, list[str]] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(text)
        self.ids = {name: said.strip() for name, said in self.ids.items()}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if "id" in found:
            assert found["id"] not in self.ids, f"two elements are called {found['id']}"
            self.ids[found["id"]] = ""
        if tag == "a":
            self.links.append(found.get("href", ""))
        if (tag == "input" and found.get("type") not in ("radio", "checkbox")) or "checked" in found:
            self.fields.setdefault(found.get("name", ""), []).append(found.get("value", ""))
        if tag not in ("input", "meta", "link", "br", "path"):
            self._open.append((tag, found.get("id", "")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for _, name in self._open:
            if name:
                self.ids[name] = self.ids[name] + data


@dataclass
class Family:
    """One browser; `addresses` are all that it went to."""

    browser: httpx.AsyncClient
    clock: StillClock
    intake: Intake
    addresses: list[str] = field(default_factory=list)
    status: int = 0
    text: str = ""
    path: str = ""

    async def get(self, path: str) -> Page:
        return self._seen(await self.browser.get(path))

    async def post(self, path: str, fields: Fields = NOTHING) -> Page:
        body = urlencode(fields, doseq=True)
        return self._seen(await self.browser.post(path, content=body, headers=FORM))

    def _seen(self, reply: httpx.Response) -> Page:
        self.addresses += [str(it.url) for it in (*reply.history, reply)]
        self.addresses += [it.headers.get("location", "") for it in reply.history]
        self.status, self.text, self.path = reply.status_code, reply.text, reply.url.path
        return Page(reply.text)

    def rest(self, seconds: float) -> None:
        self.clock.at += timedelta(seconds=seconds)

    async def fill(self, form: ApplicationForm) -> Page:
        """Every screen in its order, up to the answers to be checked; asserts the order."""
        page = await self.post("/")
        for path, fields in screens_of(form).items():
            assert self.path == path
            page = await self.post(path, fields)
        assert self.path == "/check", page.ids.get("errors")
        return page

    async def send(self, page: Page) -> Page:
        return await self.post("/check", {"key": page.fields["key"][0]})

    @property
    def cases(self) -> list[str]:
        return list(self.intake.memory.cases)


def screens_of(form: ApplicationForm) -> dict[str, dict[str, str | list[str]]]:
    """What is typed on each screen for a form."""
    sent = form.model_dump(mode="json")
    return {
        "/project": {"project": form.project},
        "/applicant": _named("applicant", sent["applicant"]),
        "/members": _listed("members", sent["members"]),
        "/residence": _named("residence", sent["residence"]),
        "/housing": _listed("declared_housing", sent["declared_housing"]),
        "/documents": {"documents": list(form.documents)},
        "/consents": {"consents": [it.id_number for it in form.consents], "text_version": "2025-1"},
    }


def _named(prefix: str, block: Mapping[str, Any]) -> dict[str, str | list[str]]:
    return {f"{prefix}-{name}": str(value) for name, value in block.items() if value is not None}


def _listed(part: str, blocks: Sequence[Mapping[str, Any]]) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for n, block in enumerate(blocks):
        found |= _named(f"{part}-{n}", block)
    return found


@dataclass
class Kiosk:
    """The pages of one kiosk, and all that is behind them."""

    intake: Intake = field(default_factory=Intake)
    settings: IntakeSettings = field(default_factory=IntakeSettings)
    clock: StillClock = field(default_factory=StillClock)

    def __post_init__(self) -> None:
        within = self.settings.intake_answer_within
        self.reception = Reception(self.intake.desk, NUMBER_KEY, RECEIPT_KEY, within, self.clock)
        self.restart()

    def restart(self) -> None:
        """The process began anew: what it had in memory is gone."""
        self.visits = open_visits(self.settings)
        self.app: FastAPI = build_kiosk(self.reception, self.settings, self.intake.texts, self.visits)

    @asynccontextmanager
    async def family(self) -> AsyncIterator[Family]:
        async def app(*asgi: Any) -> None:
            await self.app(*asgi)

        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url="http://kiosk",
            headers={"origin": "http://kiosk"},
            follow_redirects=True,
        ) as browser:
            yield Family(browser, self.clock, self.intake)


def on_monday(**changes: object) -> ApplicationForm:
    """A couple with one child, from the kiosk, everything handed in."""
    return a_form(channel="kiosk", **changes)


def words(page: Page, name: str) -> str:
    """What an element says, without the blanks of its markup."""
    return re.sub(r"\s+", " ", page.ids[name]).strip()
