"""What will follow of a step that moves many families, in sentences: choosing closed, a result or price published."""

from collections.abc import Mapping
from typing import Any

from console.bureau.rules import rules_of
from console.unit.project_now import ProjectNow
from console.visit import Visit
from contracts.case.states import State
from contracts.draws.draw import Draw
from contracts.homes.home import Stands
from procedures.policy import InForce

GO_BACK = frozenset({State.DRAWN, State.SUBSTITUTE, State.CALLED_TO_CHOOSE})
"""Whoever stands there when choosing is closed is in the pool again."""


async def of_closing(visit: Visit, now: ProjectNow, request: Mapping[str, Any]) -> tuple[str, ...]:
    """Raises CommandRefused where nobody chooses."""
    shown = await visit.console.views.call("allocation", "show-choosing", {"project": now.project.name})
    lines = []
    for name, pool in shown["pools"].items():
        back = sum(one["state"] in GO_BACK for one in pool["families"])
        chosen = sum(one["home"] is not None for one in pool["families"])
        words = {"pool": name, "back": back, "chosen": chosen, "free": len(pool["free"])}
        lines.append(visit.say("follows.closing", **words))
    return (*lines, _deposit(visit, "no home left"), visit.say("follows.nobody_called"))


async def of_publishing(visit: Visit, draw: Draw, request: Mapping[str, Any]) -> tuple[str, ...]:
    count = draw.frozen.count if draw.frozen else 0
    project, serial = draw.id.split(".")
    listed = await visit.console.views.aggregates.listed(project, serial)
    lines = []
    for name, pool in rules_of(draw)["pools"].items():
        words = {"pool": name, "homes": pool["homes"], "substitutes": pool["substitutes"]}
        lines.append(visit.say("follows.places", families=listed.get(name, 0), **words))
    return (
        visit.say("follows.told", count=count),
        *lines,
        _deposit(visit, "not drawn"),
        visit.say("follows.for_good"),
    )


async def of_price(visit: Visit, now: ProjectNow, request: Mapping[str, Any]) -> tuple[str, ...]:
    """Of the price that is to be approved, in place of the one before it."""
    price = next(one for one in now.project.prices if str(one.n) == str(request["determination"]))
    each = [one.price for one in price.homes]
    chosen = sum(home.stands is Stands.TAKEN for home in now.homes.values())
    words = {"homes": len(each), "least": min(each), "most": max(each), "total": price.per_m2.total}
    lines = [visit.say("follows.priced", **words, on=request["published_on"])]
    if now.project.approvals:
        lines.append(visit.say("follows.price_before", on=request["published_on"]))
    elif now.today <= now.project.says.registration_closes:
        lines.append(visit.say("follows.registration", on=now.project.says.registration_opens))
    if chosen:
        lines.append(visit.say("follows.chosen", chosen=chosen))
    return (*lines, visit.say("follows.signed"))


def _deposit(visit: Visit, why: str) -> str:
    return visit.say("follows.deposit." + _law(visit).deposit_if(why))


def _law(visit: Visit) -> InForce:
    return visit.console.views.procedures.accepting.on(visit.now)
