"""Security keys: in place of a code, never in place of the password; asked once, soon, and for this address only."""

import html
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from console.sign_in.keys.ceremonies import Assertion, Challenge, counter_after, id_in
from console.sign_in.keys.relying_party import RelyingParty
from console.sign_in.keys.store import SecurityKey
from console.who import Role
from hypothesis import given
from hypothesis import strategies as st

from tests.support.authenticator import Authenticator
from tests.support.console import PASSWORD, RECOVERY, URL, Stage, StoppedClock


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.add("wang", [Role.OFFICER], "王敏")
    return stage


async def confirmed(stage: Stage, browser: httpx.AsyncClient, do: str, **shown: str) -> httpx.Response:
    """The form of the own account, with a code of now or what is shown in its place."""
    stage.clock.move(minutes=1)
    form = {"do": do, "password": PASSWORD, **(shown or {"code": stage.code()})}
    return await browser.post("/account", data=form)


def options_on(page: httpx.Response) -> dict[str, Any]:
    found = re.search(r'data-new-key="([^"]*)"', page.text)
    assert found is not None
    return dict(json.loads(html.unescape(found[1])))


async def added(stage: Stage, browser: httpx.AsyncClient, key: Authenticator, name: str = "on my desk") -> None:
    assert (await confirmed(stage, browser, "add")).headers["location"] == "/account/key"
    form = {"name": name, "key": key.made(options_on(await browser.get("/account/key")))}
    assert (await browser.post("/account/key", data=form)).headers["location"] == "/account"


async def asked(browser: httpx.AsyncClient) -> dict[str, Any]:
    return dict((await browser.post("/sign-in/key")).json())


async def sign_in(browser: httpx.AsyncClient, key: str, account: str = "wang", password: str = PASSWORD) -> int:
    form = {"account": account, "password": password, "code": "", "key": key}
    return (await browser.post("/sign-in", data=form)).status_code


@pytest.fixture
def key() -> Authenticator:
    return Authenticator(URL)


async def of_wang(stage: Stage, *keys: Authenticator) -> None:
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        for place, one in enumerate(keys):
            await added(stage, browser, one, f"key {place}")


# --- signing in ----------


@pytest.mark.parametrize("counter", [0, None], ids=["a key that counts", "a passkey, which counts nothing"])
async def test_a_key_signs_in_again_and_again_and_the_code_still_does(stage: Stage, counter: int | None) -> None:
    key = Authenticator(URL, counter)
    await of_wang(stage, key)
    async with stage.browser() as browser:
        for _ in range(2):
            assert await sign_in(browser, key.signed(await asked(browser))) == 303
            assert "王敏" in (await browser.get("/account")).text
        stage.clock.move(minutes=1)
        form = {"account": "wang", "password": PASSWORD, "code": stage.code()}
        assert (await browser.post("/sign-in", data=form)).status_code == 303


async def test_a_key_is_no_password(stage: Stage, key: Authenticator) -> None:
    await of_wang(stage, key)
    async with stage.browser() as browser:
        wrong = await sign_in(browser, key.signed(await asked(browser)), password="a wrong password")
        assert wrong == 401


async def test_what_was_signed_counts_once(stage: Stage) -> None:
    """Not even for a passkey, whose counter says nothing."""
    key = Authenticator(URL, None)
    await of_wang(stage, key)
    async with stage.browser() as browser:
        signed = key.signed(await asked(browser))
        cookies = dict(browser.cookies)
        assert await sign_in(browser, signed) == 303
        browser.cookies.update(cookies)
        assert await sign_in(browser, signed) == 401


async def test_a_challenge_is_used_up_by_a_wrong_try_as_well(stage: Stage, key: Authenticator) -> None:
    await of_wang(stage, key)
    async with stage.browser() as browser:
        signed = key.signed(await asked(browser))
        assert await sign_in(browser, signed, password="a wrong password") == 401
        assert await sign_in(browser, signed) == 401


@pytest.mark.parametrize(("minutes", "status"), [(4.9, 303), (5.1, 401)])
async def test_a_challenge_is_short_lived(stage: Stage, key: Authenticator, minutes: float, status: int) -> None:
    await of_wang(stage, key)
    async with stage.browser() as browser:
        signed = key.signed(await asked(browser))
        stage.clock.move(minutes=minutes)
        assert await sign_in(browser, signed) == status


async def test_a_challenge_is_of_our_making(stage: Stage, key: Authenticator) -> None:
    await of_wang(stage, key)
    async with stage.browser() as browser, stage.browser() as stranger:
        assert await sign_in(browser, key.signed({"rpId": "localhost", "challenge": "AAAA"})) == 401
        of_another = await asked(stranger)
        await asked(browser)
        assert await sign_in(browser, key.signed(of_another)) == 401, "each browser has its own"


