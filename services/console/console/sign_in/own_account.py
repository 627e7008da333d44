"""A person's own account: new secrets, after the old ones were given once more."""

from fastapi import Response

from chassis.http.pages.attempts import address_of
from console.sign_in.delays import TooMany
from console.sign_in.invitations import Invitation
from console.sign_in.signing_in import Credentials
from console.visit import Visit


async def own_account(visit: Visit) -> Response:
    return _page(visit)


def _page(visit: Visit, *, wrong: bool = False) -> Response:
    kept = visit.console.staff.secrets(visit.me.account)
    errors = {"password": visit.say("staff.wrong")} if wrong else {}
    left = len(kept.recovery) if kept else 0
    return visit.page("own_account.html", 422 if wrong else 200, errors=errors, left=left)


async def take_new_secrets(visit: Visit) -> Response:
    """Leads to a link as `lianshen staff reset` makes it; until it is taken, the old secrets hold."""
    posted, me = await visit.posted(), visit.me
    typed = Credentials(me.account, posted.one("password"), posted.one("code"))
    try:
        browser = visit.console.known_browsers.of(visit.request, me.account, visit.now)
        again = await visit.console.signing_in.try_(typed, address_of(visit.request), browser)
    except TooMany:
        return visit.console.site.fault(visit.request, 429, headers={"retry-after": "10"})
    if again is None:
        return _page(visit, wrong=True)
    renewed = Invitation(me.account, me.name, me.roles)
    token = visit.console.invitations.invite(renewed, me.account, visit.now)
    return visit.go_to(f"/join/{token}")
