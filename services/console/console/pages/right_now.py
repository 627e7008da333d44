"""How the system is now: what must always hold, archive, disk, clock, dead letters, dates, certificates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import Response

from chassis.errors import ChassisError, CommandRefused, Unavailable
from console.pages.department_states import ends, states_of
from console.pages.shown import shown, size
from console.projection.cases import provisional
from console.projection.waiting import causes
from console.refusals import in_words
from console.storage import LITTLE, Storage, free_on
from console.views import Views
from console.visit import Visit
from console.who import Role
from contracts.case.waits import CALENDAR, LIANSHEN

SOON = timedelta(days=30)
ENDING = ("certificate", "keys")
APART = timedelta(seconds=5)
"""By which two clocks may differ: a second is lost in rounding."""
MOST_LETTERS = 100
MAY_MEND = frozenset({Role.OPERATIONS})
READERS = ("intake", "verify-household", "verify-property", "determination", "publicity", "notify")
"""Services that read durables: a letter is retried by the one that knows its durable."""


@dataclass(frozen=True)
class Holds:
    """One thing that must always hold: the key of its text, and what speaks against it."""

    what: str
    against: str = ""


async def right_now(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, **more: Any) -> Response:
    views, clock = visit.console.views, visit.console.clock
    states = await states_of(views, views.departments)
    soon = [(name, what, at) for name, state in states.items() for what in ENDING if (at := ends(state, what))]
    archive = await _archive(views)
    values = {
        "rules": tuple(_rules(visit, archive)),
        "archive": archive,
        "ahead": clock.ahead if clock.drill else None,
        "letters": await _letters(views),
        "provisional": provisional(views.projection),
        "certificates": [(name, what, at) for name, what, at in soon if at <= visit.now + SOON],
        "storage": await _storage(views),
        "free": tuple(_free(views, archive)),
        "little": LITTLE,
        "apart": APART,
        "size": size,
        "may_mend": visit.me.may(MAY_MEND),
        "errors": {},
        "retried": visit.request.query_params.get("retried") == "yes",
    }
    return shown(visit, "now.html", status, **{**values, **more})


def _rules(visit: Visit, archive: dict[str, Any] | None) -> Iterable[Holds]:
    views = visit.console.views
    late = {one.whom: one.overdue for one in causes(views.projection, visit.now) if one.overdue}
    yield Holds("now.bus", visit.say("as_of.reading") if views.as_of.is_reading else "✗" if views.as_of.away else "")
    yield Holds("now.log", views.fault() or "")
    yield Holds("now.nothing_rests", str(late.get(LIANSHEN, "")))
    yield Holds("now.closes", str(late.get(CALENDAR, "")))
    silent = visit.say("now.archive_silent")
    yield Holds("now.archive_holds", silent if archive is None else archive["trouble"] or "")


async def _archive(views: Views) -> dict[str, Any] | None:
    try:
        return await views.call("archive", "state", {})
    except CommandRefused:
        return None


async def _letters(views: Views) -> list[dict[str, Any]] | None:
    """None if the bus does not say."""
    try:
        return (await views.letters())[:MOST_LETTERS]
    except ChassisError:
        return None


async def _storage(views: Views) -> Storage | None:
    """None if the bus does not say."""
    try:
        return await views.storage()
    except Unavailable:
        return None


def _free(views: Views, archive: dict[str, Any] | None) -> Iterable[tuple[str, int]]:
    """Bytes free on each disk that is known: the key of its text beside it."""
    if archive is not None and archive.get("free") is not None:
        yield "now.disk_archive", archive["free"]
    if (here := free_on(views.folder)) is not None:
        yield "now.disk_console", here


async def retry(visit: Visit) -> Response:
    """One dead letter, handled once more by whoever reads its durable."""
    views, posted = visit.console.views, await visit.posted()
    durable, sequence = posted.one("durable"), posted.one("sequence")
    if not (sequence.isascii() and sequence.isdigit()):
        return visit.fault(400)
    try:
        await _retried(views, durable, int(sequence))
    except CommandRefused as refused:
        said = {"letters": visit.say("now.not_retried", detail=in_words(visit, refused))}
        return await _page(visit, refused.status, errors=said)
    return visit.go_to("/now?retried=yes")


async def _retried(views: Views, durable: str, sequence: int) -> None:
    """Raises CommandRefused."""
    for service in READERS:
        try:
            await views.call(service, "retry", {"durable": durable, "sequence": sequence})
            return
        except CommandRefused as refused:
            if refused.title != "no such durable":
                raise
    raise CommandRefused(404, "no such durable", f"no service reads {durable}")


async def rebuild(visit: Visit) -> Response:
    """The projection is read anew from the log."""
    visit.console.views.follower.rebuild()
    return visit.go_to("/now")
