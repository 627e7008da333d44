"""A person's own account: its secrets, and what may be changed of them once the old ones were given again."""

from fastapi import Response

from console.sign_in.delays import TooMany
from console.sign_in.invitations import Invitation
from console.sign_in.keys.pages import go_to_new_key
from console.sign_in.keys.store import LastFactor
from console.sign_in.pages import begin_session
from console.sign_in.signing_in import Wrong
from console.sign_in.tries import for_keys, too_many, tried
from console.visit import Visit

RENEW, ADD, AUTHENTICATOR, REMOVE = "renew", "add", "authenticator", "remove-"


async def own_account(visit: Visit) -> Response:
    return _page(visit, {})


def _page(visit: Visit, errors: dict[str, str], do: str = RENEW) -> Response:
    kept = visit.console.staff.secrets(visit.me.account)
    shown = {
        "keys": visit.console.keys.of(visit.me.account),
        "codes": bool(kept and kept.totp),
        "left": len(kept.recovery) if kept else 0,
        "choices": _choices(visit),
        "do": do,
        **for_keys(visit),
    }
    return visit.page("own_account.html", 422 if errors else 200, errors=errors, **shown)


def _choices(visit: Visit) -> dict[str, str]:
    """What may be changed, each with its text."""
    kept = visit.console.staff.secrets(visit.me.account)
    keys = visit.console.keys.of(visit.me.account)
    return {
        RENEW: visit.say("staff.renew"),
        ADD: visit.say("keys.add"),
        **{f"{REMOVE}{key.id}": visit.say("keys.remove", name=key.name) for key in keys},
        **({AUTHENTICATOR: visit.say("keys.remove_authenticator")} if kept and kept.totp else {}),
    }


async def take_change(visit: Visit) -> Response:
    posted = await visit.posted()
    do = posted.one("do")
    if do not in _choices(visit):
        return _page(visit, {"do": visit.say("staff.choose")})
    try:
        await tried(visit, posted, visit.me.account)
    except TooMany:
        return too_many(visit)
    except Wrong:
        return _page(visit, {"password": visit.say("staff.wrong")}, do)
    if do == RENEW:
        return _new_secrets(visit)
    return go_to_new_key(visit) if do == ADD else _remove(visit, do)


def _new_secrets(visit: Visit) -> Response:
    """Leads to a link as `lianshen staff reset` makes it; until it is taken, the old secrets hold."""
    renewed = Invitation(visit.me.account, visit.me.name, visit.me.roles)
    token = visit.console.invitations.invite(renewed, visit.me.account, visit.now)
    return visit.go_to(f"/join/{token}")


def _remove(visit: Visit, do: str) -> Response:
    keys, account = visit.console.keys, visit.me.account
    try:
        if do == AUTHENTICATOR:
            keys.remove_authenticator(account, visit.now)
        else:
            keys.remove(account, do.removeprefix(REMOVE), visit.now)
    except LastFactor:
        return _page(visit, {"do": visit.say("keys.last")}, do)
    return begin_session(visit, account, "/account")
