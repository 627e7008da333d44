"""A try to show who one is, as a form brings it: at the door, and again before a secret is changed."""

from typing import Any

from fastapi import Response

from chassis.http.pages.attempts import address_of
from chassis.http.pages.posted import Posted
from console.sign_in.keys.ceremonies import Assertion
from console.sign_in.keys.relying_party import RelyingParty, relying_party
from console.sign_in.signing_in import Credentials, Second
from console.visit import Visit
from console.who import SignedIn


async def tried(visit: Visit, posted: Posted, account: str) -> SignedIn:
    """Raises Wrong and TooMany."""
    typed = Credentials(account, posted.one("password"), second_in(visit, posted))
    browser = visit.console.known_browsers.of(visit.request, account, visit.now)
    return await visit.console.signing_in.try_(typed, address_of(visit.request), browser)


def second_in(visit: Visit, posted: Posted) -> Second:
    """A challenge is used up by this, whatever becomes of the try."""
    response = posted.one("key")
    if not response:
        return Second(posted.one("code"))
    asked = visit.console.challenges.take(visit.request, visit.now)
    challenge = asked.value if asked and not asked.new_key_of else None
    return Second("", Assertion(response, challenge, party_of(visit)))


def party_of(visit: Visit) -> RelyingParty:
    return relying_party(visit.console.address, visit.request)


def for_keys(visit: Visit) -> dict[str, Any]:
    """What a page with a key on it shows."""
    party = party_of(visit)
    return {"party": party, "at_home": party.is_at(visit.request)}


def too_many(visit: Visit) -> Response:
    return visit.console.site.fault(visit.request, 429, headers={"retry-after": "10"})
