"""What each department owes, how fast it answers and how it is now; operations pause and resume it with a reason."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from fastapi import Response

from chassis.errors import CommandRefused, Unavailable
from console.attached import Instance
from console.pages.department_states import ends, instant_in, keys_of, states_of
from console.pages.series import series
from console.pages.shown import shown
from console.projection.waiting import backlog, departments
from console.refusals import in_words
from console.views import Views
from console.visit import Visit
from console.who import Role
from contracts.local_time import SHANGHAI

LATELY = timedelta(days=30)
DAYS_DRAWN, DAYS_CHARTED = 60, 400
MAY_MANAGE = frozenset({Role.OPERATIONS, Role.HEAD})


async def all_departments(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    views = visit.console.views
    names = tuple(views.departments)
    since = (visit.now - LATELY).astimezone(SHANGHAI).date()
    states, programs = await asyncio.gather(states_of(views, names), _attached(views, names))
    return shown(
        visit,
        "departments.html",
        status,
        owing=departments(views.projection, names, visit.now, since),
        states=states,
        programs=programs,
        until={name: (ends(state, "certificate"), keys_of(state)) for name, state in states.items()},
        backlogs={name: backlog(views.projection, name)[-DAYS_DRAWN:] for name in names},
        may_manage=visit.me.may(MAY_MANAGE),
        errors=errors or {},
        instant=instant_in,
    )


async def _attached(views: Views, names: Iterable[str]) -> dict[str, tuple[Instance, ...]] | None:
    """None if the bus does not say."""
    try:
        return await views.attached(names)
    except Unavailable:
        return None


async def backlog_json(visit: Visit) -> Response:
    """Open questions at the end of each day, for a chart."""
    views, name = visit.console.views, visit.named("name")
    if name not in views.departments:
        return visit.fault(404)
    days = backlog(views.projection, name)[-DAYS_CHARTED:]
    return series([day for day, _ in days], {visit.say("departments.waiting"): [n for _, n in days]})


async def pause(visit: Visit) -> Response:
    return await _change(visit, "pause")


async def resume(visit: Visit) -> Response:
    return await _change(visit, "resume")


async def _change(visit: Visit, verb: str) -> Response:
    views, name, posted = visit.console.views, visit.named("name"), await visit.posted()
    if name not in views.departments:
        return visit.fault(404)
    reason = posted.one("reason")
    if not reason:
        return await _page(visit, 422, {f"reason-{name}": visit.say("departments.no_reason")})
    asked = {"department": name, "reason": reason, "by": visit.me.name}
    try:
        await views.call(views.departments[name], verb, asked)
    except CommandRefused as refused:
        said = visit.say("decide.refused", detail=in_words(visit, refused))
        return await _page(visit, refused.status, {f"reason-{name}": said})
    return visit.go_to("/departments")
