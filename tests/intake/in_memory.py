"""Intake's real app over a journal in memory, for tests that post much and look at every answer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast
from urllib.parse import quote

import httpx
from intake import receipts
from intake.app import build_app
from intake.bans import BanList, Bans
from intake.claims import Claims
from intake.consent_texts import load_consent_texts
from intake.reception import Reception
from intake.settings import IntakeSettings
from intake.submission import ApplicationDesk
from jsonschema import Draft202012Validator

from chassis.clock import WALL, Clock
from chassis.errors import Conflict
from chassis.log.append_health import Appends
from chassis.log.history import History
from chassis.log.journal import Claim, Journal
from chassis.log.stored import Stored
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve, fold
from contracts.events import Event
from contracts.events.values import BanAnswer
from contracts.inquiries import Answer
from evidence.own_bans import OwnBans
from procedures.hainan_2025.projects import Project, load_projects
from procedures.working_days import Calendar

NUMBER_KEY, RECEIPT_KEY = b"n" * 32, b"r" * 32
JSON = {b"content-type": b"application/json"}


@dataclass
class Memory:
    """Stands for the journal and its history: write once, claims and compare-and-set, and what it was asked for."""

    cases: dict[str, list[Recorded]] = field(default_factory=dict)
    claims: dict[str, Stored] = field(default_factory=dict)
    asked_for: list[str] = field(default_factory=list)
    sequence: int = 0
    clock: Clock = WALL
    appends: Appends = field(default_factory=Appends)

    @property
    def history(self) -> "Memory":
        return self

    async def load(self, application: str, at_least: int = 0) -> Case:
        self.asked_for.append(application)
        return fold(self.cases.get(application, ()), application)

    async def of(self, application: str) -> tuple[Recorded, ...]:
        return tuple(self.cases.get(application, ()))

    async def last(self, subject: str) -> Stored | None:
        return self.claims.get(subject)

    async def open(self, events: Sequence[Event], claims: Sequence[Claim]) -> Case:
        taken = {name: stored.sequence for name, stored in self.claims.items()}
        if events[0].application in self.cases or any(taken.get(c.subject, 0) != c.last_sequence for c in claims):
            raise Conflict(events[0].application)
        recorded = self._store(events)
        await self.hold(events[0].application, claims)
        return fold(recorded, events[0].application)

    async def hold(self, application: str, claims: Sequence[Claim]) -> None:
        for claim in claims:
            self.sequence += 1
            now = datetime.now(UTC)
            self.claims[claim.subject] = Stored(claim.subject, self.sequence, now, {}, claim.holder.encode())

    async def decide(self, case: Case, *events: Event) -> Case:
        if self.cases[case.application][-1].sequence != case.sequence:
            raise Conflict(case.application)
        for recorded in self._store(events):
            case = evolve(case, recorded)
        return case

    def _store(self, events: Sequence[Event]) -> list[Recorded]:
        stored = [Recorded(self.sequence + n, event, "", event.at) for n, event in enumerate(events, start=1)]
        self.sequence += len(stored)
        for recorded in stored:
            self.cases.setdefault(recorded.event.application, []).append(recorded)
        return stored


class NobodyIsBanned:
    """Stands for the housing bureau."""

    async def about(self, *question: object) -> Bans:
        nothing = Answer(question_id="no-question-of-anybody", kind="none")
        return Bans((), BanAnswer(asked_at=datetime.now(UTC), answer=nothing))


class NothingOnRecord:
    """Stands for our own record of bans."""

    async def about(self, *whom: object) -> None:
        return None


class Intake:
    """The real app over a journal in memory; every answer is held against the OpenAPI document it serves."""

    def __init__(
        self,
        memory: Memory | None = None,
        projects: Mapping[str, Project] | None = None,
        settings: IntakeSettings | None = None,
    ) -> None:
        self.memory = memory or Memory()
        self.desk = ApplicationDesk(
            journal=cast(Journal, self.memory),
            claims=Claims(b"c" * 32, cast(History, self.memory)),
            bans=cast(BanList, NobodyIsBanned()),
            own_bans=cast(OwnBans, NothingOnRecord()),
            projects=load_projects() if projects is None else projects,
            calendar=Calendar(),
        )
        self.settings = settings or IntakeSettings()
        self.reception = Reception(self.desk, NUMBER_KEY, RECEIPT_KEY, self.settings.intake_answer_within)
        self.texts = load_consent_texts()
        self.app = build_app(self.reception, self.settings, self.texts)
        self.document = self.app.openapi()

    def send(self, method: str, path: str, body: bytes = b"", headers: Mapping[bytes, bytes] = {}) -> httpx.Response:
        """An exception that the app does not catch is raised here."""

        async def sent() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://intake") as kiosk:
                return await kiosk.request(method, path, content=body, headers=dict(headers))

        return asyncio.run(sent())

    def post(self, body: bytes, key: bytes = b"a-key-of-its-own") -> httpx.Response:
        return self.answer("post", "/v1/applications", "", body, {b"idempotency-key": key, **JSON})

    def answer(
        self,
        method: str,
        template: str,
        number: str,
        body: bytes = b"",
        headers: Mapping[bytes, bytes] = {},
    ) -> httpx.Response:
        """Sends, and asserts that status, media type and body are what the document says."""
        reply = self.send(method, template.replace("{number}", quote(number, safe="")), body, headers)
        documented = self.document["paths"][template][method]["responses"]
        assert str(reply.status_code) in documented, f"{reply.status_code} is not documented for {method} {template}"
        if reply.status_code == 304:
            return reply
        content = documented[str(reply.status_code)]["content"]
        schema = content[reply.headers["content-type"]]["schema"]
        validator = Draft202012Validator({**schema, "components": self.document["components"]})
        assert [error.message for error in validator.iter_errors(reply.json())] == []
        return reply

    def supplement(self, number: str, body: bytes) -> httpx.Response:
        template = "/v1/applications/{number}/supplement"
        return self.answer("post", template, number, body, {**JSON, **self.taken(number)})

    def withdraw(self, number: str, body: bytes = b"") -> httpx.Response:
        template = "/v1/applications/{number}/withdrawal"
        return self.answer("post", template, number, body, {**JSON, **self.taken(number)})

    def get(self, number: str, headers: Mapping[bytes, bytes] = {}) -> httpx.Response:
        """As a family asks: with its receipt."""
        return self.answer("get", "/v1/applications/{number}", number, headers={**self.taken(number), **headers})

    def events(self, number: str) -> list[Event]:
        return [recorded.event for recorded in self.memory.cases.get(number, ())]

    def taken(self, number: str) -> dict[bytes, bytes]:
        """The header that shows the receipt of a number."""
        return {b"authorization": b"Bearer " + receipts.receipt_secret(RECEIPT_KEY, number).encode()}
