"""A form that asks what if: a department stays away until a day; and the cases that would miss their date."""

from datetime import date, timedelta
from typing import Any

from fastapi import Response

from chassis.http.pages.language import language_of
from console.figures.forecast import Outage, missed
from console.figures.open_questions import open_questions
from console.pages.shown import shown
from console.visit import Visit
from contracts.local_time import SHANGHAI
from procedures.hainan_2025.phrasing import Words

FURTHEST = timedelta(days=366)


async def forecast(visit: Visit) -> Response:
    """Numbers and states only; nothing is changed by asking."""
    views, asked = visit.console.views, visit.request.query_params
    department, until = asked.get("department", ""), asked.get("until", "")
    today = visit.now.astimezone(SHANGHAI).date()
    errors = _errors(visit, department, until, today) if "department" in asked else {}
    values = _values(visit, department, until or str(views.calendar.due(today, 2).last_day), errors)
    if errors or not department:
        return shown(visit, "forecast.html", 422 if errors else 200, outage=None, **values)
    outage = Outage(department, date.fromisoformat(until))
    back, policy = outage.back_at(views.calendar), views.procedures.accepting.policy
    found = open_questions(views.projection, department, visit.now, back)
    dates = missed(found.questions, outage, visit.now, views.calendar, policy)
    return shown(visit, "forecast.html", outage=outage, back=back, found=found, dates=dates, **values)


def _values(visit: Visit, department: str, until: str, errors: dict[str, str]) -> dict[str, Any]:
    phrased = Words(language_of(visit.request))
    names = {name: phrased.department(name) for name in visit.console.views.departments}
    return {"department": department, "until": until, "errors": errors, "phrased": phrased, "departments": names}


def _errors(visit: Visit, department: str, until: str, today: date) -> dict[str, str]:
    errors = {}
    if department not in visit.console.views.departments:
        errors["department"] = visit.say("forecast.no_department")
    day = _day(until)
    if day is None or not today <= day <= today + FURTHEST:
        errors["until"] = visit.say("forecast.no_day")
    return errors


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