async def test_a_page_that_only_looks_like_ours_gets_nothing(stage: Stage, key: Authenticator) -> None:
    await of_wang(stage, key)
    async with stage.browser() as browser:
        for origin in ("http://localhost:9999", "https://localhost:8080", "http://127.0.0.1:8080"):
            key.origin = origin
            assert await sign_in(browser, key.signed(await asked(browser))) == 401
        key.origin = URL
        of_another_name = {**await asked(browser), "rpId": "console.example"}
        assert await sign_in(browser, key.signed(of_another_name)) == 401
        assert await sign_in(browser, key.signed(await asked(browser))) == 303


async def test_a_copy_of_a_key_is_found_out_by_its_counter(stage: Stage, key: Authenticator) -> None:
    await of_wang(stage, key)
    copy = Authenticator(URL, key.counter, key.id, key.key)
    async with stage.browser() as browser:
        for _ in range(2):
            assert await sign_in(browser, key.signed(await asked(browser))) == 303
        assert await sign_in(browser, copy.signed(await asked(browser))) == 401


async def test_nobody_signs_in_with_the_key_of_another_one_or_with_one_that_nobody_has(stage: Stage) -> None:
    key, strange = Authenticator(URL), Authenticator(URL)
    await of_wang(stage, key)
    stage.add("li", [Role.CLERK])
    async with stage.browser() as browser:
        assert await sign_in(browser, key.signed(await asked(browser)), "li") == 401
        assert await sign_in(browser, strange.signed(await asked(browser))) == 401
        forged = Authenticator(URL, 5, key.id)
        assert await sign_in(browser, forged.signed(await asked(browser))) == 401


async def test_wrong_keys_are_slowed_like_wrong_codes(stage: Stage, key: Authenticator) -> None:
    await of_wang(stage, key)
    stage.waited.clear()
    async with stage.browser() as browser:
        for _ in range(5):
            assert await sign_in(browser, "{}") == 401
    assert stage.waited == [0, 0, 0, 1, 2]


async def test_nobody_learns_from_the_challenge_who_has_a_key(stage: Stage, key: Authenticator) -> None:
    await of_wang(stage, key)
    async with stage.browser() as browser:
        said = await asked(browser)
    assert said.keys() <= {"challenge", "timeout", "rpId", "allowCredentials", "userVerification"}
    assert not said.get("allowCredentials")


KEPT = SecurityKey("AAAA", "wang", "key", "", 0, StoppedClock().at)


@given(
    st.text(max_size=50)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.dictionaries(st.sampled_from(["id", "rawId", "type", "response", "x"]), inner),
        max_leaves=20,
    ).map(json.dumps)
)
def test_whatever_a_stranger_posts_as_a_key_is_only_wrong(posted: str) -> None:
    assertion = Assertion(posted, Challenge().value, RelyingParty(URL))
    assert isinstance(id_in(assertion), str)
    assert counter_after(assertion, KEPT) is None


# --- adding and removing ----------


async def test_several_keys_each_with_a_name_are_added_and_removed(stage: Stage) -> None:
    one, two = Authenticator(URL), Authenticator(URL)
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        await added(stage, browser, one, "on my desk")
        await added(stage, browser, two, "in my <bag>")
        page = (await browser.get("/account")).text
        assert "on my desk" in page
        assert "in my &lt;bag&gt;" in page
        found = {it.name: it.id for it in stage.console.keys.of("wang")}
        assert (await confirmed(stage, browser, f"remove-{found['on my desk']}")).status_code == 303
        assert [it.name for it in stage.console.keys.of("wang")] == ["in my <bag>"]
    async with stage.browser() as browser:
        assert await sign_in(browser, one.signed(await asked(browser))) == 401
        assert await sign_in(browser, two.signed(await asked(browser))) == 303


async def test_a_change_of_keys_signs_out_every_other_browser(stage: Stage, key: Authenticator) -> None:
    officer = (Role.OFFICER,)
    async with stage.browser(*officer, account="wang") as mine, stage.browser(*officer, account="wang") as other:
        assert (await other.get("/account")).status_code == 200
        await added(stage, mine, key)
        assert (await mine.get("/account")).status_code == 200
        assert (await other.get("/account")).status_code == 303


async def test_no_key_is_added_without_both_factors_just_now(stage: Stage, key: Authenticator) -> None:
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        assert (await confirmed(stage, browser, "add", code="000000")).status_code == 422
        assert (await browser.get("/account/key")).headers["location"] == "/account"
        options = await asked(browser)
        made = key.made({"rp": {"id": "localhost"}, "challenge": options["challenge"]})
        assert (await browser.post("/account/key", data={"name": "x", "key": made})).status_code == 404
        await confirmed(stage, browser, "add")
        made = key.made(options_on(await browser.get("/account/key")))
        stage.clock.move(minutes=6)
        assert (await browser.post("/account/key", data={"name": "x", "key": made})).status_code == 404
    assert stage.console.keys.of("wang") == ()


