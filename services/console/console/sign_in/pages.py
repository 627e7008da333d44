"""Signing in and out."""

import re

from fastapi import Response

from console.sign_in.delays import TooMany
from console.sign_in.signing_in import Wrong
from console.sign_in.tries import for_keys, too_many, tried
from console.visit import Visit

OURS = re.compile(r"/[a-zA-Z0-9][a-zA-Z0-9/_.-]*")
"""A path of this site: never an address of another one, however it is written."""


MOST_BYTES = 8192
"""Of a form that a stranger may send; what a key signed is the most of it."""


async def sign_in(visit: Visit) -> Response:
    return _form(visit, visit.request.query_params.get("to", ""))


async def take_sign_in(visit: Visit) -> Response:
    posted = await visit.posted(MOST_BYTES)
    try:
        who = await tried(visit, posted, posted.one("account"))
    except TooMany:
        return too_many(visit)
    except Wrong:
        return _form(visit, posted.one("to"), posted.one("account"), wrong=True)
    return begin_session(visit, who.account, _safe(posted.one("to")))


def begin_session(visit: Visit, account: str, path: str) -> Response:
    """From here on this browser is this person's."""
    response = visit.go_to(path)
    stamp = visit.console.signing_in.staff.stamp(account)
    sessions = visit.console.sessions
    sessions.begin(response, stamp, visit.now, visit.request)
    visit.console.known_browsers.remember(response, account, visit.now, secure=sessions.secure)
    return response


async def sign_out(visit: Visit) -> Response:
    response = visit.go_to("/sign-in")
    visit.console.sessions.end(visit.request, response)
    return response


def _form(visit: Visit, to: str, account: str = "", *, wrong: bool = False) -> Response:
    errors = {"account": visit.say("staff.wrong")} if wrong else {}
    shown = {"to": _safe(to), "account": account, "errors": errors, **for_keys(visit)}
    return visit.page("sign_in.html", 401 if wrong else 200, **shown)


def _safe(path: str) -> str:
    return path if OURS.fullmatch(path) else "/"
