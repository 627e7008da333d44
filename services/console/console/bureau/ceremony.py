"""The ceremony of a draw on one screen, for those who run it; each step is an act of the command line, too."""

import re
from collections.abc import Awaitable, Callable

from fastapi import Response

from chassis.errors import CommandRefused
from console.bureau.ceremony_offers import OFFERS
from console.bureau.draws import project_of
from console.bureau.importing import IMPORT, may_import, try_import
from console.bureau.rules import PARTIES, rules_of
from console.bureau.steps import earliest, passed, typed_by
from console.command_line.acts import act_of
from console.offers.foreseen import foreseen
from console.offers.offer import Offer, Tried, done, offered, try_it
from console.pages.shown import shown
from console.refusals import in_words
from console.visit import Visit
from contracts.draws.draw import Draw, Stage

SERIAL = re.compile(r"[1-9][0-9]{0,2}")
PUBLISH = act_of("allocation", "draw-publish")


async def ceremony(visit: Visit) -> Response:
    draw = await _draw(visit)
    return visit.fault(404) if draw is None else await _page(visit, draw)


def step(offer: Offer[Draw]) -> Callable[[Visit], Awaitable[Response]]:
    """What takes the form of one step.

    The page that was seen counts by its stage: while five parties commit, or two people type what was called, one's
    form is not out of date because another one was faster. The service writes no step twice.
    """

    async def take(visit: Visit) -> Response:
        draw = await _draw(visit)
        if draw is None:
            return visit.fault(404)
        tried = await try_it(visit, offer, draw, about(draw), draw.stage)
        if tried is None:
            return done(visit, path_of(draw), offer.verb)
        if tried.foreseen:
            return foreseen(visit, offer, draw, tried, draw.stage, path_of(draw))
        return await _page(visit, await _draw(visit) or draw, tried)

    return take


async def import_result(visit: Visit) -> Response:
    """Of the notary's own software, with its file."""
    draw = await _draw(visit)
    if draw is None:
        return visit.fault(404)
    tried = await try_import(visit, draw, about(draw))
    if tried is None:
        return done(visit, path_of(draw), IMPORT.verb)
    return await _page(visit, await _draw(visit) or draw, tried)


async def again(visit: Visit) -> Response:
    """The draw is started again: the recorded result is given, and nothing is written."""
    draw, _ = await _draw(visit), await visit.posted()
    if draw is None or draw.published is None:
        return visit.fault(404)
    try:
        found = await PUBLISH.send(visit, about(draw))
    except CommandRefused as refused:
        said = {"again": in_words(visit, refused)}
        return await _page(visit, draw, Tried("again", {}, said, refused.status))
    assert draw.held is None or found["result_sha256"] == draw.held.result, (
        "a recorded result is another one when it is asked for again"
    )
    return done(visit, path_of(draw), "again")


def about(draw: Draw) -> dict[str, str]:
    project, serial = draw.id.split(".")
    return {"project": project, "serial": serial}


def path_of(draw: Draw) -> str:
    return "/draws/{project}/{serial}".format(**about(draw))


async def _draw(visit: Visit) -> Draw | None:
    """By project and serial in the path; None for one that nobody announced. Raises Unavailable."""
    project, serial = await project_of(visit), visit.named("serial")
    if project is None or not SERIAL.fullmatch(serial):
        return None
    draw = await visit.console.views.aggregates.draw(project.name, serial)
    return None if draw.stage is Stage.NONE else draw


async def _page(visit: Visit, draw: Draw, tried: Tried | None = None) -> Response:
    views, path = visit.console.views, path_of(draw)
    offers = offered(visit, OFFERS, draw, path, tried)
    return shown(
        visit,
        "ceremony.html",
        tried.status if tried else 200,
        draw=draw,
        rules=rules_of(draw),
        passed=passed(draw),
        path=path,
        in_the_open=f"{views.draws_address}{path}" if views.draws_address else "",
        offers=offers,
        errors=offers.errors,
        earliest=earliest(draw, views.calendar),
        typed_by=typed_by(draw),
        drawn=await views.aggregates.drawn(*about(draw).values()) if draw.published else {},
        may_import=may_import(visit, draw),
        importing={"software": "", "known": "", **(tried.typed if tried and tried.verb == IMPORT.verb else {})},
        may_start_again=draw.published is not None and visit.me.may(PUBLISH.roles),
        called=lambda party: visit.say("party." + party) if party in PARTIES else party,
        done=_what_was_done(visit),
    )


def _what_was_done(visit: Visit) -> str | None:
    verbs = ("again", "draw-announce", IMPORT.verb, *(offer.verb for offer in OFFERS))
    return next((verb for verb in verbs if verb == visit.request.query_params.get("done")), None)
