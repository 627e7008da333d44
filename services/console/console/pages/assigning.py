"""An officer says that they are on a case until a day, or gives it back."""

from datetime import timedelta

from fastapi import Response

from console.answering.clerk import end_of
from console.assignments import SomebodyElse
from console.pages.case import find, page_of
from console.visit import Visit

LONGEST = timedelta(days=14)


async def take(visit: Visit) -> Response:
    found, until = await find(visit), end_of((await visit.posted()).one("until"))
    if not found.is_there:
        return visit.fault(404, "case.no_such")
    if until is None or not visit.now < until <= visit.now + LONGEST:
        return page_of(visit, found, 422, errors={"until": visit.say("assign.no_day")})
    try:
        visit.console.views.assignments.take(found.number, visit.me, visit.now, until)
    except SomebodyElse:
        return page_of(visit, found, 409, errors={"held": visit.say("assign.somebody_else")})
    return visit.go_to(f"/cases/{found.number}")


async def give_back(visit: Visit) -> Response:
    found, _ = await find(visit), await visit.posted()
    if not found.is_there:
        return visit.fault(404, "case.no_such")
    visit.console.views.assignments.give_back(found.number, visit.me, visit.now)
    return visit.go_to(f"/cases/{found.number}")
