"""Signing in by a provider: whom it vouches for has an account here already, and what it says is checked."""

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from console.app import build_app
from console.service import provider_of
from console.settings import ConsoleSettings
from console.sign_in.commands import commands
from console.sign_in.provider.subjects import Subjects
from console.who import Role
from joserfc.jwk import OctKey
from pydantic import SecretStr

from chassis.errors import CommandRefused
from tests.support.authenticator import Authenticator
from tests.support.console import PASSWORD, RECOVERY, URL, Stage
from tests.support.oidc_provider import CLIENT, SECRET, OidcProvider, new_key, running

SUBJECT = "248289761001"


@asynccontextmanager
async def stage_with(folder: Path, **settings: Any) -> AsyncIterator[tuple[Stage, OidcProvider]]:
    stage = Stage(folder)
    stage.add("wang", [Role.OFFICER], "王敏")
    async with running(OidcProvider(now=lambda: stage.clock.wall().timestamp())) as provider:
        given = ConsoleSettings(
            console_oidc_issuer=provider.url,
            console_oidc_client_id=CLIENT,
            console_oidc_client_secret=SecretStr(SECRET),
            **settings,
        )
        stage.console = replace(stage.console, provider=provider_of(given))
        stage.app = build_app(stage.console)
        await told(stage, "staff-subject", account="wang", subject=SUBJECT)
        yield stage, provider


@pytest_asyncio.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Stage, OidcProvider]]:
    async with stage_with(tmp_path) as made:
        yield made


async def told(stage: Stage, verb: str, **request: Any) -> dict[str, Any]:
    command = next(one for one in commands(stage.console) if one.verb == verb)
    by = {"by": "周局长"} if "by" in command.asks.model_fields else {}
    return await command.do(command.asks.model_validate({**by, **request}))


async def there(browser: httpx.AsyncClient, to: str = "/account") -> str:
    """Over to the provider; gives where that leads back to."""
    page = (await browser.get("/sign-in", params={"to": to})).text
    found = re.search(r'id="provider" href="([^"]*)"', page)
    assert found is not None
    away = await browser.get(found[1])
    async with httpx.AsyncClient(trust_env=False) as another_site:
        back = await another_site.get(away.headers["location"])
    assert back.headers["location"].startswith(f"{URL}/sign-in/provider/back?")
    return back.headers["location"]


def onward(page: httpx.Response) -> str:
    found = re.search(r'content="0; url=([^"]*)"', page.text)
    assert found is not None, page.status_code
    return found[1]


