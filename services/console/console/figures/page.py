"""The figures of a month: as a page that prints as its sheet, as one .csv a table, as a workbook."""

from datetime import timedelta

from fastapi import Response

from chassis.http.pages.language import language_of
from console.figures.chart import Chart, chart
from console.figures.files import CSV, HOUR, WORKBOOK, as_csv, as_workbook
from console.figures.month import THROUGHPUT, Month, Spent, chosen_month, figures, months, passed
from console.figures.tables import Cell, Reader, Share, stage_title, tables
from console.pages.series import series
from console.pages.shown import long, minute, shown
from console.visit import Visit


async def month_page(visit: Visit) -> Response:
    month = _month(visit)
    if month is None:
        return visit.fault(404)
    projection = visit.console.views.projection
    found, reader = figures(projection, month), _reader(visit)
    return shown(
        visit,
        "figures.html",
        month=month,
        months=sorted({month, *months(projection)}, reverse=True),
        tables=tables(found, reader),
        charts=_charts(found, reader),
        shown=as_shown,
    )


def as_shown(cell: Cell) -> str:
    """As a person reads it."""
    match cell:
        case None:
            return "—"
        case timedelta():
            return long(cell)
        case Share():
            return f"{cell.of:.1%}"
    return str(cell)


async def month_csv(visit: Visit) -> Response:
    month, name = _month(visit), visit.named("table")
    if month is None:
        return visit.fault(404)
    reader = _reader(visit)
    found = tables(figures(visit.console.views.projection, month), reader)
    table = next((one for one in found if one.name == name), None)
    if table is None:
        return visit.fault(404)
    return _file(visit, as_csv(table, reader.say("figures.in_hours")), CSV, f"{month}-{name}", "csv")


async def months_json(visit: Visit) -> Response:
    """What passed each step, month by month up to one, for a chart."""
    month = _month(visit)
    if month is None:
        return visit.fault(404)
    found = passed(visit.console.views.projection, month)
    by_label = {visit.say("figures.step." + step): [one.by_step.get(step, 0) for one in found] for step in THROUGHPUT}
    return series([one.month for one in found], by_label)


async def month_workbook(visit: Visit) -> Response:
    month = _month(visit)
    if month is None:
        return visit.fault(404)
    views, reader = visit.console.views, _reader(visit)
    place = views.as_of.place
    as_of = reader.say("as_of.record", sequence=place.sequence, at=minute(place.instant))
    about = (reader.say("figures.of", month=month), as_of)
    found = tables(figures(views.projection, month), reader)
    return _file(visit, as_workbook(found, about, reader.say("figures.in_hours")), WORKBOOK, month, "xlsx")


def _month(visit: Visit) -> str | None:
    return chosen_month(visit.request.query_params.get("month"), visit.now)


def _reader(visit: Visit) -> Reader:
    return Reader(visit.say, language_of(visit.request))


def _file(visit: Visit, body: bytes, media_type: str, name: str, ending: str) -> Response:
    """Whose name says how far the log was read."""
    name = f"figures-{name}-as-of-{visit.console.views.as_of.place.sequence}.{ending}"
    return Response(body, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


def _charts(month: Month, reader: Reader) -> dict[str, Chart]:
    """By the table that says the same in numbers."""
    funnel = ((reader.say("figures.step." + one.step), str(one.of_month), [one.of_month]) for one in month.funnel)
    stages = (_times(stage_title(one, reader), one) for one in month.stages)
    turns = (_times(reader.say("figures.turn." + one.name), one) for one in month.turns)
    return {"funnel": chart(funnel), "stages": chart(stages), "turns": chart(turns)}


def _times(label: str, one: Spent) -> tuple[str, str, list[float]]:
    return label, f"{long(one.median)} / {long(one.p95)}", [one.median / HOUR, one.p95 / HOUR]
