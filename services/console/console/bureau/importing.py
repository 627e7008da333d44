"""The form that takes a result of the notary's own software: it is published at once, and cannot be made again."""

from collections.abc import Mapping

from chassis.errors import CommandRefused
from chassis.http.pages.files import read_with_files
from console.command_line.acts import act_of
from console.offers.fields import Asks, read
from console.offers.offer import Tried
from console.offers.refusals import refusal_of
from console.visit import Visit
from contracts.draws.draw import FOLLOWS, Draw
from contracts.draws.events import ResultImported
from contracts.text_file import NotText, text_in

IMPORT = act_of("allocation", "draw-import")
TYPED = (Asks("software", "words"), Asks("known", "box"))
FILES = ("file", "result")
MOST_BYTES = 512 * 1024
"""Of both files: they travel in one message."""


def may_import(visit: Visit, draw: Draw) -> bool:
    """After the list is frozen, and before any dice."""
    return draw.stage in FOLLOWS[ResultImported] and visit.me.may(IMPORT.roles)


async def try_import(visit: Visit, draw: Draw, about: Mapping[str, str]) -> Tried | None:
    """None once it is done; a form of an older page does nothing."""
    sent = await read_with_files(visit.request, MOST_BYTES)
    typed = {one.name: sent.typed.one(_id(one.name)) for one in TYPED}

    def not_done(status: int, errors: Mapping[str, str]) -> Tried:
        named = {_id(name) if name else IMPORT.verb: said for name, said in errors.items()}
        return Tried(IMPORT.verb, typed, named, status)

    if not may_import(visit, draw) or sent.typed.one("seen") != draw.stage:
        return not_done(409, {"": visit.say("act.moved")})
    found = read(TYPED, typed)
    wrong = {name: visit.say(key) for name, key in found.wrong.items()}
    files = {name: _read(visit, name, sent.files.get(_id(name), b""), wrong) for name in FILES}
    if wrong:
        return not_done(422, wrong)
    try:
        await IMPORT.send(visit, {**about, **files, "software": found.request["software"]})
    except CommandRefused as refused:
        name, said = refusal_of(visit, refused, ("software", *FILES))
        return not_done(refused.status, {name: said})
    return None


def _id(name: str) -> str:
    return f"{IMPORT.verb}.{name}"


def _read(visit: Visit, name: str, sent: bytes, wrong: dict[str, str]) -> str:
    """What is wrong with it goes into `wrong`."""
    if not sent:
        wrong[name] = visit.say("announce.wrong.no_file")
        return ""
    try:
        return text_in(sent)
    except NotText:
        wrong[name] = visit.say("payments.no_text")
        return ""