async def is_in(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/account")).status_code == 200


async def test_who_is_bound_signs_in_by_the_provider_and_their_own_second_factor(
    both: tuple[Stage, OidcProvider],
) -> None:
    stage, provider = both
    async with stage.browser() as browser:
        page = await browser.get(await there(browser))
        assert onward(page) == "/sign-in/second"
        assert not await is_in(browser), "the provider alone is one factor"
        assert (await browser.post("/sign-in/second", data={"code": "000000"})).status_code == 401
        assert not await is_in(browser)
        reply = await browser.post("/sign-in/second", data={"code": stage.code()})
        assert reply.headers["location"] == "/account"
        assert "王敏" in (await browser.get("/account")).text
        assert (await browser.get("/sign-in/second")).status_code == 404
    assert provider.refused == []


async def test_a_key_or_a_recovery_code_is_a_second_factor_here_too(both: tuple[Stage, OidcProvider]) -> None:
    stage, _ = both
    key = Authenticator(URL)
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        await browser.post("/account", data={"do": "add", "password": PASSWORD, "code": stage.code()})
        options = {"rp": {"id": "localhost"}, "challenge": await _challenge(browser)}
        await browser.post("/account/key", data={"name": "key", "key": key.made(options)})
    for shown in ("key", "recovery"):
        async with stage.browser() as browser:
            await browser.get(await there(browser))
            asked = (await browser.post("/sign-in/key")).json()
            form = {"key": key.signed(asked)} if shown == "key" else {"code": RECOVERY}
            assert (await browser.post("/sign-in/second", data=form)).status_code == 303


async def _challenge(browser: httpx.AsyncClient) -> str:
    found = re.search(r"&#34;challenge&#34;: &#34;([^&]*)&#34;", (await browser.get("/account/key")).text)
    assert found is not None
    return found[1]


async def refused(stage: Stage, browser: httpx.AsyncClient, back: str) -> str:
    """The page that says why, in English; nobody is signed in, or half."""
    page = await browser.get(back, params={**httpx.URL(back).params, "lang": "en"})
    assert page.status_code == 403
    assert not await is_in(browser)
    assert (await browser.get("/sign-in/second")).status_code == 404
    return page.text


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nonce": ({"nonce": "another one"}, "does not hold"),
    "no nonce": ({"nonce": None}, "does not hold"),
    "audience": ({"aud": "another app"}, "does not hold"),
    "audience of several, for another": ({"aud": [CLIENT, "x"], "azp": "x"}, "does not hold"),
    "audience of several, for nobody": ({"aud": [CLIENT, "x"]}, "does not hold"),
    "issuer": ({"iss": "https://elsewhere.example"}, "does not hold"),
    "expired": ({"exp": 1}, "too old"),
    "no end": ({"exp": None}, "does not hold"),
    "made tomorrow": ({"iat": 9999999999}, "does not hold"),
    "subject": ({"sub": "another one"}, "no account"),
    "no subject": ({"sub": None}, "does not hold"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_token_that_does_not_hold_signs_nobody_in(both: tuple[Stage, OidcProvider], wrong: str) -> None:
    stage, provider = both
    provider.claims, said = WRONG[wrong]
    async with stage.browser() as browser:
        assert said in await refused(stage, browser, await there(browser))


@pytest.mark.parametrize("key", [new_key(), OctKey.import_key(SECRET)], ids=["another key", "the secret we share"])
async def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(
    both: tuple[Stage, OidcProvider], key: Any
) -> None:
    stage, provider = both
    provider.signs_with = key
    async with stage.browser() as browser:
        assert "does not hold" in await refused(stage, browser, await there(browser))


async def test_the_way_back_is_good_once_in_the_browser_that_went_and_soon(both: tuple[Stage, OidcProvider]) -> None:
    stage, _ = both
    async with stage.browser() as browser, stage.browser() as thief:
        back = await there(browser)
        assert "used already" in await refused(stage, thief, back)
        cookies = dict(browser.cookies)
        assert onward(await browser.get(back))
        browser.cookies.clear()
        browser.cookies.update(cookies)
        assert "used already" in await refused(stage, browser, back)
    async with stage.browser() as browser:
        back = await there(browser)
        stage.clock.move(minutes=6)
        assert "used already" in await refused(stage, browser, back)


async def test_a_forged_state_uses_up_the_real_one(both: tuple[Stage, OidcProvider]) -> None:
    stage, _ = both
    async with stage.browser() as browser:
        back = await there(browser)
        for state in ("x", "é", ""):
            forged = str(httpx.URL(back).copy_set_param("state", state))
            assert "used already" in await refused(stage, browser, forged)
        assert "used already" in await refused(stage, browser, back)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"code": "", "error": "access_denied"}, "declined"),
        ({"code": "made-up"}, "does not hold"),
        ({"iss": "https://elsewhere.example"}, "does not hold"),
    ],
)
async def test_what_leads_back_without_a_code_of_its_own_signs_nobody_in(
    both: tuple[Stage, OidcProvider], answer: dict[str, str], said: str
) -> None:
    stage, provider = both
    provider.answer = answer
    async with stage.browser() as browser:
        assert said in await refused(stage, browser, await there(browser))


async def test_a_code_of_another_sign_in_is_worth_nothing(both: tuple[Stage, OidcProvider]) -> None:
    """Whoever finds a code in a log has no verifier for it (RFC 7636)."""
    stage, provider = both
    async with stage.browser() as browser, stage.browser() as thief:
        found = httpx.URL(await there(browser)).params["code"]
        back = httpx.URL(await there(thief)).copy_set_param("code", found)
        assert "does not hold" in await refused(stage, thief, str(back))
    assert provider.refused == ["invalid_grant"]


async def test_tries_that_fail_wait_like_others_and_slow_nobody_at_another_address(
    both: tuple[Stage, OidcProvider],
) -> None:
    stage, _ = both
    async with stage.browser() as browser:
        for _ in range(5):
            await refused(stage, browser, f"{URL}/sign-in/provider/back?code=x&state=y")
        assert stage.waited == [0, 0, 0, 1, 2]
    mine = httpx.ASGITransport(stage.app, client=("192.0.2.9", 1))
    async with httpx.AsyncClient(transport=mine, base_url=URL, headers={"origin": URL}) as browser:
        assert onward(await browser.get(await there(browser)))
        assert stage.waited[-1] == 0


async def test_wrong_codes_behind_the_provider_are_counted_as_guesses(both: tuple[Stage, OidcProvider]) -> None:
    stage, _ = both
    async with stage.browser() as browser:
        await browser.get(await there(browser))
        for _ in range(10):
            assert (await browser.post("/sign-in/second", data={"code": "000000"})).status_code == 401
        assert (await browser.post("/sign-in/second", data={"code": stage.code()})).status_code == 401
        two = f"{stage.code()} {stage.code(1)}"
        assert (await browser.post("/sign-in/second", data={"code": two})).status_code == 303
    assert stage.waited[-1] == 8


# --- what the provider may say ----------


@pytest.mark.parametrize(
    ("claims", "is_in_at_once"),
    [({"amr": ["pwd", "mfa"]}, True), ({"acr": "mfa"}, True), ({"amr": ["pwd"]}, False), ({"amr": "mfa"}, False)],
)
async def test_its_second_factor_counts_if_a_setting_says_by_which_word(
    tmp_path: Path, claims: dict[str, Any], is_in_at_once: bool
) -> None:
    async with stage_with(tmp_path, console_oidc_methods="mfa, hwk") as (stage, provider), stage.browser() as browser:
        provider.claims = claims
        page = await browser.get(await there(browser))
        if claims != {"amr": "mfa"}:
            assert onward(page) == ("/account" if is_in_at_once else "/sign-in/second")
        assert await is_in(browser) is is_in_at_once


