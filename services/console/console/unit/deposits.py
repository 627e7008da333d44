"""All deposits of a project on one page, by their status, and as a table to keep."""

import csv
import io
from collections.abc import Iterable

from fastapi import Response

from console.formulas import safe
from console.pages.shown import shown
from console.route import Route
from console.unit.deposit_rows import STATUSES, Deposit, deposits_of, sums_of
from console.unit.projects import MAY_READ
from console.visit import Visit
from contracts.local_time import SHANGHAI

MOST = 500
"""Rows of the page; the table to keep has all."""
COLUMNS = (
    *("application", "asked", "pay_by", "status", "paid", "paid_on", "reference", "recorded_by"),
    *("settled", "why", "settled_on", "settled_by", "held"),
)


async def deposits(visit: Visit) -> Response:
    """By their numbers; the project unit opens no case for it."""
    found = await _found(visit)
    if found is None:
        return visit.fault(404, "project.no_such")
    status = visit.request.query_params.get("status", "")
    wanted = tuple(one for one in found if one.status == status) if status in STATUSES else found
    return shown(
        visit,
        "deposits.html",
        project=visit.named("project"),
        deposits=wanted[:MOST],
        many=len(wanted),
        most=MOST,
        sums=sums_of(found),
        picked=status if status in STATUSES else "",
        today=visit.now.astimezone(SHANGHAI).date(),
    )


async def as_table(visit: Visit) -> Response:
    found = await _found(visit)
    if found is None:
        return visit.fault(404, "project.no_such")
    headers = {"content-disposition": 'attachment; filename="deposits.csv"'}
    return Response(as_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


async def _found(visit: Visit) -> tuple[Deposit, ...] | None:
    """None for a project that nobody announced. Raises Unavailable."""
    aggregates, project = visit.console.views.aggregates, visit.named("project")
    if project not in await aggregates.projects():
        return None
    return deposits_of(project, await aggregates.deposits())


def as_csv(deposits: Iterable[Deposit]) -> str:
    """With the mark by which spreadsheets know UTF-8, and nothing that one would run."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for one in deposits:
        rows.writerow([safe(cell) for cell in _cells(one)])
    return "\ufeff" + out.getvalue()


def _cells(one: Deposit) -> tuple[str, ...]:
    paid, last = one.paid, one.settled[-1] if one.settled else None
    took = (str(paid.amount), str(paid.paid_on), paid.reference, paid.by) if paid else ("",) * 4
    on = last.at.astimezone(SHANGHAI).date().isoformat() if last else ""
    became = (str(last.amount), last.why, on, last.by) if last else ("",) * 4
    asked = (one.asked.application, str(one.asked.amount), one.asked.pay_by.isoformat(), one.status)
    return (*asked, *took, *became, str(one.held))


ROUTES: tuple[Route, ...] = (
    Route("GET", "/projects/{project}/deposits", MAY_READ, deposits),
    Route("GET", "/projects/{project}/deposits.csv", MAY_READ, as_table),
)
