"""The HTTP of intake (`/v1/…`): every path there is, and how what goes wrong is answered."""

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from chassis.request_metrics import RequestMetrics
from contracts.faults import Sentence
from intake.http.openapi import KEY_HEADER, SECRET, body_described, describe, problems_described
from intake.http.replies import Taken, Wrong, plainly, refused
from intake.http.requests import Requests
from intake.settings import IntakeSettings
from intake.take import Counter

ONE = "/v1/applications/{number}"
NO_SUCH_PLACE = Sentence("/v1/openapi.json 列有全部路径和方法。", "/v1/openapi.json lists every path and method.")
OUR_FAULT = Sentence(
    "系统内部故障，已记录；可以用同一个 Idempotency-Key 再次发送。",
    "A fault of ours, and logged; the same Idempotency-Key may be sent again.",
)


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
    _paths(app, Requests(counter, settings, number_key, receipt_key))
    _answers_to_what_goes_wrong(app)
    describe(app)
    return app


def _paths(app: FastAPI, requests: Requests) -> None:
    """Every path, what it takes, and everything it may answer."""
    wrong_bodies = (408, 409, 413, 415, 422, 503)
    app.post(
        "/v1/applications",
        status_code=202,
        response_model=Taken,
        openapi_extra=body_described("ApplicationForm") | {"parameters": [KEY_HEADER]},
        responses=problems_described(*wrong_bodies),
    )(requests.apply)
    app.get(ONE, responses=problems_described(404, 503), openapi_extra=SECRET)(requests.status)
    for path, model, handler in (
        ("supplement", "Supplement", requests.supplement),
        ("withdrawal", "Withdrawal", requests.withdraw),
    ):
        app.post(
            f"{ONE}/{path}",
            status_code=202,
            response_model=Taken,
            openapi_extra=body_described(model) | SECRET,
            responses=problems_described(404, *wrong_bodies),
        )(handler)


def _answers_to_what_goes_wrong(app: FastAPI) -> None:
    @app.exception_handler(Wrong)
    async def _wrong(request: Request, wrong: Wrong) -> Response:
        return refused(wrong.problem)

    @app.exception_handler(HTTPException)
    async def _no_such_place(request: Request, refusal: HTTPException) -> Response:
        """A path or method that is not there: the framework's own word, in the form of every other problem."""
        problem = plainly(refusal.status_code, NO_SUCH_PLACE)
        return refused(problem, refusal.headers)

    @app.exception_handler(Exception)
    async def _our_fault(request: Request, surprise: Exception) -> Response:
        return refused(plainly(500, OUR_FAULT))
