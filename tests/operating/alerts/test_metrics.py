"""What `/metrics` counts: requests by route and status, whatever strangers send, never under a label of theirs."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Response
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from chassis.telemetry.observed_requests import ObservedRequests

CANARY = "150303199001011015"
Labels = tuple[str, str, str]


def counted(app: str) -> dict[Labels, float]:
    """How many requests by method, route and status."""
    return {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(generate_latest().decode())
        for sample in family.samples
        if sample.name == "lianshen_http_request_duration_seconds_count" and sample.labels["app"] == app
    }


@pytest.fixture
async def http(request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(openapi_url=None)
    app.add_middleware(ObservedRequests, name=request.node.name, joins=True)

    @app.get("/cases/{number}")
    async def case(number: str) -> Response:
        return Response(status_code=404 if number == "none" else 200)

    @app.post("/cases")
    async def fails() -> Response:
        raise KeyError(CANARY)

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_requests_are_counted_by_the_template_of_their_route_and_their_status(
    http: httpx.AsyncClient, request: pytest.FixtureRequest
) -> None:
    for path in (f"/cases/{CANARY}", "/cases/A-1", "/cases/none"):
        await http.get(path)
    await http.post("/cases")

    assert counted(request.node.name) == {
        ("GET", "/cases/{number}", "200"): 2,
        ("GET", "/cases/{number}", "404"): 1,
        ("POST", "/cases", "500"): 1,
    }
    assert CANARY not in generate_latest().decode()


async def test_what_strangers_make_up_makes_no_label(http: httpx.AsyncClient, request: pytest.FixtureRequest) -> None:
    for n in range(5):
        await http.get(f"/{CANARY}/{n}")
        await http.request(f"PLEASE{n}", "/cases/A-1")

    assert counted(request.node.name) == {("GET", "other", "404"): 5, ("other", "/cases/{number}", "405"): 5}
    assert CANARY not in generate_latest().decode()
