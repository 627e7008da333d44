"""What `lianshen up` says of the console: the first link only on a terminal, and only while nobody has an account."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from chassis.errors import CommandRefused
from lianshen import first_account
from lianshen.embedded.system import System

LINK = {"path": "/join/a-token", "minutes": 15}


class Started:
    """A system of which only the console's address is asked."""

    def __init__(self, url: str | None = "http://127.0.0.1:8080") -> None:
        self.console_url = url

    @asynccontextmanager
    async def connected(self, user: str) -> AsyncIterator[None]:
        assert user == "operator"
        yield None


async def said(
    monkeypatch: pytest.MonkeyPatch, staff: list[str] | None, *, terminal: bool, system: Started | None = None
) -> str:
    async def call(nc: object, service: str, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        if staff is None:
            raise CommandRefused(503, "console does not answer", "")
        return {"staff": staff} if verb == "staff-list" else LINK

    monkeypatch.setattr(first_account, "call", call)
    words: list[str] = []
    await first_account.say_where_staff_sign_in(cast(System, system or Started()), words.append, terminal)
    return "\n".join(words)


async def test_the_first_link_is_for_a_terminal_and_for_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "http://127.0.0.1:8080/join/a-token" in await said(monkeypatch, [], terminal=True)
    without = await said(monkeypatch, [], terminal=False)
    assert "a-token" not in without
    assert "lianshen staff first" in without


async def test_once_somebody_has_an_account_there_is_no_first_link(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await said(monkeypatch, ["wang"], terminal=True) == ""


async def test_a_console_that_does_not_answer_ends_no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "console does not answer" in await said(monkeypatch, None, terminal=True)
    assert await said(monkeypatch, [], terminal=True, system=Started(None)) == ""
