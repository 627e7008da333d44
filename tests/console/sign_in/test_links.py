"""Links by which staff set their own secrets: the first one while nobody exists, once, for a quarter of an hour."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from console.sign_in.commands import commands
from console.who import Role

from chassis.errors import CommandRefused
from tests.support.console import PASSWORD, RECOVERY, Stage

NEW = "ein anderer langer Satz"
HEAD = "周局长"
FORM = {"account": "wang", "name": "王敏", "password": NEW, "again": NEW}


async def told(stage: Stage, verb: str, **request: Any) -> dict[str, Any]:
    command = next(one for one in commands(stage.console) if one.verb == verb)
    by = {"by": HEAD} if "by" in command.asks.model_fields else {}
    return await command.do(command.asks.model_validate({**by, **request}))


async def first_link(stage: Stage) -> str:
    return str((await told(stage, "staff-first"))["path"])


async def taken(browser: httpx.AsyncClient, path: str, **other: str) -> httpx.Response:
    """Up to the picture for the telephone, or the page that says what is wrong."""
    form = {**FORM, **other, "token": path.rsplit("/", 1)[1]}
    reply = await browser.post("/join", data=form)
    return await browser.get(reply.headers["location"]) if reply.status_code == 303 else reply


def seed_on(page: httpx.Response) -> str:
    found = re.search(r'<code class="code">([A-Z2-7 ]+)</code>', page.text)
    assert found is not None
    return found[1].replace(" ", "")


async def joined(stage: Stage, browser: httpx.AsyncClient, path: str, **other: str) -> list[str]:
    """The whole way; gives the recovery codes."""
    seed = seed_on(await taken(browser, path, **other))
    reply = await browser.post("/join/second", data={"code": pyotp.TOTP(seed).at(stage.clock.wall())})
    assert reply.headers["location"] == "/join/codes"
    codes = re.findall(r'<code class="code">([0-9A-Z-]{19})</code>', (await browser.get("/join/codes")).text)
    again = (await browser.get("/join/codes")).text
    assert not [code for code in codes if code in again], "whoever comes to this browser later reads none"
    assert (await browser.post("/join/codes")).headers["location"] == "/"
    return codes


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


async def test_the_first_link_makes_an_account_with_every_role_and_signs_it_in(stage: Stage) -> None:
    async with stage.browser() as browser:
        path = await first_link(stage)
        assert 'name="account"' in (await browser.get(path)).text
        codes = await joined(stage, browser, path)
        page = (await browser.get("/")).text
        assert "王敏" in page
        assert len(set(codes)) == 10
        found = stage.console.staff.of("wang")
        assert found is not None
        assert found.roles == frozenset(Role)
        assert (await browser.get("/join/codes")).status_code == 404, "they are shown once"
    async with stage.browser() as browser:
        for status in (303, 401):
            form = {"account": "wang", "password": NEW, "code": codes[0]}
            assert (await browser.post("/sign-in", data=form)).status_code == status


async def test_a_link_is_good_once(stage: Stage) -> None:
    async with stage.browser() as browser, stage.browser() as another:
        path = await first_link(stage)
        seed = seed_on(await taken(another, path, account="li", name="李强"))
        await joined(stage, browser, path)
        assert (await another.get(path)).status_code == 404
        assert (await taken(another, path)).status_code == 404
        late = await another.post("/join/second", data={"code": pyotp.TOTP(seed).at(stage.clock.wall())})
        assert late.status_code == 404
    assert [it.account for it in stage.console.staff.all()] == ["wang"]


@pytest.mark.parametrize(("minutes", "status"), [(14.9, 200), (15, 404)])
async def test_a_link_is_good_for_a_quarter_of_an_hour(stage: Stage, minutes: float, status: int) -> None:
    path = await first_link(stage)
    stage.clock.move(minutes=minutes)
    async with stage.browser() as browser:
        assert (await browser.get(path)).status_code == status
        assert ((await taken(browser, path)).status_code == 200) is (status == 200)


async def test_time_runs_out_before_the_second_factor_too(stage: Stage) -> None:
    async with stage.browser() as browser:
        seed = seed_on(await taken(browser, await first_link(stage)))
        stage.clock.move(minutes=15)
        late = await browser.post("/join/second", data={"code": pyotp.TOTP(seed).at(stage.clock.wall())})
        assert late.status_code == 404
    assert stage.console.staff.all() == ()


async def test_there_is_a_first_link_only_while_nobody_exists(stage: Stage) -> None:
    path = await first_link(stage)
    again = await first_link(stage)
    async with stage.browser() as browser:
        assert (await browser.get(path)).status_code == 404, "a new one takes its place"
        stage.add("li", [Role.OFFICER])
        assert (await browser.get(again)).status_code == 404
    with pytest.raises(CommandRefused):
        await first_link(stage)


async def test_a_link_for_somebody_new_fixes_account_name_and_roles(stage: Stage) -> None:
    stage.add("wang", Role)
    path = (await told(stage, "staff-add", account="li", name="李强", roles=["clerk"]))["path"]
    async with stage.browser() as browser:
        await joined(stage, browser, path, account="root", name="王敏")
    found = stage.console.staff.of("li")
    assert found is not None
    assert (found.name, found.roles) == ("李强", {Role.CLERK})
    assert stage.console.staff.of("root") is None
    async with stage.browser() as another:
        assert (await another.get(path)).status_code == 404, "it is used up"


async def test_nobody_is_given_the_account_or_the_name_of_another_one(stage: Stage) -> None:
    stage.add("wang", Role, "王敏")
    for account, name in (("wang", "王"), ("wang2", "王敏")):
        with pytest.raises(CommandRefused):
            await told(stage, "staff-add", account=account, name=name, roles=["clerk"])


async def test_a_lost_telephone_is_replaced_by_a_link_and_the_old_secrets_hold_until_then(stage: Stage) -> None:
    stage.add("wang", [Role.OFFICER], "王敏")
    path = (await told(stage, "staff-reset", account="wang"))["path"]
    form = {"account": "wang", "password": PASSWORD}
    async with stage.browser() as browser:
        assert (await browser.post("/sign-in", data={**form, "code": stage.code()})).status_code == 303
        stage.clock.move(minutes=1)
        await joined(stage, browser, path)
        for secret in (stage.code(), RECOVERY):
            assert (await browser.post("/sign-in", data={**form, "code": secret})).status_code == 401
    found = stage.console.staff.of("wang")
    assert found is not None
    assert found.roles == {Role.OFFICER}


async def test_a_person_changes_their_own_secrets_with_the_old_ones(stage: Stage) -> None:
    async with stage.browser(Role.CLERK, account="wang", name="王敏") as browser:
        wrong = await browser.post("/account", data={"do": "renew", "password": PASSWORD, "code": "000000"})
        assert wrong.status_code == 422
        sent_on = await browser.post("/account", data={"do": "renew", "password": PASSWORD, "code": stage.code()})
        before = dict(browser.cookies)
        await joined(stage, browser, sent_on.headers["location"])
        assert (await browser.get("/")).status_code == 200
        browser.cookies.clear()
        browser.cookies.update(before)
        assert (await browser.get("/")).status_code == 303, "every session of before is over"


async def test_who_was_removed_takes_no_link_that_is_still_out(stage: Stage) -> None:
    stage.add("wang", Role)
    stage.add("li", [Role.CLERK])
    path = (await told(stage, "staff-reset", account="li"))["path"]
    await told(stage, "staff-remove", account="li")
    async with stage.browser() as browser:
        assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account", "9lives"),
        ("account", "a"),
        ("account", "wang min"),
        ("name", ""),
        ("name", "王\u200b敏"),
        ("name", "王" * 41),
        ("password", "short"),
        ("password", "aaaaaaaaaaaaaaaa"),
        ("password", "wang-wang-wang-1"),
        ("password", "x" * 201),
        ("again", "another one"),
    ],
)
async def test_what_is_not_taken_is_said_at_its_field(stage: Stage, field: str, value: str) -> None:
    async with stage.browser() as browser:
        typed = {field: value} if field != "password" else {field: value, "again": value}
        page = await taken(browser, await first_link(stage), **typed)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert NEW not in page.text


async def test_only_a_hash_of_a_link_is_kept_and_what_was_changed_stays(stage: Stage) -> None:
    path = await first_link(stage)
    async with stage.browser() as browser:
        await joined(stage, browser, path)
    await told(stage, "staff-roles", account="wang", roles=["viewer"])
    await told(stage, "staff-remove", account="wang")
    said = sqlite3.connect(stage.folder / "staff.sqlite").execute("SELECT account, what FROM change").fetchall()
    assert [what.partition(":")[0] for _, what in said] == [
        "invited by the command line", "added", "roles by 周局长", "removed by 周局长"
    ]  # fmt: skip
    for file in stage.folder.iterdir():
        assert path.rsplit("/", 1)[1].encode() not in file.read_bytes()


async def test_who_invited_to_new_secrets_and_when_they_were_taken_is_kept(stage: Stage) -> None:
    stage.add("wang", [Role.CLERK])
    async with stage.browser() as browser:
        await joined(stage, browser, (await told(stage, "staff-reset", account="wang"))["path"])
    async with stage.browser(Role.CLERK, account="li") as browser:
        await browser.post("/account", data={"do": "renew", "password": PASSWORD, "code": stage.code()})
    said = sqlite3.connect(stage.folder / "staff.sqlite").execute("SELECT account, what FROM change").fetchall()
    assert said == [
        ("wang", "added: clerk"),
        ("wang", "invited by 周局长"),
        ("wang", "new secrets"),
        ("li", "added: clerk"),
        ("li", "invited by li"),
    ]


@pytest.mark.parametrize(
    "name", ["the family", "The\u3000Family", "王\u200b敏", " 王 敏", "王\u00b7敏", "李强 [演练 drill]"]
)
async def test_a_name_that_reads_as_another_ones_is_not_given(stage: Stage, name: str) -> None:
    stage.add("wang", [Role.CLERK], "王敏")
    with pytest.raises(CommandRefused) as refused:
        await told(stage, "staff-add", account="li", name=name, roles=["viewer"])
    assert refused.value.status == 409


async def test_nobody_takes_the_familys_word_as_their_name_by_the_first_link(stage: Stage) -> None:
    async with stage.browser() as browser:
        page = await taken(browser, await first_link(stage), name="The Family")
        code = pyotp.TOTP(seed_on(page)).at(stage.clock.wall())
        assert (await browser.post("/join/second", data={"code": code})).status_code == 400
    assert stage.console.staff.all() == ()
