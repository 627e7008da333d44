"""The HTTP of intake (`/v1/applications`): thin; what is decided is decided in `take`, what is said in `problems`."""

import asyncio
import re
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeVar

import nats.errors
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from opentelemetry.trace import SpanKind
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from chassis.errors import ChassisError
from chassis.errors import Problem as CommandProblem
from chassis.request_metrics import RequestMetrics
from chassis.telemetry import span
from contracts.application import ApplicationForm, Fault, Supplement
from contracts.case import Case
from contracts.model import Frozen
from contracts.numbers import application_number, parse_application_number
from contracts.view import view
from contracts.working_days import SHANGHAI
from intake import problems
from intake.body_hash import is_body_of
from intake.problems import Problem, Withdrawal, read_form, read_replay, read_supplement, read_withdrawal
from intake.receipts import is_receipt, receipt_secret
from intake.settings import IntakeSettings
from intake.take import Counter, KeyReused, NotAskedFor

KEY = re.compile(r"[\x21-\x7e]{1,200}")
Done = TypeVar("Done")


class Wrong(Exception):
    """Ends a request with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class Receipt(Frozen):
    """What a kiosk prints: with number and secret the family can ask, supplement and withdraw."""

    application_number: str
    secret: str
    submitted_at: datetime


class Taken(Frozen):
    """The body of a 202: the case exists on disk, whatever was decided about it."""

    receipt: Receipt
    application: dict[str, Any] = Field(description="the case as GET shows it")


def build_app(counter: Counter, settings: IntakeSettings, number_key: bytes, receipt_key: bytes) -> FastAPI:
    app = FastAPI(
        title="Lianshen intake",
        version="1",
        description="Applications for affordable homes, taken in at kiosks and counters.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        redirect_slashes=False,  # a redirect would repeat whatever Host was sent
        # FastAPI's own spans hold path and query as they were typed: that may be a person's number.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.add_middleware(RequestMetrics, name="intake")
    under_way: dict[str, asyncio.Task[Case]] = {}

    async def in_time(work: Awaitable[Done]) -> Done:
        try:
            async with asyncio.timeout(settings.intake_answer_within):
                return await work
        except CommandProblem as problem:
            raise Wrong(_from_command(problem)) from None
        except (TimeoutError, ChassisError, nats.errors.Error):
            raise Wrong(problems.UNAVAILABLE.problem()) from None

    async def once(number: str, form: ApplicationForm) -> Case:
        """Fifty identical posts at once are one piece of work; a caller that leaves does not end it."""
        if (others := under_way.get(number)) is not None:
            try:
                case = await asyncio.shield(others)
            except KeyReused:
                # Theirs is not the body that opened the case; this one may be.
                case = await counter.journal.load(number)
            if not is_body_of(form, case.body_sha256):
                raise KeyReused
            return case
        task = under_way[number] = asyncio.create_task(counter.take(number, form, datetime.now(UTC)))
        task.add_done_callback(lambda done: under_way.pop(number, None))
        return await asyncio.shield(task)

    async def replay_or_faults(number: str, body: bytes, faults: tuple[Fault, ...]) -> Response:
        """What was taken in once is taken in, whatever rule or list of projects is new. Only here it costs a read."""
        form = read_replay(body)
        case = None if form is None else await in_time(counter.replayed(number, form))
        if case is None:
            raise Wrong(problems.INVALID_BODY.problem(errors=faults))
        return _taken(case)

    @app.exception_handler(Wrong)
    async def _wrong(request: Request, wrong: Wrong) -> Response:
        return _said(wrong.problem)

    @app.exception_handler(HTTPException)
    async def _no_such_place(request: Request, refused: HTTPException) -> Response:
        """A path or method that is not there: the framework's own word, in the form of every other problem."""
        return _said(_plainly(refused.status_code, "/v1/openapi.json lists every path and method."), refused.headers)

    @app.exception_handler(Exception)
    async def _our_fault(request: Request, surprise: Exception) -> Response:
        return _said(_plainly(500, "A fault of ours, and logged; the same Idempotency-Key may be sent again."))

    @app.post(
        "/v1/applications",
        status_code=202,
        response_model=Taken,
        openapi_extra=_body_of("ApplicationForm", key_required=True),
        responses=_problems(408, 409, 413, 415, 422, 503),
    )
    async def apply(request: Request) -> Response:
        """Opens a case. The same Idempotency-Key opens the same case; 202 is said only when it is on disk."""
        with span("POST /v1/applications", kind=SpanKind.SERVER, parent=request.headers.get("traceparent")):
            key, *more_keys = request.headers.getlist("idempotency-key") or [""]
            if more_keys or not KEY.fullmatch(key):
                raise Wrong(problems.MISSING_IDEMPOTENCY_KEY.problem())
            body = await _body(request, settings)
            number = application_number(key, number_key)
            form = read_form(body, datetime.now(SHANGHAI).date())
            if isinstance(form, tuple):
                return await replay_or_faults(number, body, form)
            if form.project not in counter.projects:
                open_ones = ", ".join(counter.projects) or "none"
                fault = Fault(pointer="/project", detail=f"there is no such project; there are: {open_ones}")
                return await replay_or_faults(number, body, (fault,))
            try:
                case = await in_time(once(number, form))
            except KeyReused:
                raise Wrong(problems.KEY_REUSED.problem()) from None
            return _taken(case)

    def _taken(case: Case) -> Response:
        assert case.submitted_at is not None
        receipt = Receipt(
            application_number=case.application,
            secret=receipt_secret(receipt_key, case.application),
            submitted_at=case.submitted_at,
        )
        body = {"receipt": receipt.model_dump(mode="json"), "application": view(case)}
        return JSONResponse(body, 202, {"Location": f"/v1/applications/{case.application}"})

    def _permitted(request: Request, number: str) -> str:
        """The number as stored. A wrong secret is told the same as an unknown number."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        try:
            application = parse_application_number(number)
        except ValueError as error:
            raise Wrong(problems.UNKNOWN_APPLICATION.problem(detail=str(error))) from None
        if scheme.lower() != "bearer" or not is_receipt(receipt_key, application, secret):
            raise Wrong(problems.UNKNOWN_APPLICATION.problem())
        return application

    @app.get("/v1/applications/{number}", responses=_problems(404, 503), openapi_extra=SECRET)
    async def status(request: Request, number: str) -> Response:
        """Where an application stands. Needs the receipt's secret as a bearer token."""
        application = _permitted(request, number)
        case = await in_time(counter.journal.load(application))
        if case.state is None:
            raise Wrong(problems.UNKNOWN_APPLICATION.problem())
        return JSONResponse(view(case))

    @app.post(
        "/v1/applications/{number}/supplement",
        status_code=202,
        response_model=Taken,
        responses=_problems(404, 408, 409, 413, 415, 422, 503),
        openapi_extra=_body_of("Supplement") | SECRET,
    )
    async def supplement(request: Request, number: str) -> Response:
        """Hands in what was missing, and only that. What brings nothing new changes nothing, however often sent."""
        application = _permitted(request, number)
        parent = request.headers.get("traceparent")
        name = "POST /v1/applications/{number}/supplement"
        with span(name, kind=SpanKind.SERVER, parent=parent, application=application):
            handed_in = read_supplement(await _body(request, settings))
            if isinstance(handed_in, tuple):
                raise Wrong(problems.INVALID_BODY.problem(problems.UNCHANGED, handed_in))
            case = await in_time(counter.supplement(application, handed_in, datetime.now(UTC)))
            return _taken(case)

    @app.post(
        "/v1/applications/{number}/withdrawal",
        status_code=202,
        response_model=Taken,
        responses=_problems(404, 408, 409, 413, 415, 422, 503),
        openapi_extra=_body_of("Withdrawal") | SECRET,
    )
    async def withdraw(request: Request, number: str) -> Response:
        """Takes the application back (Art. 24). A second time changes nothing."""
        application = _permitted(request, number)
        parent = request.headers.get("traceparent")
        name = "POST /v1/applications/{number}/withdrawal"
        with span(name, kind=SpanKind.SERVER, parent=parent, application=application):
            wish = read_withdrawal(await _body(request, settings))
            if isinstance(wish, tuple):
                raise Wrong(problems.INVALID_BODY.problem(problems.UNCHANGED, wish))
            case = await in_time(counter.withdraw(application, wish.reason, "the family", datetime.now(UTC)))
            return _taken(case)

    _describe(app)
    return app


