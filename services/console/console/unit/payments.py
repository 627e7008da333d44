"""Payments: one, and a bank's list of them as a file, each line with its fate, which can be taken along."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from fastapi import Response

from chassis.errors import CommandRefused
from chassis.http.pages.files import read_with_files
from console.command_line.acts import act_of
from console.offers.fields import Asks
from console.offers.offer import Offer, Tried, done, offered, try_it
from console.offers.refusals import refusal_of
from console.pages.shown import shown
from console.route import Route
from console.unit.fates import Fate, as_csv, as_text, fates_of
from console.unit.projects import ALLOCATION, MAY_READ
from console.visit import Visit
from contracts.text_file import NotText, text_in

FILE = act_of(ALLOCATION, "take-bank-file")
MOST_FILE = 400_000
"""As the command takes it: characters, and no more bytes are read."""
MOST_POSTED = 8 * MOST_FILE
"""Bytes of a form that carries a file back."""
MOST_FATES = 4 * 1024 * 1024
"""Bytes of a form that carries the fates of a whole file back, each Chinese character as nine."""
PAYMENT = (
    Asks("application", "application"),
    Asks("amount", "yuan"),
    Asks("reference", "reference"),
    Asks("paid_on", "day"),
    Asks("pool", "token", optional=True),
    Asks("group", "token", optional=True),
    Asks("interest", "box", optional=True),
)


def _always(state: None, at: datetime) -> bool:
    return True


ONE: Offer[None] = Offer(act_of(ALLOCATION, "pay"), _always, lambda state: PAYMENT)


async def payments(visit: Visit) -> Response:
    return _page(visit)


async def pay(visit: Visit) -> Response:
    tried = await try_it(visit, ONE, None, {}, "")
    return _page(visit, tried) if tried else done(visit, "/payments", ONE.verb)


async def bank_file(visit: Visit) -> Response:
    """What would become of each line; nothing is taken before somebody has looked at that."""
    sent = (await read_with_files(visit.request, MOST_FILE)).files.get("file", b"")
    if not sent:
        return _page(visit, errors={"file": visit.say("announce.wrong.no_file")}, status=422)
    try:
        text = text_in(sent)
    except NotText:
        return _page(visit, errors={"file": visit.say("payments.no_text")}, status=422)
    return await _bank_file(visit, text, dry=True)


async def take_bank_file(visit: Visit) -> Response:
    """Line by line, so that one that is refused stops no other; the same file twice changes nothing."""
    posted = await visit.posted(MOST_POSTED)
    packed = posted.one("text")
    if not visit.console.previews.was_shown(posted.one("mark"), visit.me, FILE.verb, packed):
        return _page(visit, errors={"file": visit.say("payments.not_previewed")}, status=409)
    return await _bank_file(visit, base64.b64decode(packed).decode())


async def _bank_file(visit: Visit, text: str, *, dry: bool = False) -> Response:
    try:
        found = await FILE.send(visit, {"file": text} | ({"dry": True} if dry else {}))
    except CommandRefused as refused:
        return _page(visit, errors={"file": refusal_of(visit, refused, ())[1]}, status=refused.status)
    fates = fates_of(visit, found["lines"])
    if not dry:
        return _page(visit, fates=fates)
    packed = base64.b64encode(text.encode()).decode()
    mark = visit.console.previews.mark(visit.me, FILE.verb, packed)
    return shown(visit, "bank_file.html", fates=fates, text=packed, mark=mark, takes=_takes(fates))


def _takes(fates: Iterable[Fate]) -> dict[str, int]:
    """How many lines have each fate."""
    return dict(Counter(one.fate for one in fates))


async def fates(visit: Visit) -> Response:
    """The fates that this person was shown, as a file."""
    posted = await visit.posted(MOST_FATES)
    text = posted.one("fates")
    if not visit.console.previews.was_shown(posted.one("mark"), visit.me, text):
        return _page(visit, errors={"file": visit.say("payments.shown_before")}, status=409)
    headers = {"content-disposition": 'attachment; filename="fates.csv"'}
    return Response(as_csv(visit, text), media_type="text/csv; charset=utf-8", headers=headers)


def _page(
    visit: Visit,
    tried: Tried | None = None,
    *,
    fates: tuple[Fate, ...] = (),
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    offers, text = offered(visit, (ONE,), None, "/payments", tried), as_text(fates)
    return shown(
        visit,
        "payments.html",
        tried.status if tried else status,
        offers=offers,
        seen="",
        fates=fates,
        text=text,
        mark=visit.console.previews.mark(visit.me, text),
        errors={**offers.errors, **(errors or {})},
        done=visit.request.query_params.get("done", ""),
    )


ROUTES: tuple[Route, ...] = (
    Route("GET", "/payments", MAY_READ, payments, menu="payments.title"),
    Route("POST", f"/payments/{ONE.verb}", ONE.act.roles, pay),
    Route("POST", "/payments/bank-file", FILE.roles, bank_file),
    Route("POST", "/payments/bank-file/take", FILE.roles, take_bank_file),
    Route("POST", "/payments/fates", FILE.roles, fates),
)
