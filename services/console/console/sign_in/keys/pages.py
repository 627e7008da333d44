"""A key is asked to sign, or a new one is added. The browser's part is static/keys.js."""

from fastapi import Response

from console.sign_in.keys.ceremonies import Challenge, NoKey, added, to_add, to_sign_in
from console.sign_in.keys.store import NotAdded, SecurityKey
from console.sign_in.pages import begin_session
from console.sign_in.tries import for_keys, party_of
from console.visit import Visit
from console.who import is_name

MOST_BYTES = 32 * 1024
"""Of what a new key says of itself."""


async def ask_for_key(visit: Visit) -> Response:
    """A challenge for whoever asks: it is worth nothing without a key of ours."""
    challenge = Challenge()
    response = Response(to_sign_in(party_of(visit), challenge.value), media_type="application/json")
    visit.console.challenges.begin(response, challenge, visit.now, visit.request)
    return response


def go_to_new_key(visit: Visit) -> Response:
    """For who has just shown both factors once more."""
    response = visit.go_to("/account/key")
    visit.console.challenges.begin(response, Challenge(visit.me.account), visit.now, visit.request)
    return response


async def new_key(visit: Visit) -> Response:
    challenge = visit.console.challenges.of(visit.request, visit.now)
    if challenge is None or challenge.new_key_of != visit.me.account:
        return visit.go_to("/account")
    return _page(visit, challenge)


def _page(visit: Visit, challenge: Challenge, errors: dict[str, str] | None = None, name: str = "") -> Response:
    there = visit.console.keys.of(visit.me.account)
    options = to_add(party_of(visit), challenge.value, visit.me, there)
    shown = {"options": options, "name": name, "errors": errors or {}, **for_keys(visit)}
    return visit.page("new_key.html", 422 if errors else 200, **shown)


async def take_new_key(visit: Visit) -> Response:
    posted = await visit.posted(MOST_BYTES)
    challenge = visit.console.challenges.take(visit.request, visit.now)
    if challenge is None or challenge.new_key_of != visit.me.account:
        return visit.fault(404, "keys.over")
    name = posted.one("name")
    if wrong := _added(visit, challenge, name, posted.one("key")):
        return _once_more(visit, {"name": visit.say(wrong)}, name)
    return begin_session(visit, visit.me.account, "/account")


def _added(visit: Visit, challenge: Challenge, name: str, response: str) -> str | None:
    """The key of the text that says why not."""
    if not is_name(name):
        return "keys.name_form"
    try:
        made = added(response, challenge.value, party_of(visit))
        key = SecurityKey(made.id, visit.me.account, name, made.public_key, made.counter, visit.now)
        visit.console.keys.add(key)
    except NoKey:
        return "keys.not_made"
    except NotAdded:
        return "keys.not_added"
    return None


def _once_more(visit: Visit, errors: dict[str, str], name: str) -> Response:
    """With another challenge: each is used once."""
    challenge = Challenge(visit.me.account)
    response = _page(visit, challenge, errors, name)
    visit.console.challenges.begin(response, challenge, visit.now, visit.request)
    return response
