"""The draws of a project, and the announcement of the next one: its rules, when and where (Art. 26(5))."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import Response

from chassis.errors import CommandRefused
from console.bureau.rules import TypedRules, next_serial, pools_of, rules_file
from console.command_line.acts import act_of
from console.offers.refusals import refusal_of
from console.pages.shown import shown
from console.visit import Visit
from contracts.draws.draw import Stage
from contracts.local_time import SHANGHAI
from contracts.projects.project import SaleProject

ANNOUNCE = act_of("allocation", "draw-announce")


async def all_draws(visit: Visit) -> Response:
    """Every draw there is, and every project that has none."""
    aggregates = visit.console.views.aggregates
    return shown(visit, "all_draws.html", projects=await aggregates.projects(), stages=await aggregates.stages())


async def draws(visit: Visit) -> Response:
    return await _page(visit, TypedRules())


async def announce(visit: Visit) -> Response:
    project, typed = await project_of(visit), TypedRules.read(await visit.posted())
    if project is None:
        return visit.fault(404)
    serial = next_serial(await _known(visit, project))
    if serial is None:
        return await _page(visit, typed, 409, {"dice": visit.say("draws.one_at_a_time")})
    held_at = _in_wuhai(typed.held_at)
    errors = {} if held_at else {"held_at": visit.say("draws.no_time")}
    if not (typed.dice.isascii() and typed.dice.isdigit() and len(typed.dice) < 4):
        errors["dice"] = visit.say("draws.no_count")
    if errors or held_at is None:
        return await _page(visit, typed, 422, errors)
    rules = rules_file(typed, project, serial, await visit.console.views.aggregates.homes())
    asked = {"project": project.name, "serial": serial, "rules": rules, "place": typed.place}
    try:
        await ANNOUNCE.send(visit, {**asked, "held_at": held_at.isoformat()})
    except CommandRefused as refused:
        field, said = refusal_of(visit, refused, TypedRules.__dataclass_fields__)
        return await _page(visit, typed, refused.status, {field or "held_at": said})
    return visit.go_to(f"/draws/{project.name}/{serial}?done={ANNOUNCE.verb}")


async def project_of(visit: Visit) -> SaleProject | None:
    """By its name in the path; None for one that nobody announced. Raises Unavailable."""
    return (await visit.console.views.aggregates.projects()).get(visit.named("project"))


async def _known(visit: Visit, project: SaleProject) -> Mapping[str, Stage]:
    """How far every draw of a project is, by serial."""
    stages = await visit.console.views.aggregates.stages()
    return {serial: stage for (name, serial), stage in stages.items() if name == project.name}


async def _page(visit: Visit, typed: TypedRules, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    project = await project_of(visit)
    if project is None:
        return visit.fault(404)
    known = await _known(visit, project)
    return shown(
        visit,
        "draws.html",
        status,
        project=project,
        draws=known,
        serial=next_serial(known),
        pools=pools_of(project, await visit.console.views.aggregates.homes()),
        may_announce=visit.me.may(ANNOUNCE.roles),
        typed=typed,
        errors=errors or {},
    )


def _in_wuhai(typed: str) -> datetime | None:
    """A day and a time as a browser's field sends them, as a clock there shows them."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
