"""What may be asked of intake, one method a path of `app.py`: thin; `submission.ApplicationDesk` decides."""

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import nats.errors
from fastapi import Request, Response

from chassis.clock import WALL, Clock
from chassis.errors import ChassisError
from chassis.errors import CommandRefused as CommandProblem
from chassis.http.bearer import bearer_of
from chassis.http.body import BodyRefused, read_body
from chassis.http.problem import HttpProblem
from chassis.telemetry.spans import about
from contracts.application import ApplicationForm
from contracts.case.case import Case
from contracts.faults import Fault, fault
from contracts.local_time import SHANGHAI
from contracts.numbers import application_number, parse_application_number
from intake import problems
from intake.body_hash import is_body_of
from intake.consent_texts import ConsentText
from intake.http.replies import from_command, shown, taken
from intake.http.what_a_form_needs import (
    ConsentTextView,
    DocumentView,
    ProjectView,
    consent_texts_on,
    documents_under,
    projects_on,
)
from intake.read_bodies import read_form, read_replay, read_supplement, read_withdrawal
from intake.receipts import is_receipt, receipt_secret
from intake.settings import IntakeSettings
from intake.submission import ApplicationDesk, KeyReused
from procedures.hainan_2025.view import CaseView

KEY = re.compile(r"[\x21-\x7e]{1,200}")
OF_A_BODY = {408: problems.TOO_SLOW, 413: problems.TOO_LARGE, 415: problems.UNSUPPORTED_MEDIA_TYPE}
Done = TypeVar("Done")


@dataclass(frozen=True)
class Requests:
    """Everything a request needs, wired once."""

    desk: ApplicationDesk
    settings: IntakeSettings
    number_key: bytes
    receipt_key: bytes
    texts: dict[str, ConsentText]
    clock: Clock = WALL
    under_way: dict[str, asyncio.Task[Case]] = field(default_factory=dict)
    """The applications that are being taken in at this moment, by number."""

    async def apply(self, request: Request) -> Response:
        """Opens a case. The same Idempotency-Key opens the same case; 202 is said only when it is on disk."""
        key, *more_keys = request.headers.getlist("idempotency-key") or [""]
        if more_keys or not KEY.fullmatch(key):
            raise HttpProblem(problems.MISSING_IDEMPOTENCY_KEY.problem())
        body = await self._body(request)
        number = application_number(key, self.number_key)
        about(number)
        form = read_form(body, self._today())
        if isinstance(form, tuple):
            return await self._replay_or_faults(number, body, form)
        if form.project not in self.desk.projects:
            open_ones = ", ".join(self.desk.projects) or "none"
            unknown = fault("/project", "no-such-project", projects=open_ones)
            return await self._replay_or_faults(number, body, (unknown,))
        try:
            case = await self._in_time(self._once(number, form))
        except KeyReused:
            raise HttpProblem(problems.KEY_REUSED.problem()) from None
        return self._taken(case)

    async def status(self, request: Request, number: str) -> Response:
        """Where an application stands. Needs the receipt's secret as a bearer token."""
        application = self._permitted(request, number)
        case = await self._in_time(self.desk.journal.load(application))
        if case.state is None:
            raise HttpProblem(problems.UNKNOWN_APPLICATION.problem())
        return shown(case, self._view(case), ", ".join(request.headers.getlist("if-none-match")))

    async def projects(self) -> list[ProjectView]:
        """The projects a form may name, and whether their registration is open today."""
        return projects_on(self.desk.projects, self._today())

    async def documents(self) -> list[DocumentView]:
        """The documents a form may name, and which of them are required today."""
        return documents_under(self.desk.procedures.accepting.policy.on(self._today()))

    async def consent_texts(self) -> list[ConsentTextView]:
        """The texts a family consents to, by version."""
        return consent_texts_on(self.texts, self._today())

    async def supplement(self, request: Request, number: str) -> Response:
        """Hands in what was missing, and only that. What brings nothing new changes nothing, however often sent."""
        application = self._permitted(request, number)
        handed_in = read_supplement(await self._body(request))
        if isinstance(handed_in, tuple):
            raise HttpProblem(problems.INVALID_BODY.problem(problems.UNCHANGED, handed_in))
        now = self.clock.now()
        return self._taken(await self._in_time(self.desk.supplement(application, handed_in, now)))

    async def withdraw(self, request: Request, number: str) -> Response:
        """Takes the application back (Art. 24). A second time changes nothing."""
        application = self._permitted(request, number)
        wish = read_withdrawal(await self._body(request))
        if isinstance(wish, tuple):
            raise HttpProblem(problems.INVALID_BODY.problem(problems.UNCHANGED, wish))
        now = self.clock.now()
        return self._taken(await self._in_time(self.desk.withdraw(application, wish.reason, "the family", now)))

    def _taken(self, case: Case) -> Response:
        return taken(case, self._view(case), receipt_secret(self.receipt_key, case.application))

    def _view(self, case: Case) -> CaseView:
        view: CaseView = self.desk.procedures.of(case).view(case)
        return view

    def _permitted(self, request: Request, number: str) -> str:
        """The number as stored. A wrong secret is told the same as an unknown number, none at all as itself."""
        secret = bearer_of(request)
        if secret is None:
            raise HttpProblem(problems.NO_RECEIPT.problem())
        try:
            application = parse_application_number(number)
        except ValueError as error:
            raise HttpProblem(problems.UNKNOWN_APPLICATION.problem(detail=str(error))) from None
        if not is_receipt(self.receipt_key, application, secret):
            raise HttpProblem(problems.UNKNOWN_APPLICATION.problem())
        about(application)
        return application

    def _today(self) -> date:
        return self.clock.now().astimezone(SHANGHAI).date()

    async def _body(self, request: Request) -> bytes:
        most, within = self.settings.intake_max_body, self.settings.intake_body_within
        try:
            return await read_body(request, ("application/json",), most, within)
        except BodyRefused as refused:
            raise HttpProblem(OF_A_BODY[refused.status].problem()) from None

    async def _in_time(self, work: Awaitable[Done]) -> Done:
        try:
            async with asyncio.timeout(self.settings.intake_answer_within):
                return await work
        except CommandProblem as problem:
            raise HttpProblem(from_command(problem)) from None
        except (TimeoutError, ChassisError, nats.errors.Error):
            raise HttpProblem(problems.UNAVAILABLE.problem()) from None

    async def _once(self, number: str, form: ApplicationForm) -> Case:
        """Fifty identical posts at once are one piece of work; a caller that leaves does not end it."""
        if (others := self.under_way.get(number)) is not None:
            try:
                case = await asyncio.shield(others)
            except KeyReused:
                # Theirs is not the body that opened the case; this one may be.
                case = await self.desk.journal.load(number)
            if not is_body_of(form, case.body_sha256):
                raise KeyReused
            return case
        work = asyncio.create_task(self.desk.take(number, form, self.clock.now()))
        self.under_way[number] = work
        work.add_done_callback(lambda done: self.under_way.pop(number, None))
        return await asyncio.shield(work)

    async def _replay_or_faults(self, number: str, body: bytes, faults: tuple[Fault, ...]) -> Response:
        """What was taken in once is taken in, whatever rule or list of projects is new. Only here it costs a read."""
        form = read_replay(body)
        case = None if form is None else await self._in_time(self.desk.replayed(number, form))
        if case is None:
            raise HttpProblem(problems.INVALID_BODY.problem(errors=faults))
        return self._taken(case)
