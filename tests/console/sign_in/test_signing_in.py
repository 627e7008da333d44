"""Signing in at the console: both factors or nothing, and nobody can shut another one out."""

import asyncio
import logging
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from console.who import Role
from prometheus_client import REGISTRY

from tests.support.console import PASSWORD, RECOVERY, SEED, URL, Stage

OFFICER = (Role.OFFICER,)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.add("wang", OFFICER, "王敏")
    return stage


async def sign_in(browser: httpx.AsyncClient, code: str, password: str = PASSWORD, account: str = "wang") -> int:
    form = {"account": account, "password": password, "code": code, "to": "/account"}
    return (await browser.post("/sign-in", data=form)).status_code


async def test_both_factors_let_a_person_in_and_on_to_the_page_they_asked_for(stage: Stage) -> None:
    async with stage.browser() as browser:
        sent_on = await browser.get("/account")
        assert sent_on.headers["location"] == "/sign-in?to=%2Faccount"
        assert 'value="/account"' in (await browser.get(sent_on.headers["location"])).text
        assert await sign_in(browser, stage.code()) == 303
        assert "王敏" in (await browser.get("/account")).text


@pytest.mark.parametrize(
    ("account", "password", "code"),
    [("wang", PASSWORD, "000000"), ("wang", "a wrong password", ""), ("li", PASSWORD, ""), ("", "", "")],
)
async def test_whatever_is_wrong_the_answer_is_the_same(stage: Stage, account: str, password: str, code: str) -> None:
    async with stage.browser() as browser:
        form = {"account": account, "password": password, "code": code or stage.code()}
        wrong = await browser.post("/sign-in", data=form)
        usual = await browser.post("/sign-in", data={"account": account, "password": "x", "code": "y"})
    assert (wrong.status_code, wrong.text) == (401, usual.text)
    assert "set-cookie" not in wrong.headers


async def test_a_code_counts_once_and_so_does_none_before_it(stage: Stage) -> None:
    async with stage.browser() as browser:
        assert await sign_in(browser, stage.code(1)) == 303
        assert await sign_in(browser, stage.code(1)) == 401
        assert await sign_in(browser, stage.code()) == 401
        stage.clock.move(minutes=1)
        assert await sign_in(browser, stage.code()) == 303


@pytest.mark.parametrize(("late", "status"), [(-2, 401), (-1, 303), (0, 303), (1, 303), (2, 401)])
async def test_a_telephones_clock_may_be_off_by_half_a_minute(stage: Stage, late: int, status: int) -> None:
    async with stage.browser() as browser:
        assert await sign_in(browser, stage.code(late)) == status


async def test_a_rehearsals_clock_moves_no_telephone(stage: Stage) -> None:
    stage.clock.ahead = timedelta(days=400)
    async with stage.browser() as browser:
        assert await sign_in(browser, stage.code()) == 303


async def test_a_recovery_code_counts_once_however_it_is_typed(stage: Stage) -> None:
    async with stage.browser() as browser:
        assert await sign_in(browser, RECOVERY, "a wrong password") == 401
        assert await sign_in(browser, RECOVERY.lower().replace("-", " ").replace("1", "l")) == 303
        assert await sign_in(browser, RECOVERY) == 401


@pytest.mark.parametrize("there", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "x"])
async def test_nobody_is_sent_on_to_another_site(stage: Stage, there: str) -> None:
    async with stage.browser() as browser:
        form = {"account": "wang", "password": PASSWORD, "code": stage.code(), "to": there}
        assert (await browser.post("/sign-in", data=form)).headers["location"] == "/"


# --- nobody can shut another one out ---------------------------------------------------------------------------------


async def test_a_try_waits_longer_after_each_failure_and_never_beyond_a_bound(stage: Stage) -> None:
    async with stage.browser() as browser:
        for _ in range(30):
            assert await sign_in(browser, "x", "wrong") == 401
        assert stage.waited[:8] == [0, 0, 0, 1, 2, 4, 8, 8]
        assert max(stage.waited) == 8
        assert await sign_in(browser, stage.code()) == 303
        assert stage.waited[-1] == 8
        stage.clock.move(minutes=15)
        assert await sign_in(browser, stage.code()) == 303
        assert stage.waited[-1] == 0


