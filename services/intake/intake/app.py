"""The HTTP of intake (`/v1/…`): every path there is, and how what goes wrong is answered."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from chassis.http.app import observed_app
from intake.consent_texts import ConsentText
from intake.http import openapi
from intake.http.requests import Requests
from intake.problems import plainly
from intake.reception import Reception
from intake.settings import IntakeSettings

ONE = "/v1/applications/{number}"


def build_app(reception: Reception, settings: IntakeSettings, texts: dict[str, ConsentText]) -> FastAPI:
    app = observed_app(
        "intake",
        "Lianshen intake",
        plainly,
        joins=True,
        version="1",
        description="Applications for affordable homes, taken in at kiosks and counters.",
        openapi_url="/v1/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    if settings.intake_cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.intake_cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "traceparent"),
            expose_headers=("ETag", "Location", "Retry-After"),
        )
    _paths(app, Requests(reception, settings, texts))
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
