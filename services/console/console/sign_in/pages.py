"""Signing in and out."""

import re
from urllib.parse import urlencode

from fastapi import Response

from console.sign_in.delays import TooMany
from console.sign_in.signing_in import Wrong
from console.sign_in.tries import for_keys, party_of, too_many, tried
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
    return begin_session(visit, who.account, ours(posted.one("to")))


def begin_session(visit: Visit, account: str, path: str) -> Response:
    return signed_in(visit, account, visit.go_to(path))


def signed_in(visit: Visit, account: str, response: Response) -> Response:
    """From here on this browser is this person's."""
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
    shown = {"to": ours(to), "account": account, "errors": errors, "provider": _provider(visit, to)}
    return visit.page("sign_in.html", 401 if wrong else 200, **shown, **for_keys(visit))


def _provider(visit: Visit, to: str) -> str:
    """Where the way to the provider begins: under the address to which it leads back; empty if there is none."""
    if visit.console.provider is None:
        return ""
    return f"{party_of(visit).origin}/sign-in/provider?{urlencode({'to': ours(to)})}"


def ours(path: str) -> str:
    """Where to go on: never to another site."""
    return path if OURS.fullmatch(path) else "/"