async def test_failures_are_counted_for_operations_without_a_name(stage: Stage) -> None:
    def counted() -> list[float]:
        names = ({"app": "console", "slowed": slowed} for slowed in ("no", "yes"))
        return [REGISTRY.get_sample_value("lianshen_sign_in_failures_total", one) or 0 for one in names]

    before = counted()
    async with stage.browser() as browser:
        for _ in range(5):
            assert await sign_in(browser, "x", "wrong") == 401
    assert [now - then for then, now in zip(before, counted(), strict=True)] == [3, 2]


async def test_a_hundred_strangers_keep_nobody_out(stage: Stage) -> None:
    """Each from an address of their own, over a day, at an account whose name they know."""
    for place in range(100):
        transport = httpx.ASGITransport(stage.app, client=(f"192.0.2.{place}", 1))
        async with httpx.AsyncClient(transport=transport, base_url=URL) as stranger:
            stranger.headers["origin"] = URL
            assert await sign_in(stranger, "000000", "wrong") == 401
        stage.clock.move(minutes=10)
    async with stage.browser() as browser:
        assert await sign_in(browser, stage.code()) == 303
    assert stage.waited[-1] <= 8


async def test_who_knows_the_password_guesses_no_code_and_keeps_its_owner_out_of_nothing(stage: Stage) -> None:
    """After ten wrong codes behind the right password a right one alone is no longer enough; two in a row are."""
    async with stage.browser() as browser:
        for _ in range(10):
            assert await sign_in(browser, "000000") == 401
        assert await sign_in(browser, stage.code()) == 401
        assert await sign_in(browser, f"{stage.code(1)} {stage.code()}") == 401
        assert await sign_in(browser, f"{stage.code()} {stage.code(1)}") == 303
        stage.clock.move(days=1, minutes=1)
        assert await sign_in(browser, stage.code()) == 303


async def test_wrong_passwords_ask_nobody_for_a_second_code(stage: Stage) -> None:
    async with stage.browser() as browser:
        for _ in range(50):
            assert await sign_in(browser, "000000", "wrong") == 401
        assert await sign_in(browser, stage.code()) == 303


async def test_a_flood_from_one_address_refuses_that_address_only(stage: Stage) -> None:
    gate = asyncio.Event()

    async def waiting(_: float) -> None:
        await gate.wait()

    stage.console.signing_in.sleep = waiting
    transport = httpx.ASGITransport(stage.app, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url=URL) as flood, stage.browser() as browser:
        flood.headers["origin"] = URL
        tries = [asyncio.create_task(sign_in(flood, "x", "wrong")) for _ in range(25)]
        mine = asyncio.create_task(sign_in(browser, stage.code()))
        await asyncio.sleep(0.05)
        gate.set()
        assert sorted(await asyncio.gather(*tries)) == [401] * 20 + [429] * 5
        assert await mine == 303


async def test_a_browser_that_was_signed_in_before_waits_for_no_stranger(stage: Stage) -> None:
    """Not at its account, and not behind the same address, as an ingress makes it one for all."""
    async with stage.browser() as browser, stage.browser() as stranger:
        assert await sign_in(browser, stage.code()) == 303
        await browser.post("/sign-out")
        stage.clock.move(minutes=1)
        for _ in range(30):
            assert await sign_in(stranger, "x", "wrong") == 401
        with ExitStack() as full:
            for _ in range(20):
                full.enter_context(stage.console.signing_in.delays.place("unknown"))
                full.enter_context(stage.console.signing_in.delays.place("127.0.0.1"))
            assert await sign_in(stranger, "x", "wrong") == 429
            assert await sign_in(browser, stage.code()) == 303
        assert stage.waited[-1] == 0


