"""One application: where it stands, what happens next, its life and its trace; nobody's name."""

import json
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from chassis.errors import ChassisError, Unavailable
from chassis.telemetry.span_tree import Span, trees
from console.looks import MAY, OFFICERS, reasons_of
from console.pages.shown import shown
from console.projection.cases import KnownCase, one
from console.trace.drawing import draw
from console.trace.newest import tails
from console.trace.otlp import otlp
from console.trace.rows import Row, rows
from console.trace.spans_drawn import drawn
from console.trace.table import as_csv
from console.trace.turns import ledger
from console.visit import Visit
from contracts.case.case import Recorded
from contracts.case.fold import fold
from contracts.case.states import AFTER_POOL, State
from contracts.case.waits import OFFICER, next_by_itself, waits_of
from contracts.events import ObjectionRaised
from contracts.looks import LookReason
from contracts.numbers import parse_application_number

AFTER = AFTER_POOL | {State.EXITED, State.BOUGHT_BACK, State.CANCELLED}
MOST_EVENTS = 30
"""Events of one page, unless all are asked for: a case of hundreds opens like any other."""


@dataclass(frozen=True)
class Found:
    """A case: from the log if the bus answers, and from what the console has read of it."""

    number: str
    known: KnownCase | None
    history: tuple[Recorded, ...]
    away: bool

    @property
    def is_there(self) -> bool:
        return self.known is not None or bool(self.history)


async def find(visit: Visit, whole: bool = True) -> Found:
    """By the number in the path, however it was typed; if not whole, with the newest of what moves nobody."""
    views = visit.console.views
    try:
        number = parse_application_number(visit.named("application"))
    except ValueError:
        return Found("", None, (), False)
    known = one(views.projection, number, -1 if whole else MOST_EVENTS)
    only = tails(known.events) if known and known.earlier else ()
    try:
        history, away = await views.history(number, *only), False
    except Unavailable:
        history, away = (), True
    except ChassisError:
        # What cannot be read is a matter for the audit; the projection shows what it could.
        history, away = (), False
    return Found(number, known, history, away)


async def case(visit: Visit) -> Response:
    found = await find(visit, whole=visit.request.query_params.get("all") == "yes")
    if not found.is_there:
        return visit.fault(404, "case.no_such")
    return page_of(visit, found)


def page_of(visit: Visit, found: Found, status: int = 200, **more: Any) -> Response:
    """The page of a case; `more` is what a person may see of it after a recorded look."""
    views, now = visit.console.views, visit.now
    values: dict[str, Any] = {
        "number": found.number,
        "away": found.away,
        "known": found.known,
        "waits": waits_of(found.known.standing, now) if found.known else (),
        "comes": next_by_itself(found.known.standing, now) if found.known else None,
        "opened": None,
        "errors": {},
        "reasons": reasons_here(visit, found),
        "done": visit.request.query_params.get("done") == "yes",
        "typed": None,
        "reason": "",
        **_assigned(visit, found),
        "after_pool": found.known is not None and found.known.row.state in AFTER and visit.me.may(OFFICERS),
        "may_export": visit.me.may(MAY[LookReason.EXPORT]),
        "sequence": found.history[-1].sequence if found.history else 0,
    }
    if found.history:
        drawing = draw(found.history, now, views.calendar)
        steps = trees(views.spans.of(found.number), found.number)
        values |= {
            "drawing": drawing,
            "ledger": ledger(drawing.stretches, views.calendar),
            "steps": tuple(drawn(steps)),
            "elsewhere": links(visit, drawing.rows),
        }
    return shown(visit, "case.html", status, **{"drawing": None, "steps": (), "elsewhere": (), **values, **more})


def _assigned(visit: Visit, found: Found) -> dict[str, Any]:
    """Who is on it, and whether the reader may say that they are."""
    now = visit.now
    held = visit.console.views.assignments.of(found.number, now)
    waits = found.known is not None and any(one.whom == OFFICER for one in waits_of(found.known.standing, now))
    return {"held": held, "may_take": waits and held is None and visit.me.may(OFFICERS)}


def reasons_here(visit: Visit, found: Found) -> tuple[LookReason, ...]:
    """For which this person may open it: an objection that was raised, an open question of a department of theirs."""
    raised = any(isinstance(item.event, ObjectionRaised) for item in found.history)
    here = {
        LookReason.EXPORT: False,  # of a file, not of this page
        LookReason.GIVE_HOME: False,  # of names alone, on the page of the project unit
        LookReason.OBJECTION: raised,
        LookReason.ANSWER: visit.me.may(OFFICERS) or bool(questions_to(visit, found)),
    }
    return tuple(one for one in reasons_of(visit.me) if here.get(one, True))


def questions_to(visit: Visit, found: Found) -> list[str]:
    """The departments that have not answered and for which this person does."""
    if not found.history or not visit.me.departments:
        return []
    waiting = fold(found.history, found.number).waiting_for
    return [name for name in waiting if name in visit.me.departments]


def links(visit: Visit, found: tuple[Row, ...]) -> tuple[str, ...]:
    """Where another system shows the traces of this case, the first one first."""
    template = visit.console.views.trace_link
    ids = dict.fromkeys(mark.trace for row in found for mark in row.marks if mark.trace)
    return tuple(template.replace("{trace}", trace) for trace in ids) if template else ()


async def trace_json(visit: Visit) -> Response:
    found = await find(visit)
    if not found.history:
        return _nothing(visit, found)
    document = otlp(found.number, rows(found.history), _spans(visit, found), visit.now)
    return _download(json.dumps(document, ensure_ascii=False), "application/json", f"{found.number}.otlp.json")


async def trace_csv(visit: Visit) -> Response:
    found = await find(visit)
    if not found.history:
        return _nothing(visit, found)
    return _download(as_csv(rows(found.history)), "text/csv; charset=utf-8", f"{found.number}.csv")


def _spans(visit: Visit, found: Found) -> list[Span]:
    return visit.console.views.spans.of(found.number)


def _nothing(visit: Visit, found: Found) -> Response:
    return visit.fault(503) if found.away else visit.fault(404, "case.no_such")


def _download(text: str, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=media_type, headers=headers)