async def _body(request: Request, settings: IntakeSettings) -> bytes:
    """The body, no longer and no slower than allowed, as plain JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" or request.headers.get("content-encoding", "identity") != "identity":
        raise Wrong(problems.UNSUPPORTED_MEDIA_TYPE.problem())
    body = bytearray()
    try:
        async with asyncio.timeout(settings.intake_body_within):
            async for chunk in request.stream():
                body += chunk
                if len(body) > settings.intake_max_body:
                    raise Wrong(problems.TOO_LARGE.problem())
    except (TimeoutError, ClientDisconnect):
        raise Wrong(problems.TOO_SLOW.problem()) from None
    return bytes(body)


def _from_command(problem: CommandProblem) -> Problem:
    if isinstance(problem, NotAskedFor):
        faults = [Fault(pointer=place, detail=problem.title) for place in problem.pointers]
        return problems.INVALID_BODY.problem(problems.UNCHANGED, faults)
    kinds = {404: problems.UNKNOWN_APPLICATION, 409: problems.WRONG_STATE}
    return kinds.get(problem.status, problems.UNAVAILABLE).problem(detail=problem.detail)


def _plainly(status: int, detail: str) -> Problem:
    """A problem whose status says what it is; RFC 9457 calls its type about:blank."""
    return Problem(type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail)


def _said(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    said = dict(headers or {})
    if problem.retry_after:
        said["Retry-After"] = str(problem.retry_after)
    if problem.status == 408:
        said["Connection"] = "close"  # nobody waits for the rest of what came too slowly
    return Response(problem.body(), problem.status, said, problems.MEDIA_TYPE)


# --- what the OpenAPI document says where FastAPI cannot see it ---------------------------------------------------

SECRET: dict[str, Any] = {"security": [{"receipt": []}]}


def _body_of(model: str, key_required: bool = False) -> dict[str, Any]:
    extra: dict[str, Any] = {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}},
        }
    }
    if key_required:
        extra["parameters"] = [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "a random value of 1 to 200 characters, new for each form, the same when sent again",
                "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
            }
        ]
    return extra


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    """Every kind of problem with this status, by its title."""
    kinds = [kind for kind in problems.KINDS if kind.status == status]
    said: dict[str, Any] = {
        "description": "; or: ".join(kind.title for kind in kinds),
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if any(kind.retry_after for kind in kinds):
        said["headers"] = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
    return said


def _describe(app: FastAPI) -> None:
    """Adds the schemas of bodies that are read by hand."""
    make = app.openapi

    def described() -> dict[str, Any]:
        document = make()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in (ApplicationForm, Supplement, Withdrawal, Problem):
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        schemas["Problem"]["properties"].pop("retry_after")  # a header, never in the body
        # FastAPI promises its own 422 wherever a path has a part that could be wrong; here any text is taken.
        document["paths"]["/v1/applications/{number}"]["get"]["responses"].pop("422", None)
        for unsaid in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unsaid, None)
        document["components"]["securitySchemes"] = {
            "receipt": {"type": "http", "scheme": "bearer", "description": "the receipt's secret"}
        }
        return document

    app.openapi = described  # type: ignore[method-assign]
