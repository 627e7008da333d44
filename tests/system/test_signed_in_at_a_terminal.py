"""Outside a drill a person's command needs a person: `lianshen login`, and the name that the console knows."""

import json
from pathlib import Path

import pytest

from chassis.commands import call
from chassis.errors import CommandRefused
from chassis.log.follow import records
from chassis.log.history import History
from contracts.looks import STREAM, Look, looks_at
from lianshen.embedded.client import connected
from lianshen.embedded.data_dir import DataDir
from tests.support.signed_in import joined
from tests.support.up import Up, up

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
NO_DRILL = {"LIANSHEN_DRILL_TYPED_NAMES": "false"}
WHY = ("--reason", "they moved away")
NAME = "周局长"


async def refused(running: Up, *arguments: str) -> str:
    code, out, err = await running.cli(*arguments)
    assert (code, out) == (1, ""), out
    return err


async def looks(running: Up, number: str) -> list[tuple[str, str]]:
    async with connected(running.data.path) as nc:
        history = History(nc, STREAM)
        await history.start()
        found = [Look.model_validate_json(one.body) async for one in records(history, looks_at(number))]
    return [(look.by, look.reason) for look in found]


async def test_what_a_person_does_carries_the_name_that_they_signed_in_with(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    async with up(data, "--console", **NO_DRILL) as running:
        head = await joined(await running.do("staff", "first"), "zhou", NAME)
        number = await running.apply()
        token = data.path / "token.json"

        # Nobody signed in: nothing is done, shown or recorded, and a typed name does not help.
        assert "lianshen login" in await refused(running, "withdraw", number, *WHY)
        assert "--by counts in drills only" in await refused(running, "withdraw", number, *WHY, "--by", "officer Li")
        for command in (("status", number, "--why", "decide"), ("prove", number, "--why", "decide")):
            assert "lianshen login" in await refused(running, *command)
        assert "lianshen login" in await refused(running, "staff", "remove", "zhou")
        assert await looks(running, number) == []
        await the_operator_cannot_either(running, number)
        code, _, err = await running.cli("login", typed="zhou\nnot the password\n000000\n")
        assert (code, token.exists(), "not signed in" in err) == (1, False, True)

        code, _, err = await head.login(running)
        assert (code, NAME in err) == (0, True), err
        assert token.stat().st_mode & 0o777 == 0o600
        assert NAME in await running.do("whoami")
        assert "--why" in await refused(running, "status", number)
        assert (json.loads(await running.do("status", number, "--why", "decide")))["application_number"] == number
        assert json.loads(await running.do("prove", number, "--why", "supervision"))
        assert await looks(running, number) == [(NAME, "decide"), (NAME, "supervision")]
        await running.do("department", "pause", "tax", "--reason", "their cooling failed")
        assert await running.do("department", "resume", "tax") == "tax is asked again\n"
        assert json.loads(await running.do("withdraw", number, *WHY))["state"] == "withdrawn"
        assert f"withdrawn by {NAME}: they moved away" in await running.do("follow", number, "--once")

        # A file that others can read does not count.
        token.chmod(0o640)
        assert "read by others" in await refused(running, "whoami")
        token.chmod(0o600)
        await running.do("logout")
        assert not token.exists()
        assert "lianshen login" in await refused(running, "whoami")
        assert "clean" in await running.do("audit")


async def the_operator_cannot_either(running: Up, number: str) -> None:
    """Whoever has the operator's seed sends no such command past the console."""
    async with connected(running.data.path) as nc:
        request = {"application": number, "reason": "none", "by": "officer Li"}
        with pytest.raises(CommandRefused) as silence:
            await call(nc, "intake", "withdraw", request, timeout=1)
    assert silence.value.status == 503


async def test_in_a_drill_a_typed_name_is_marked(tmp_path: Path) -> None:
    async with up(DataDir(tmp_path / "data")) as running:
        number = await running.apply()
        assert "say --by NAME, since this is a drill" in await refused(running, "withdraw", number, *WHY)
        await running.do("withdraw", number, *WHY, "--by", "officer Li")
        assert "withdrawn by officer Li [演练 DRILL]" in await running.do("follow", number, "--once")
