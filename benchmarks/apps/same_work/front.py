"""The kiosk's HTTP before a peer: intake's own requests, over a peer that keeps the cases instead of a journal.

So the form's checks, the Idempotency-Key, the receipt and the words are Lianshen's; 202 is said once the peer has the
application on its disk. Intake's metrics, spans and other paths are left out.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import cast

from intake.body_hash import body_hash, is_body_of
from intake.http.requests import Requests
from intake.reception import Reception
from intake.settings import IntakeSettings
from intake.submission import ApplicationDesk, KeyReused
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.apps.same_work.bureau import case_of, read
from chassis.errors import CommandRefused
from chassis.http.problem import HttpProblem, answer
from chassis.log.append_health import Appends
from chassis.process.keys import read_key
from contracts.application import ApplicationForm
from contracts.case.case import Case
from contracts.events import ApplicationSubmitted
from procedures.hainan_2025.completeness import without_outside_consents
from procedures.hainan_2025.projects import load_projects
from procedures.registry import PROCEDURES

Start = Callable[[ApplicationSubmitted], Awaitable[bool]]
"""Hands an application over to the peer, once a number; False where one of that number is there already."""
History = Callable[[str], Awaitable[list[bytes]]]
"""What the peer keeps of a case by now, as `bureau.written` wrote it; empty where it knows none."""
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


class PeersCounter:
    """What `intake.submission.ApplicationDesk` and its journal are to intake's requests."""

    def __init__(self, start: Start, history: History) -> None:
        self.projects = load_projects()
        self.procedures = PROCEDURES
        self.journal = self
        self.appends = Appends()
        self._start = start
        self._history = history

    async def take(self, application: str, form: ApplicationForm, now: datetime) -> Case:
        """Opens the case, or finds it again. Raises KeyReused; Problem 503 while the peer does not show it yet."""
        form = without_outside_consents(form)
        submitted = ApplicationSubmitted(application=application, at=now, form=form, body_sha256=body_hash(form))
        if await self._start(submitted):
            return case_of(application, [submitted])
        case = await self.load(application)
        if case.state is None:
            raise CommandRefused(503, "not yet", "the case was taken in a moment ago; ask again")
        if not is_body_of(form, case.body_sha256):
            raise KeyReused
        return case

    async def load(self, application: str) -> Case:
        return case_of(application, map(read, await self._history(application)))

    async def replayed(self, application: str, form: ApplicationForm) -> Case | None:
        """Law and projects do not change during a run."""
        return None


def front(folder: Path, start: Start, history: History, lifespan: Lifespan) -> Starlette:
    """The two paths a kiosk needs; `start` and `history` are the peer's."""
    numbers, receipts = (read_key(folder / "keys", name) for name in ("application-number", "receipt"))
    counter = cast(ApplicationDesk, PeersCounter(start, history))
    settings = IntakeSettings()
    requests = Requests(Reception(counter, numbers, receipts, settings.intake_answer_within), settings, {})

    async def status(request: Request) -> Response:
        return await requests.status(request, request.path_params["number"])

    async def wrong(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, HttpProblem)
        return answer(problem.document)

    routes = [
        Route("/v1/applications", requests.apply, methods=["POST"]),
        Route("/v1/applications/{number}", status),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HttpProblem: wrong})
