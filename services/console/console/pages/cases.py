"""The list of applications, filtered and searched: numbers and states, nobody's name."""

from fastapi import Response

from console.pages.shown import shown
from console.projection.cases import MOST, Row, Wanted, by_state, listed, searched
from console.visit import Visit
from contracts.case.states import State
from contracts.case.waits import WHO_ELSE, Turn
from contracts.numbers import parse_application_number


async def cases(visit: Visit) -> Response:
    wanted = _wanted(visit)
    return _page(visit, wanted, listed(visit.console.views.projection, wanted))


async def search(visit: Visit) -> Response:
    """By a form: people type ID numbers into any field, and an address is kept by browsers and proxies. Nothing of it
    is shown again, either.
    """
    typed = (await visit.posted()).one("q")
    if number := _whole(typed):
        return visit.go_to(f"/cases/{number}")
    if not typed:
        return visit.go_to("/cases")
    return _page(visit, Wanted(), searched(visit.console.views.projection, typed), found=True)


def _page(visit: Visit, wanted: Wanted, rows: list[Row], *, found: bool = False) -> Response:
    return shown(
        visit,
        "cases.html",
        rows=rows[:MOST],
        more=rows[MOST - 1].sequence if len(rows) > MOST else None,
        found=found,
        wanted=wanted,
        states=tuple(State),
        counts=by_state(visit.console.views.projection),
        everybody=(*visit.console.views.departments, *WHO_ELSE),
    )


def _whole(typed: str) -> str | None:
    """The number as stored, if a whole one was typed."""
    try:
        return parse_application_number(typed)
    except ValueError:
        return None


def _wanted(visit: Visit) -> Wanted:
    """Only words that are known: whatever else was asked for is no filter."""
    asked = visit.request.query_params
    before = asked.get("before", "")
    return Wanted(
        state=_known(asked.get("state"), State),
        whom=_known(asked.get("whom"), (*visit.console.views.departments, *WHO_ELSE)),
        turn=_known(asked.get("turn"), Turn),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
    )


def _known(word: str | None, words: object) -> str:
    return str(word) if word is not None and word in map(str, words) else ""  # type: ignore[call-overload]
