"""A household at its page: the real app over a journal in memory, at a time that the test sets."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from intake.consent_texts import load_consent_texts
from intake.family.app import build_family_app
from intake.family.looks import Looks
from intake.family.reading import Homes
from intake.receipts import receipt_secret
from intake.reception import Reception

from chassis.clock import Clock
from chassis.errors import Unavailable
from contracts.case.case import Case, Recorded
from contracts.events import Event
from procedures.hainan_2025.letters import Desk
from procedures.hainan_2025.titles import ENQUIRIES
from tests.intake.in_memory import NUMBER_KEY, RECEIPT_KEY, Intake, Memory

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
PAGES = ("/case", "/rules", "/looks", "/notices")


@dataclass
class StoppedClock(Clock):
    """Shows what the test says."""

    at: datetime = NOW

    def wall(self) -> datetime:
        return self.at


@dataclass
class Log(Memory):
    """A journal in memory whose bus may be away."""

    away: bool = False
    reads: int = 0
    lags: int = 0
    """So many reads do not show the newest event yet, as of a replica."""

    async def of(self, application: str) -> tuple[Recorded, ...]:
        self._there()
        history = await super().of(application)
        self.lags, lags = max(0, self.lags - 1), self.lags
        return history[:-1] if lags else history

    async def load(self, application: str, at_least: int = 0) -> Case:
        self._there()
        return await super().load(application, at_least)

    def _there(self) -> None:
        self.reads += 1
        if self.away:
            raise Unavailable("the bus did not answer a read in time")


@dataclass
class Household:
    """One browser."""

    log: Log = field(default_factory=Log)
    looks: Looks | None = None
    homes: Homes | None = None
    address: str = "192.0.2.1"
    clock: StoppedClock = field(default_factory=StoppedClock)
    drill: bool = False

    def __post_init__(self) -> None:
        desk = Intake(memory=self.log).desk
        self.reception = Reception(desk, NUMBER_KEY, RECEIPT_KEY, 8.0, self.clock)
        letters = Desk(ENQUIRIES.zh, ENQUIRIES.en, desk.calendar, self.drill, desk.procedures)
        self.app = build_family_app(self.reception, letters, load_consent_texts(), self.looks, self.homes)
        self.browser = self.other_browser(self.address)

    def other_browser(self, address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(address, 4711))
        return httpx.AsyncClient(transport=transport, base_url="http://family", headers={"origin": "http://family"})

    def stands(self, number: str, history: Iterable[Recorded]) -> str:
        """The case as it is to stand in the log."""
        self.log.cases[number] = list(history)
        return number

    def happened(self, *events: Event) -> str:
        """A case of these events, one after the other."""
        number = events[0].application
        items = [Recorded(n, event, f"id-{n}", event.at) for n, event in enumerate(events, start=1)]
        self.log.sequence = len(items)
        return self.stands(number, items)

    async def sign_in(self, number: str, secret: str | None = None, address: str | None = None) -> httpx.Response:
        given = receipt_secret(RECEIPT_KEY, number) if secret is None else secret
        browser = self.browser if address is None else self.other_browser(address)
        return await browser.post("/sign-in", data={"number": number, "secret": given})

    async def get(self, path: str, language: str = "zh") -> httpx.Response:
        return await self.browser.get(f"{path}{'&' if '?' in path else '?'}lang={language}")

    async def post(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        return await self.browser.post(path, data=dict(fields))

    def later(self, **period: float) -> None:
        self.clock.at += timedelta(**period)


def words(page: httpx.Response) -> str:
    """What a reader sees of a page."""
    main = re.sub(r"<(script|style|head).*?</\1>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))