async def test_without_that_setting_no_word_of_it_spares_the_second_factor(both: tuple[Stage, OidcProvider]) -> None:
    stage, provider = both
    provider.claims = {"amr": ["mfa"], "acr": "mfa", "roles": ["head"], "role": "head"}
    async with stage.browser() as browser:
        assert onward(await browser.get(await there(browser))) == "/sign-in/second"
        await browser.post("/sign-in/second", data={"code": stage.code()})
        assert (await browser.get("/now")).status_code == 200
        assert (await browser.post("/now/rebuild")).status_code == 403, "roles are given here alone"


@pytest.mark.parametrize(
    ("claims", "let_in"),
    [
        ({"email": "wang@example.cn", "email_verified": True}, True),
        ({"email": "wang@example.cn", "email_verified": False}, False),
        ({"email": "wang@example.cn"}, False),
        ({"email": "WANG@example.cn", "email_verified": True}, False),
        ({}, False),
    ],
)
async def test_an_address_binds_only_if_the_provider_has_checked_it(
    tmp_path: Path, claims: dict[str, Any], let_in: bool
) -> None:
    async with stage_with(tmp_path, console_oidc_claim="email") as (stage, provider), stage.browser() as browser:
        await told(stage, "staff-subject", account="wang", subject="wang@example.cn")
        provider.claims = claims
        page = await browser.get(await there(browser))
        assert (page.status_code == 200) is let_in


# --- bindings ----------


async def test_a_binding_of_before_the_link_counts_once_the_account_is_there(both: tuple[Stage, OidcProvider]) -> None:
    stage, provider = both
    provider.subject = "li's"
    await told(stage, "staff-add", account="li", name="李强", roles=["clerk"], subject="li's")
    async with stage.browser() as browser:
        assert "no account" in await refused(stage, browser, await there(browser))
        stage.add("li", [Role.CLERK])
        assert onward(await browser.get(await there(browser)))


async def test_one_subject_is_one_account_and_unbinding_ends_it(both: tuple[Stage, OidcProvider]) -> None:
    stage, _ = both
    stage.add("li", [Role.CLERK])
    with pytest.raises(CommandRefused):
        await told(stage, "staff-subject", account="li", subject=SUBJECT)
    async with stage.browser() as browser, stage.browser(Role.OFFICER, account="wang") as before:
        await browser.get(await there(browser))
        await told(stage, "staff-subject", account="wang", subject=None)
        assert (await browser.post("/sign-in/second", data={"code": stage.code()})).status_code == 404
        assert not await is_in(before)
        assert "no account" in await refused(stage, browser, await there(browser))
    await told(stage, "staff-subject", account="li", subject=SUBJECT)
    await told(stage, "staff-remove", account="li")
    assert Subjects(stage.console.staff).of("li") is None, "nothing of a person stays who left"
    await told(stage, "staff-subject", account="wang", subject=SUBJECT)
    assert [it["subject"] for it in (await told(stage, "staff-list"))["staff"]] == [SUBJECT]


# --- when it is off, or away ----------


async def test_it_is_off_unless_a_setting_names_one(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    assert provider_of(ConsoleSettings()) is None
    async with stage.browser() as browser:
        assert 'id="provider"' not in (await browser.get("/sign-in")).text
        for path in ("/sign-in/provider", "/sign-in/provider/back?code=x&state=y", "/sign-in/second"):
            assert (await browser.get(path)).status_code == 404


async def test_a_provider_that_is_away_or_another_one_is_said_and_counts_for_nobody(
    both: tuple[Stage, OidcProvider],
) -> None:
    stage, provider = both
    async with stage.browser() as browser:
        back = await there(browser)
        provider.about = {"issuer": "https://elsewhere.example"}
        assert (await browser.get("/sign-in/provider")).status_code == 503
        assert (await browser.get(back)).status_code == 503
        provider.about = {"jwks_uri": "ftp://elsewhere.example/keys"}
        assert (await browser.get("/sign-in/provider")).status_code == 503
    console = stage.console
    assert console.provider is not None
    stage.console = replace(console, provider=replace(console.provider, issuer="http://127.0.0.1:1"))
    stage.app = build_app(stage.console)
    async with stage.browser() as browser:
        assert (await browser.get("/sign-in/provider")).status_code == 503
    assert not stage.console.signing_in.delays.addresses._failures


async def test_the_secret_and_the_code_stand_in_no_log(
    both: tuple[Stage, OidcProvider], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "console")
    stage, provider = both
    provider.claims = {"aud": "another"}
    async with stage.browser() as browser:
        back = await there(browser)
        await refused(stage, browser, back)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("console")]
    assert ours == ["an ID token does not hold: InvalidClaimError aud"]


def test_an_issuer_without_a_client_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="LIANSHEN_CONSOLE_OIDC_CLIENT_ID"):
        ConsoleSettings(console_oidc_issuer="https://sso.example")