async def test_a_known_browser_is_known_for_its_account_only_and_slowed_by_its_own_failures(stage: Stage) -> None:
    stage.add("li", OFFICER)
    async with stage.browser() as browser:
        assert await sign_in(browser, stage.code()) == 303
        for _ in range(8):
            assert await sign_in(browser, "x", "wrong") == 401
        assert stage.waited[-1] == 8
        assert await sign_in(browser, "x", "wrong", account="li") == 401
        assert stage.waited[-1] == 0
        kept = stage.console.staff.secrets("wang")
        assert kept is not None
        stage.console.staff.replace("wang", kept, stage.clock.now())
        assert await sign_in(browser, "x", "wrong") == 401
        assert stage.waited[-1] == 0, "after new secrets it is a browser like any other"


# --- sessions --------------------------------------------------------------------------------------------------------


async def test_a_session_ends_with_the_account_with_new_secrets_and_by_itself(stage: Stage) -> None:
    staff = stage.console.staff
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        assert (await browser.get("/")).status_code == 200
        staff.give_roles("wang", [Role.CLERK], "王敏", stage.clock.now())
        assert "部门经办" in (await browser.get("/")).text
        kept = staff.secrets("wang")
        assert kept is not None
        staff.replace("wang", kept, stage.clock.now())
        assert (await browser.get("/")).status_code == 303
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        staff.remove("wang", "王敏", stage.clock.now())
        assert (await browser.get("/")).status_code == 303
        stage.add("wang", OFFICER)
        assert (await browser.get("/")).status_code == 303
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        stage.clock.move(hours=1)
        assert (await browser.get("/")).status_code == 303


async def test_signing_out_forgets_the_browser(stage: Stage) -> None:
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        cookies = dict(browser.cookies)
        assert (await browser.post("/sign-out")).status_code == 303
        browser.cookies.update(cookies)
        assert (await browser.get("/")).status_code == 303


async def test_a_form_from_elsewhere_signs_nobody_in_or_out(stage: Stage) -> None:
    async with stage.browser(Role.OFFICER, account="wang") as browser:
        elsewhere = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
        assert (await browser.post("/sign-out", headers=elsewhere)).status_code == 403
        assert (await browser.post("/sign-in", headers=elsewhere, data={})).status_code == 403
        assert (await browser.get("/")).status_code == 200


async def test_no_secret_stands_in_a_log_or_in_an_address(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with stage.browser() as browser:
        code = stage.code()
        await sign_in(browser, code)
        await sign_in(browser, RECOVERY, "another password")
        said = [*browser.cookies.values(), PASSWORD, SEED, RECOVERY, "another password"]
    # httpx logs addresses, the others headers and bodies.
    assert not [secret for secret in said if secret in caplog.text]


async def test_the_file_of_accounts_is_nobody_elses_and_holds_no_password(stage: Stage) -> None:
    for file in stage.folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name
        assert PASSWORD.encode() not in file.read_bytes()
        assert RECOVERY.replace("-", "").encode() not in file.read_bytes()


# --- what strangers leave behind -------------------------------------------------------------------------------------


async def test_what_a_stranger_types_is_not_kept_and_is_soon_forgotten(stage: Stage) -> None:
    delays = stage.console.signing_in.delays
    async with stage.browser() as browser:
        for place in range(50):
            assert await sign_in(browser, "x", "wrong", f"Somebody {place} " * 100) == 401
        assert await sign_in(browser, "x", "wrong", "x" * 10_000) == 413
        kept = list(delays.accounts._failures)
        assert kept == ["no account"]
        stage.clock.move(minutes=15)
        assert await sign_in(browser, "x", "wrong", "li") == 401
        assert list(delays.accounts._failures) == ["li"]


async def test_no_account_has_the_name_under_which_what_is_none_counts(stage: Stage) -> None:
    async with stage.browser() as browser:
        for _ in range(30):
            assert await sign_in(browser, "x", "wrong", "No such thing!") == 401
        stage.clock.move(seconds=1)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(stage.app, client=("192.0.2.9", 1)), base_url=URL
    ) as mine:
        mine.headers["origin"] = URL
        assert await sign_in(mine, stage.code()) == 303
        assert stage.waited[-1] == 0
