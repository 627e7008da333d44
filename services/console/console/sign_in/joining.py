"""A link is taken: name and password, then the second factor, then the recovery codes, once."""

from dataclasses import replace

from fastapi import Response

from console.sign_in.invitations import Invitation, Joining, Over
from console.sign_in.pages import begin_session
from console.sign_in.passwords import too_weak
from console.sign_in.second_factor import Typed, hash_of, new_recovery_codes, new_seed, qr_of, step_of
from console.sign_in.staff import Secrets, Taken
from console.visit import Visit
from console.who import SignedIn, is_account, is_name


async def join(visit: Visit) -> Response:
    token = visit.named("token")
    try:
        invitation = visit.console.invitations.look(token, visit.now)
    except Over:
        return visit.fault(404, "staff.link_over")
    return _form(visit, token, invitation, {})


def _form(visit: Visit, token: str, invitation: Invitation, errors: dict[str, str], **typed: str) -> Response:
    shown = {"account": invitation.account, "name": invitation.name, **typed}
    status = 422 if errors else 200
    return visit.page(
        "join.html", status, here=f"/join/{token}", token=token, first=invitation.is_first, errors=errors, **shown
    )


async def take_join(visit: Visit) -> Response:
    """Nothing is written yet: the link stays good until the second factor was shown to work."""
    posted = await visit.posted()
    token, password = posted.one("token"), posted.one("password")
    try:
        invitation = visit.console.invitations.look(token, visit.now)
    except Over:
        return visit.fault(404, "staff.link_over")
    account, name = invitation.account, invitation.name
    if invitation.is_first:
        account, name = posted.one("account").lower(), posted.one("name")
    if wrong := _mistakes(account, name, password, posted.one("again")):
        errors = {field: visit.say(key) for field, key in wrong.items()}
        return _form(visit, token, invitation, errors, account=account, name=name)
    who = SignedIn(account, name, invitation.roles)
    hashed = await visit.console.signing_in.passwords.hash(password)
    return _go_on(visit, Joining(token, who, hashed, new_seed()), "/join/second")


def _mistakes(account: str, name: str, password: str, again: str) -> dict[str, str]:
    """The keys of what is wrong, by field."""
    found = {}
    if not is_account(account):
        found["account"] = "staff.account_form"
    if not is_name(name):
        found["name"] = "staff.name_form"
    if weak := too_weak(password, account):
        found["password"] = weak
    elif password != again:
        found["again"] = "staff.password_again"
    return found


async def second(visit: Visit) -> Response:
    joining = visit.console.joining.of(visit.request, visit.now)
    return _second(visit, joining) if joining else visit.fault(404, "staff.link_over")


def _second(visit: Visit, joining: Joining, errors: dict[str, str] | None = None) -> Response:
    groups = " ".join(joining.seed[at : at + 4] for at in range(0, len(joining.seed), 4))
    picture = qr_of(joining.who.account, joining.seed)
    return visit.page("second.html", 422 if errors else 200, picture=picture, seed=groups, errors=errors or {})


async def take_second(visit: Visit) -> Response:
    """The account is there from here on, and the link is used up."""
    posted, joining = await visit.posted(), visit.console.joining.of(visit.request, visit.now)
    if joining is None:
        return visit.fault(404, "staff.link_over")
    step = step_of(Typed.read(posted.one("code")).codes, joining.seed, visit.console.clock.wall())
    if step is None:
        return _second(visit, joining, {"code": visit.say("staff.code_wrong")})
    codes = new_recovery_codes()
    kept = Secrets(joining.password, joining.seed, tuple(map(hash_of, codes)))
    try:
        visit.console.invitations.take(joining.token, joining.who, kept, visit.now)
    except Over:
        return visit.fault(404, "staff.link_over")
    except Taken:
        return visit.fault(400, "staff.taken")
    visit.console.staff.use_step(joining.who.account, step)
    return _go_on(visit, replace(joining, codes=codes, is_set_up=True), "/join/codes")


async def codes(visit: Visit) -> Response:
    """Once: whoever sits down at this browser later reads none of them."""
    joining = visit.console.joining.of(visit.request, visit.now)
    if joining is None or not joining.is_set_up:
        return visit.fault(404, "staff.link_over")
    response = visit.page("codes.html", codes=joining.codes, account=joining.who.account)
    visit.console.joining.begin(response, replace(joining, codes=()), visit.now, visit.request)
    return response


async def take_codes(visit: Visit) -> Response:
    """They were kept, or are lost: nobody sees them again."""
    joining = visit.console.joining.of(visit.request, visit.now)
    if joining is None or not joining.is_set_up:
        return visit.fault(404, "staff.link_over")
    response = begin_session(visit, joining.who.account, "/")
    visit.console.joining.end(visit.request, response)
    return response


def _go_on(visit: Visit, joining: Joining, path: str) -> Response:
    response = visit.go_to(path)
    visit.console.joining.begin(response, joining, visit.now, visit.request)
    return response
