"""To the provider and back; then the second factor, unless it was shown there already."""

import hmac

from fastapi import Response

from chassis.http.pages.attempts import address_of
from console.sign_in.delays import TooMany
from console.sign_in.pages import MOST_BYTES, ours, signed_in
from console.sign_in.provider.id_token import NotVouched, methods_in, subject_in
from console.sign_in.provider.provider import Away, Provider, Sent, Vouched
from console.sign_in.provider.subjects import Subjects
from console.sign_in.signing_in import Wrong
from console.sign_in.tries import for_keys, party_of, second_in, too_many
from console.visit import Visit
from console.who import SignedIn

START, BACK, SECOND = "/sign-in/provider", "/sign-in/provider/back", "/sign-in/second"


async def to_provider(visit: Visit) -> Response:
    provider = visit.console.provider
    if provider is None:
        return visit.fault(404)
    sent = Sent(ours(visit.request.query_params.get("to", "")))
    try:
        response = visit.go_to(await provider.address_for(sent, _back(visit)))
    except Away:
        return visit.fault(503, "provider.away")
    provider.sent.begin(response, sent, visit.now, visit.request)
    return response


def _back(visit: Visit) -> str:
    return f"{party_of(visit).origin}{BACK}"


async def from_provider(visit: Visit) -> Response:
    provider, address = visit.console.provider, address_of(visit.request)
    if provider is None:
        return visit.fault(404)

    async def look() -> tuple[SignedIn, str, bool]:
        return await _vouched_for(visit, provider)

    try:
        # Whose account it is, nobody knows before: failures count for the address alone.
        who, to, second_was_shown = await visit.console.signing_in.slowly(f"provider, {address}", address, look)
    except TooMany:
        return too_many(visit)
    except NotVouched as refusal:
        return visit.fault(403, refusal.why)
    except Away:
        return visit.fault(503, "provider.away")
    if second_was_shown:
        return signed_in(visit, who.account, _onward(visit, to))
    response = _onward(visit, SECOND)
    provider.vouched.begin(response, Vouched(visit.console.staff.stamp(who.account), to), visit.now, visit.request)
    return response


async def _vouched_for(visit: Visit, provider: Provider) -> tuple[SignedIn, str, bool]:
    """Who came back, where to, and whether their second factor was shown there. Raises NotVouched and Away."""
    said, sent = visit.request.query_params, provider.sent.take(visit.request, visit.now)
    if sent is None or not hmac.compare_digest(said.get("state", "").encode(), sent.state.encode()):
        raise NotVouched("provider.state")
    if said.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise NotVouched("provider.untrusted")
    if "code" not in said:
        raise NotVouched("provider.declined")
    claims = await provider.claims(said["code"], sent, _back(visit), visit.console.clock.wall())
    who = Subjects(visit.console.staff).who(subject_in(claims, provider.claim))
    if who is None:
        raise NotVouched("provider.unknown")
    return who, sent.to, bool(provider.methods & methods_in(claims))


def _onward(visit: Visit, to: str) -> Response:
    """A page that goes on by itself: after a redirect from another site browsers would send no cookie of ours."""
    return visit.page("onward.html", to=to)


async def ask_second(visit: Visit) -> Response:
    return _second(visit, 200) if _vouched(visit) else visit.fault(404, "provider.state")


def _vouched(visit: Visit) -> tuple[SignedIn, str] | None:
    provider = visit.console.provider
    vouched = provider and provider.vouched.of(visit.request, visit.now)
    who = vouched and visit.console.staff.stamped(vouched.stamp)
    return (who, vouched.to) if vouched and who else None


def _second(visit: Visit, status: int) -> Response:
    errors = {"code": visit.say("staff.wrong")} if status == 401 else {}
    return visit.page("sign_in_second.html", status, errors=errors, **for_keys(visit))


async def take_asked_second(visit: Visit) -> Response:
    posted, vouched = await visit.posted(MOST_BYTES), _vouched(visit)
    if vouched is None:
        return visit.fault(404, "provider.state")
    who, to = vouched
    browser = visit.console.known_browsers.of(visit.request, who.account, visit.now)
    shown, address = second_in(visit, posted), address_of(visit.request)
    try:
        await visit.console.signing_in.try_second(who.account, shown, address, browser)
    except TooMany:
        return too_many(visit)
    except Wrong:
        return _second(visit, 401)
    response = signed_in(visit, who.account, visit.go_to(to))
    if visit.console.provider:
        visit.console.provider.vouched.end(visit.request, response)
    return response
