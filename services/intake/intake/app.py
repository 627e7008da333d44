"""The HTTP of intake (`/v1/…`): every path there is, and how what goes wrong is answered."""

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException

from chassis.telemetry.observed_requests import ObservedRequests
from contracts.bilingual import Bilingual
from intake.consent_texts import load_consent_texts
from intake.http import openapi
from intake.http.replies import Wrong, plainly, refused
from intake.http.requests import Requests
from intake.settings import IntakeSettings
from intake.submission import ApplicationDesk

ONE = "/v1/applications/{number}"
NO_SUCH_PLACE = Bilingual("/v1/openapi.json 列有全部路径和方法。", "/v1/openapi.json lists every path and method.")
OUR_FAULT = Bilingual(
    "系统内部故障，已记录；可以用同一个 Idempotency-Key 再次发送。",
    "A fault of ours, and logged; the same Idempotency-Key may be sent again.",
)


def build_app(counter: ApplicationDesk, settings: IntakeSettings, number_key: bytes, receipt_key: bytes) -> FastAPI:
    app = FastAPI(
        title="Lianshen intake",
        version="1",
        description="Applications for affordable homes, taken in at kiosks and counters.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        redirect_slashes=False,  # a redirect would repeat whatever Host was sent
        generate_unique_id_function=lambda route: route.name,
        # FastAPI's own spans hold path and query as they were typed: that may be a person's number.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.add_middleware(ObservedRequests, name="intake", joins=True)
    if settings.intake_cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.intake_cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "traceparent"),
            expose_headers=("ETag", "Location", "Retry-After"),
        )
    texts = load_consent_texts(settings.intake_consent_texts_file)
    _paths(app, Requests(counter, settings, number_key, receipt_key, texts))
    _answers_to_what_goes_wrong(app)
    openapi.describe(app)
    return app


def _paths(app: FastAPI, requests: Requests) -> None:
    """Every path, what it takes, and everything it may answer."""
    app.post("/v1/applications", **openapi.posting("ApplicationForm", with_key=True))(requests.apply)
    app.get(ONE, **openapi.asking())(requests.status)
    app.post(f"{ONE}/supplement", **openapi.posting("Supplement", with_secret=True))(requests.supplement)
    app.post(f"{ONE}/withdrawal", **openapi.posting("Withdrawal", with_secret=True))(requests.withdraw)
    app.get("/v1/projects")(requests.projects)
    app.get("/v1/documents")(requests.documents)
    app.get("/v1/consent-texts")(requests.consent_texts)


def _answers_to_what_goes_wrong(app: FastAPI) -> None:
    @app.exception_handler(Wrong)
    async def _wrong(request: Request, wrong: Wrong) -> Response:
        return refused(wrong.problem)

    @app.exception_handler(HTTPException)
    async def _no_such_place(request: Request, refusal: HTTPException) -> Response:
        """A path or method that is not there: the framework's own word, in the form of every other problem."""
        return refused(plainly(refusal.status_code, NO_SUCH_PLACE), refusal.headers)

    @app.exception_handler(Exception)
    async def _our_fault(request: Request, surprise: Exception) -> Response:
        return refused(plainly(500, OUR_FAULT))
