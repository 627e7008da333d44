"""What may be asked of intake, one method a path of `app.py`: thin; `submission.ApplicationDesk` decides."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request, Response

from chassis.errors import CommandRefused as CommandProblem
from chassis.http.bearer import bearer_of
from chassis.http.body import BodyRefused, read_body
from chassis.http.pages.attempts import address_of
from chassis.http.problem import HttpProblem
from contracts.case.case import Case
from intake import problems
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
from intake.read_bodies import read_supplement, read_withdrawal
from intake.reception import KEY, FormFaulty, NotNow, Reception
from intake.settings import IntakeSettings
from intake.submission import KeyReused

NAME = "intake"
OF_A_BODY = {408: problems.TOO_SLOW, 413: problems.TOO_LARGE, 415: problems.UNSUPPORTED_MEDIA_TYPE}
Done = TypeVar("Done")


@dataclass(frozen=True)
class Requests:
    """Everything a request needs, wired once."""

    reception: Reception
    settings: IntakeSettings
    texts: dict[str, ConsentText]

    async def apply(self, request: Request) -> Response:
        """Opens a case. The same Idempotency-Key opens the same case; 202 is said only when it is on disk."""
        key, *more_keys = request.headers.getlist("idempotency-key") or [""]
        if more_keys or not KEY.fullmatch(key):
            raise HttpProblem(problems.MISSING_IDEMPOTENCY_KEY.problem())
        body = await self._body(request)
        try:
            return self._taken(await self._answered(self.reception.take(key, body)))
        except FormFaulty as faulty:
            raise HttpProblem(problems.INVALID_BODY.problem(errors=faulty.faults)) from None
        except KeyReused:
            raise HttpProblem(problems.KEY_REUSED.problem()) from None

    async def status(self, request: Request, number: str) -> Response:
        """Where an application stands. Needs the receipt's secret as a bearer token."""
        application = self._permitted(request, number)
        case = await self._answered(self.reception.load(application))
        if case is None:
            raise HttpProblem(problems.UNKNOWN_APPLICATION.problem())
        return shown(case, self.reception.view(case), ", ".join(request.headers.getlist("if-none-match")))

    async def projects(self) -> list[ProjectView]:
        """The projects a form may name, and whether their registration is open today."""
        return projects_on(self.reception.desk.projects, self.reception.today())

    async def documents(self) -> list[DocumentView]:
        """The documents a form may name, and which of them are required today."""
        return documents_under(self.reception.desk.procedures.accepting.policy.on(self.reception.today()))

    async def consent_texts(self) -> list[ConsentTextView]:
        """The texts a family consents to, by version."""
        return consent_texts_on(self.texts, self.reception.today())

    async def supplement(self, request: Request, number: str) -> Response:
        """Hands in what was missing, and only that. What brings nothing new changes nothing, however often sent."""
        application = self._permitted(request, number)
        handed_in = read_supplement(await self._body(request))
        if isinstance(handed_in, tuple):
            raise HttpProblem(problems.INVALID_BODY.problem(problems.UNCHANGED, handed_in))
        return self._taken(await self._answered(self.reception.supplement(application, handed_in)))

    async def withdraw(self, request: Request, number: str) -> Response:
        """Takes the application back (Art. 24). A second time changes nothing."""
        application = self._permitted(request, number)
        wish = read_withdrawal(await self._body(request))
        if isinstance(wish, tuple):
            raise HttpProblem(problems.INVALID_BODY.problem(problems.UNCHANGED, wish))
        return self._taken(await self._answered(self.reception.withdraw(application, wish.reason)))

    def _taken(self, case: Case) -> Response:
        return taken(case, self.reception.view(case), self.reception.secret_of(case))

    def _permitted(self, request: Request, number: str) -> str:
        """The number as stored. A wrong secret is told the same as an unknown number, none at all as itself."""
        secret = bearer_of(request)
        if secret is None:
            raise HttpProblem(problems.NO_RECEIPT.problem())
        try:
            application = self.reception.permitted(number, secret)
        except ValueError as error:
            raise HttpProblem(problems.UNKNOWN_APPLICATION.problem(detail=str(error))) from None
        if application is None:
            wait = self.reception.refused(NAME, address_of(request))
            raise HttpProblem(
                problems.TOO_MANY_TRIES.problem(retry_after=wait) if wait else problems.UNKNOWN_APPLICATION.problem()
            )
        return application

    async def _body(self, request: Request) -> bytes:
        most, within = self.settings.intake_max_body, self.settings.intake_body_within
        try:
            return await read_body(request, ("application/json",), most, within)
        except BodyRefused as refused:
            raise HttpProblem(OF_A_BODY[refused.status].problem()) from None

    async def _answered(self, work: Awaitable[Done]) -> Done:
        try:
            return await work
        except CommandProblem as problem:
            raise HttpProblem(from_command(problem)) from None
        except NotNow:
            raise HttpProblem(problems.UNAVAILABLE.problem()) from None
