"""What is answered: a case that was taken in, a case as it stands, or a problem (RFC 9457)."""

import re
from datetime import datetime

from pydantic import Field
from starlette.responses import Response

from chassis.errors import CommandRefused as CommandProblem
from chassis.telemetry.spans import OUTCOME, annotate
from contracts.case.case import Case
from contracts.faults import fault
from contracts.model import Shown
from intake import problems
from intake.problems import Problem
from intake.submission import NotAskedFor
from procedures.hainan_2025.view import CaseView

JSON = "application/json"
QUOTED = re.compile('"[^"]*"')


class Receipt(Shown):
    """What a kiosk prints: with number and secret the family can ask, supplement and withdraw."""

    application_number: str
    secret: str
    submitted_at: datetime


class Taken(Shown):
    """The body of a 202: the case exists on disk, whatever was decided about it."""

    receipt: Receipt
    application: CaseView = Field(description="the case as GET shows it")


def taken(case: Case, view: CaseView, secret: str) -> Response:
    """202, with the receipt and the case as it is now."""
    assert case.submitted_at is not None
    annotate(OUTCOME, str(case.state))
    receipt = Receipt(application_number=case.application, secret=secret, submitted_at=case.submitted_at)
    body = Taken(receipt=receipt, application=view).model_dump_json()
    return Response(body, 202, {"Location": f"/v1/applications/{case.application}"}, JSON)


def shown(case: Case, view: CaseView, known: str) -> Response:
    """200 with the case, or 304 where the caller's If-None-Match names it as it is (RFC 9110, 13.1.2)."""
    tag = f'W/"{case.sequence}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if known.strip() == "*" or tag.removeprefix("W/") in QUOTED.findall(known):
        return Response(None, 304, headers)
    return Response(view.model_dump_json(), 200, headers, JSON)


def from_command(problem: CommandProblem) -> Problem:
    """What a command refused, as a kiosk is told it."""
    if isinstance(problem, NotAskedFor):
        faults = [fault(place, "not-asked-for") for place in problem.pointers]
        return problems.INVALID_BODY.problem(problems.UNCHANGED, faults)
    kinds = {404: problems.UNKNOWN_APPLICATION, 409: problems.WRONG_STATE}
    return kinds.get(problem.status, problems.UNAVAILABLE).problem(detail=problem.detail)
