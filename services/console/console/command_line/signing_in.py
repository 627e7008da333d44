"""A token for a person at a command line, by the password and second factor of the pages; and its end."""

from fastapi import Response
from pydantic import Field

from chassis.http.bearer import bearer_of
from chassis.http.pages.attempts import address_of
from console.command_line.said import answer, asked, refusal
from console.sign_in.delays import TooMany
from console.sign_in.signing_in import Credentials, Second, Wrong
from console.visit import Visit
from contracts.model import Frozen


class SignIn(Frozen):
    """What a person typed."""

    account: str = Field(max_length=100)
    password: str = Field(max_length=1000, repr=False)
    code: str = Field(max_length=100, repr=False)


async def take_token(visit: Visit) -> Response:
    typed = SignIn.model_validate(await asked(visit.request))
    credentials = Credentials(typed.account, typed.password, Second(typed.code))
    try:
        who = await visit.console.signing_in.try_(credentials, address_of(visit.request))
    except TooMany:
        return refusal(429, "too many at once", "try again in ten seconds")
    except Wrong:
        return refusal(401, "not signed in", "account, password or code is wrong; a code is good once")
    token, ends = visit.console.tokens.begin(who.account, visit.now)
    return answer({"token": token, "ends": ends.isoformat(), **_person(visit, who.account)})


async def own_name(visit: Visit) -> Response:
    return answer(_person(visit, visit.me.account))


async def end_token(visit: Visit) -> Response:
    visit.console.tokens.end(bearer_of(visit.request) or "")
    return answer({"ended": True})


def _person(visit: Visit, account: str) -> dict[str, object]:
    who = visit.console.staff.of(account)
    assert who is not None, "somebody who is signed in"
    about = {"roles": sorted(who.roles), "departments": sorted(who.departments)}
    return {"account": who.account, "name": who.name, **about}
