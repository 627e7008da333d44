"""A token of the command line: given for both factors, good for eight hours, and over with the account's secrets."""

import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from console.who import Role

from tests.support.console import CHEAP, PASSWORD, RECOVERY, Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(tmp_path)
    made.add("wang", [Role.OFFICER], "王敏")
    return made


async def signed_in(stage: Stage, code: str, password: str = PASSWORD) -> httpx.Response:
    typed = {"account": "wang", "password": password, "code": code}
    async with stage.command_line() as terminal:
        return await terminal.post("/command-line/sign-in", json=typed)


async def me(stage: Stage, token: str) -> httpx.Response:
    async with stage.command_line() as terminal:
        return await terminal.post("/command-line/me", json={}, headers={"authorization": f"Bearer {token}"})


@pytest.mark.parametrize("second", ["code", "recovery code"])
async def test_both_factors_give_a_token_of_which_a_hash_is_kept(stage: Stage, second: str) -> None:
    reply = await signed_in(stage, stage.code() if second == "code" else RECOVERY)
    given = reply.json()
    assert (given["account"], given["name"], given["roles"]) == ("wang", "王敏", ["officer"])
    assert (datetime.fromisoformat(given["ends"]) - stage.clock.now()).total_seconds() == 8 * 3600
    assert (await me(stage, given["token"])).json()["name"] == "王敏"
    for file in stage.folder.iterdir():
        assert given["token"].encode() not in file.read_bytes()
    assert (await signed_in(stage, RECOVERY if second != "code" else stage.code())).status_code == 401, "used up"


async def test_what_is_wrong_gives_nothing_and_is_slowed_as_at_the_pages(stage: Stage) -> None:
    assert (await signed_in(stage, stage.code(), "another password")).status_code == 401
    for _ in range(4):
        assert (await signed_in(stage, "123456")).json()["title"] == "not signed in"
    assert stage.waited[-1] > 0
    async with stage.browser() as browser:
        await browser.post("/sign-in", data={"account": "wang", "password": "x", "code": "1"})
    assert stage.waited[-1] > 1, "the failures of both ways are counted together"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"account": 7}', b'{"account": "wang", "password": "x"}'])
async def test_what_is_no_sign_in_is_refused_and_not_repeated(stage: Stage, body: bytes) -> None:
    async with stage.command_line() as terminal:
        headers = {"content-type": "application/json"}
        reply = await terminal.post("/command-line/sign-in", content=body, headers=headers)
    assert reply.status_code in (400, 422)
    assert "wang" not in reply.text


async def test_it_ends_after_eight_hours(stage: Stage) -> None:
    token = stage.token(account="wang")
    stage.clock.move(hours=7, minutes=59)
    assert (await me(stage, token)).status_code == 200
    stage.clock.move(minutes=1)
    assert (await me(stage, token)).status_code == 401


def _removed(stage: Stage) -> None:
    stage.console.staff.remove("wang", "周局长", stage.clock.now())


def _new_secrets(stage: Stage) -> None:
    kept = stage.console.staff.secrets("wang")
    assert kept is not None
    stage.console.staff.replace("wang", replace(kept, password=CHEAP.hash("noch eine lange Reihe")), stage.clock.now())


def _removed_and_added(stage: Stage) -> None:
    _removed(stage)
    stage.add("wang", [Role.HEAD], "王敏")


@pytest.mark.parametrize("change", [_removed, _new_secrets, _removed_and_added])
async def test_it_is_over_with_the_account_and_with_its_secrets(stage: Stage, change: Any) -> None:
    token = stage.token(account="wang")
    assert (await me(stage, token)).status_code == 200
    change(stage)
    assert (await me(stage, token)).status_code == 401


async def test_roles_are_those_of_now(stage: Stage) -> None:
    token = stage.token(account="wang")
    stage.console.staff.give_roles("wang", [Role.CLERK], "周局长", stage.clock.now())
    assert (await me(stage, token)).json()["roles"] == ["clerk"]


async def test_signing_out_ends_this_token_alone(stage: Stage) -> None:
    here, elsewhere = stage.token(account="wang"), stage.token(account="wang")
    async with stage.command_line() as terminal:
        headers = {"authorization": f"Bearer {here}"}
        assert (await terminal.post("/command-line/sign-out", json={}, headers=headers)).status_code == 200
    assert [(await me(stage, token)).status_code for token in (here, elsewhere)] == [401, 200]


async def test_an_account_has_ten_tokens_and_what_has_ended_is_not_kept(stage: Stage) -> None:
    tokens = []
    for _ in range(11):
        tokens.append(stage.token(account="wang"))
        stage.clock.move(seconds=1)
    assert [(await me(stage, token)).status_code for token in tokens] == [401] + [200] * 10
    stage.clock.move(hours=9)
    stage.token(account="wang")
    rows = sqlite3.connect(stage.folder / "staff.sqlite").execute("SELECT count(*) FROM token").fetchone()
    assert rows == (1,)


async def test_a_request_from_another_site_is_refused_even_with_a_token(stage: Stage) -> None:
    headers = {"authorization": f"Bearer {stage.token(account='wang')}", "origin": "http://elsewhere"}
    async with stage.command_line() as terminal:
        assert (await terminal.post("/command-line/me", json={}, headers=headers)).status_code == 403
