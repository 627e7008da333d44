"""What each department owes, how fast it answers and how it is now; operations pause and resume it with a reason."""

from datetime import timedelta

from fastapi import Response

from chassis.errors import CommandRefused
from console.pages.department_states import ends, states_of
from console.pages.shown import shown
from console.projection.waiting import backlog, departments
from console.refusals import in_words
from console.visit import Visit
from console.who import Role
from contracts.local_time import SHANGHAI

LATELY = timedelta(days=30)
DAYS_DRAWN = 60
MAY_MANAGE = frozenset({Role.OPERATIONS, Role.HEAD})


async def all_departments(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    views = visit.console.views
    names = tuple(views.departments)
    since = (visit.now - LATELY).astimezone(SHANGHAI).date()
    states = await states_of(views, names)
    return shown(
        visit,
        "departments.html",
        status,
        owing=departments(views.projection, names, visit.now, since),
        states=states,
        until={name: (ends(state, "certificate"), ends(state, "keys")) for name, state in states.items()},
        backlogs={name: backlog(views.projection, name)[-DAYS_DRAWN:] for name in names},
        may_manage=visit.me.may(MAY_MANAGE),
        errors=errors or {},
    )


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