async def test_a_challenge_to_add_a_key_signs_nobody_in_and_is_one_accounts(stage: Stage, key: Authenticator) -> None:
    await of_wang(stage, key)
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        await confirmed(stage, browser, "add")
        options = options_on(await browser.get("/account/key"))
        signed = key.signed({"rpId": "localhost", "challenge": options["challenge"]})
        assert await sign_in(browser, signed) == 401
        await confirmed(stage, browser, "add")
        options = options_on(await browser.get("/account/key"))
        async with stage.browser(Role.CLERK, account="li") as li:
            li.cookies.set("console-challenge", browser.cookies["console-challenge"])
            form = {"name": "x", "key": Authenticator(URL).made(options)}
            assert (await li.post("/account/key", data=form)).status_code == 404
    assert stage.console.keys.of("li") == ()


@pytest.mark.parametrize("wrong", ["name", "key", "twice", "of another one", "elsewhere"])
async def test_what_cannot_be_added_is_said_and_may_be_tried_again(stage: Stage, wrong: str) -> None:
    there, new = Authenticator(URL), Authenticator(URL)
    await of_wang(stage, there)
    if wrong == "of another one":
        new.id = there.id
    if wrong == "elsewhere":
        new.origin = "https://console.example"
    account = "li" if wrong == "of another one" else "wang"
    async with stage.browser(Role.OFFICER, account=account) as browser:
        await confirmed(stage, browser, "add")
        made = new.made(options_on(await browser.get("/account/key")))
        name = {"name": "", "twice": "key 0"}.get(wrong, "new")
        form = {"name": name, "key": "{}" if wrong == "key" else made}
        page = await browser.post("/account/key", data=form)
        assert page.status_code == 422
        new = Authenticator(URL)
        form = {"name": "new", "key": new.made(options_on(page))}
        assert (await browser.post("/account/key", data=form)).status_code == 303


async def test_a_key_confirms_a_change_as_a_code_does(stage: Stage, key: Authenticator) -> None:
    await of_wang(stage, key)
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        reply = await confirmed(stage, browser, "renew", code="", key=key.signed(await asked(browser)))
        assert reply.headers["location"].startswith("/join/")


async def test_the_last_second_factor_stays(stage: Stage, key: Authenticator) -> None:
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        page = await confirmed(stage, browser, "authenticator")
        assert page.status_code == 422
        assert 'href="#do"' in page.text
        await added(stage, browser, key)
        assert (await confirmed(stage, browser, "authenticator")).status_code == 303
        form = {"account": "wang", "password": PASSWORD}
        for code, status in ((stage.code(1), 401), ("000000", 401), ("", 401), (RECOVERY, 303)):
            assert (await browser.post("/sign-in", data={**form, "code": code})).status_code == status
        [kept] = stage.console.keys.of("wang")
        last = await confirmed(stage, browser, f"remove-{kept.id}", key=key.signed(await asked(browser)))
        assert last.status_code == 422
        assert [it.id for it in stage.console.keys.of("wang")] == [kept.id]
        assert "authenticator" not in re.findall(r'name="do" value="([a-z]+)"', (await browser.get("/account")).text)


async def test_new_secrets_leave_no_key_of_before(stage: Stage, key: Authenticator) -> None:
    await of_wang(stage, key)
    kept = stage.console.staff.secrets("wang")
    assert kept is not None
    stage.console.staff.replace("wang", kept, stage.clock.now())
    assert stage.console.keys.of("wang") == ()


async def test_what_is_not_on_the_list_is_not_changed(stage: Stage, key: Authenticator) -> None:
    stage.add("li", [Role.CLERK])
    await of_wang(stage, key)
    [kept] = stage.console.keys.of("wang")
    async with stage.browser(Role.CLERK, account="li") as browser:
        for do in ("", "everything", f"remove-{kept.id}"):
            assert (await confirmed(stage, browser, do)).status_code == 422
    assert stage.console.keys.of("wang") == (kept,)


# --- where keys work ----------


@pytest.mark.parametrize(
    ("address", "asked_at", "here", "said"),
    [
        ("", "http://localhost:8080", True, "localhost"),
        ("", "http://127.0.0.1:8080", False, "localhost"),
        ("https://console.example", "https://console.example", True, "console.example"),
        ("https://console.example/", "http://localhost:8080", False, "console.example"),
    ],
)
async def test_elsewhere_it_is_said_where_keys_work(
    tmp_path: Path, address: str, asked_at: str, here: bool, said: str
) -> None:
    stage = Stage(tmp_path, more={"address": address})
    transport = httpx.ASGITransport(stage.app)
    async with httpx.AsyncClient(transport=transport, base_url=asked_at, headers={"origin": asked_at}) as browser:
        page = (await browser.get("/sign-in")).text
        assert (await asked(browser))["rpId"] == said
    assert ('data-key="/sign-in/key"' in page) is here
    assert ('id="keys-elsewhere"' in page) is not here
    if not here:
        assert (address.rstrip("/") or "http://localhost:8080") in page
