"""`lianshen trace`: one application's spans as a tree, as the processes publish them."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from intake import problems
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import SpanKind

from chassis.errors import Later
from chassis.telemetry import spans
from chassis.telemetry.export import BusSpanExporter
from chassis.telemetry.span_tree import lines, trees
from chassis.telemetry.spans import (
    ATTEMPT,
    DEPARTMENT,
    OUTCOME,
    about,
    annotate,
    failed,
    rename,
    span,
    traceparent_apart,
    traceparent_now,
)
from contracts.numbers import application_number
from inquiry.attachments.http import HttpAttachment
from inquiry.questions import question_for, to_send
from tests.contracts.examples import PERSONS
from tests.intake.in_memory import NUMBER_KEY, Intake
from tests.operating.alerts.causes import Kiosk
from tests.operating.alerts.causes_outside import WEEK, Department, silence

NUMBER, OTHER = "YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", "NHB89-8ZKA3-72WKE-KFJ9T-NARN4-S"


class Bus(SpanProcessor):
    """What was published, as the command reads it."""

    def __init__(self) -> None:
        self.spans: list[dict[str, Any]] = []

    def on_end(self, span: ReadableSpan) -> None:
        BusSpanExporter(lambda _, body: self.spans.append(json.loads(body))).export([span])


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    found = Bus()
    here = spans.Tracing((found,), ALWAYS_ON, Resource({"service.name": "test"}))
    monkeypatch.setattr(spans, "tracing", here)
    return found


def a_case(number: str) -> None:
    """Handed in; tax is silent at first, and answers when it is asked again."""
    with span("request", kind=SpanKind.SERVER) as request:
        rename("POST /v1/applications")
        about(number)
        annotate(OUTCOME, "verifying")
        sent = traceparent_now()
        with span("question housing", kind=SpanKind.CLIENT, attributes={DEPARTMENT: "housing"}):
            assert traceparent_apart()
            annotate(OUTCOME, "none")
    assert request.context.is_valid
    for attempt in (1, 2):
        said: dict[str, str | int | bool] = {DEPARTMENT: "tax", ATTEMPT: attempt}
        with span("ask tax", parent=sent, application=number, attributes=said):
            assert traceparent_apart()
            if attempt == 1:
                failed("silent", "tax did not answer: no answer in time")
            else:
                annotate(OUTCOME, "none")


def test_a_case_is_a_tree_of_steps(bus: Bus) -> None:
    a_case(OTHER)
    a_case(NUMBER)

    told = list(lines(trees(bus.spans, NUMBER)))

    assert [re.sub(r"^ *\d+\.\d{3} s +\d+ ms  test {14}", "", line) for line in told[1:]] == [
        "POST /v1/applications: verifying",
        "├ question housing: none",
        "├ FAILED ask tax: silent, tax did not answer: no answer in time",
        "└ ask tax: none, attempt 2",
    ]


def test_for_a_program_every_step_has_its_times_and_everything_its_span_says(bus: Bus) -> None:
    a_case(NUMBER)

    [root] = trees(bus.spans, NUMBER)
    found = root.as_dict(root.begun)

    assert found["after_seconds"] == 0
    assert [below["name"] for below in found["below"]] == ["question housing", "ask tax", "ask tax"]
    question = found["below"][1]
    assert question["status"] == "ERROR"
    assert question["attributes"]["lianshen.application"] == NUMBER
    assert question["after_seconds"] > 0
    [apart] = question["links"]
    assert (apart["span"], apart["trace"] != found["trace"]) == (question["span"], True)


def test_what_another_part_tells_of_a_question_hangs_under_the_step_that_asked_it(bus: Bus) -> None:
    with span("ask tax", application=NUMBER):
        sent = traceparent_apart()
    with span("in: department.tax.query.v1", parent=sent, application=NUMBER):
        pass

    [root] = trees(bus.spans, NUMBER)
    assert [step.span["name"] for step in (root, *root.below)] == ["ask tax", "in: department.tax.query.v1"]


def test_a_step_whose_parent_the_bus_has_lost_stands_by_itself(bus: Bus) -> None:
    a_case(NUMBER)
    kept = [found for found in bus.spans if found["name"] != "POST /v1/applications"]
    assert [step.span["name"] for step in trees(kept, NUMBER)] == ["question housing", "ask tax", "ask tax"]
    assert trees([], NUMBER) == []
    assert list(lines([])) == []


# --- what a span says of HTTP -------------------------------------------------------------------------------------


def test_a_refused_form_is_no_failure_and_its_span_says_status_and_why(bus: Bus) -> None:
    Intake().post(b"{}")

    [posted] = bus.spans
    assert (posted["name"], posted["kind"], posted["status"]) == ("POST /v1/applications", "SERVER", "UNSET")
    said = posted["attributes"]
    assert (said["http.response.status_code"], said["http.route"]) == (422, "/v1/applications")
    assert said["lianshen.reason"] == problems.INVALID_BODY.title
    assert said["lianshen.application"] == application_number("a-key-of-its-own", NUMBER_KEY)


def test_what_is_about_no_application_is_counted_and_no_span(bus: Bus) -> None:
    intake = Intake()
    for path in ("/v1/applications", f"/v1/applications/{OTHER}/withdrawal", "/wp-login.php"):
        assert intake.send("POST", path, b"{}").status_code >= 400
    assert bus.spans == []


def test_what_we_could_not_answer_is_a_failure(bus: Bus) -> None:
    kiosk = Kiosk()
    kiosk.away()

    [posted] = bus.spans
    assert (posted["status"], posted["attributes"]["error.type"]) == ("ERROR", "503")
    assert posted["attributes"]["http.response.status_code"] == 503


async def test_the_span_of_a_question_by_http_says_what_the_department_answered(bus: Bus) -> None:
    busy = HttpAttachment("https://tax.example/query", transport=httpx.MockTransport(lambda _: httpx.Response(503)))
    department = Department("busy-one", silence)
    department.asking.attachment = busy
    now = datetime.now(UTC)
    question = question_for(department.asking.department, bytes(32), NUMBER, 1, PERSONS, now, now + WEEK)
    with pytest.raises(Later), span("ask busy-one", application=NUMBER):
        await department.asking.ask(to_send(question, None))
    await busy.close()

    [asked] = bus.spans
    said = asked["attributes"]
    assert (asked["name"], asked["status"]) == ("ask busy-one", "ERROR")
    assert (said["http.response.status_code"], said["error.type"]) == (503, "silent")
    assert said["lianshen.outcome"] == "again"
    assert said["lianshen.reason"] == "busy-one did not answer: the department's endpoint says 503"
    assert said["lianshen.application"] == NUMBER
