"""Departments that were added, on a real system: listed, paused, rotated, revoked, each by the command line."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence.dossier.verify import verify
from lianshen.embedded.data_dir import DataDir
from tests.support.up import ROOT, Up, environment, lianshen, up
from tests.support.waiting import until

pytestmark = pytest.mark.slow

RESPONDER = ROOT / "examples/departments/tax_signed.py"
BY = ("--by", "operations")


@asynccontextmanager
async def responder(data: DataDir) -> AsyncIterator[asyncio.subprocess.Process]:
    """The example, started as `department add` says: with the files of its folder."""
    settings = f"{data.path}/departments/tax/attach.env"
    command = f"set -a; . {settings}; REGISTER=examples/worlds/sample/tax.csv; exec {sys.executable} {RESPONDER}"
    process = await asyncio.create_subprocess_exec("sh", "-c", command, cwd=ROOT, env=environment())
    try:
        yield process
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 30)


async def added(data: DataDir, *options: str) -> None:
    code, _, err = await lianshen(data, "department", "add", *options)
    assert code == 0, err


async def test_a_department_that_was_added_first_is_not_simulated_and_its_signature_counts(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    await added(data, "tax", "--by", "bus", "--signature", "required")
    async with up(data) as running:
        assert any("not simulated: tax (by bus)" in line for line in running.said)
        assert any("signing keys are registered now: tax" in line for line in running.said)
        state = await running.state("tax")
        assert (state["attached_by"], state["signatures"], len(state["keys"])) == ("bus", "required", 1)
        number = await running.apply()
        async with responder(data):
            await running.until(number, "tax")
        assert "tax" in await running.do("department", "list")
        assert await running.do("audit") == "clean: every invariant holds\n"


async def test_departments_are_attached_to_a_running_system_and_simulated_no_more(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    async with up(data) as running:
        [simulated] = (await running.state("tax"))["keys"]
        code, out, err = await running.cli("department", "add", "tax", "--by", "bus", "--signature", "required")
        assert code == 0, err
        assert "it is asked by bus now" in err
        assert "lianshen up" not in out + err, "nothing is started again"
        await until(lambda: any("tax is simulated no more: it is attached by bus" in line for line in running.said))
        keys = {key["kid"]: key["counts"] for key in (await running.state("tax"))["keys"]}
        assert keys.pop(simulated["kid"]) is False, "nobody else speaks for it any more"
        assert list(keys.values()) == [True]
        code, _, err = await running.cli("department", "add", "social-security", "--by", "clerk")
        assert (code, "it is asked by clerk now" in err) == (0, True), err
        number = await running.apply()
        await running.until(number, "civil-affairs")
        waits = {one["department"] for one in (await running.status(number))["waiting_for"]}
        assert {"tax", "social-security"} <= waits
        async with responder(data):
            await running.until(number, "tax")
        assert "social-security" in await running.do("department", "list")
        assert await running.do("clerk", "questions", "social-security")
        assert await running.do("audit") == "clean: every invariant holds\n"


async def test_a_department_is_paused_and_asked_again(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    async with up(data) as running:
        code, _, err = await running.cli("department", "pause", "tax", *BY)
        assert (code, "--reason" in err) == (2, True)
        paused = await running.do("department", "pause", "tax", *BY, "--reason", "their cooling failed")
        assert paused == "tax is asked nothing now\n"
        number = await running.apply()
        await running.until(number, "civil-affairs")
        assert await running.waits_for(number, "tax")
        assert "tax is not asked: paused: their cooling failed" in await running.do("department", "list")
        assert await running.do("department", "resume", "tax", *BY) == "tax is asked again\n"
        await running.until(number, "tax")
        assert await running.do("department", "resume", "tax", *BY) == "tax was not paused\n"


async def test_rotated_credentials_replace_the_old_ones_and_what_was_signed_stays_believed(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    await added(data, "tax", "--by", "bus", "--signature", "required")
    seed, key = (data.path / "departments/tax" / name for name in ("nats.seed", "signing.jwk"))
    async with up(data) as running:
        async with responder(data):
            first = await running.apply()
            await running.until(first, "tax")
            before = seed.read_text(), json.loads(key.read_text())["kid"]
            assert await running.do("department", "rotate", "tax", *BY) == f"{data.path}/departments/tax\n"
            after = seed.read_text(), json.loads(key.read_text())["kid"]
            assert before[0] != after[0] == data.department_seed("tax").read_text()
            keys = {it["kid"]: it for it in (await running.state("tax"))["keys"]}
            assert keys.keys() == {before[1], after[1]}
            assert keys[after[1]]["counts"]
            ends = datetime.fromisoformat(keys[before[1]]["until"]) - datetime.now(UTC)
            assert ends < timedelta(seconds=31), "what is on its way may still come, and nothing later"
            second = await running.apply()
            await running.until(second, "civil-affairs")
            assert await running.waits_for(second, "tax"), "the old process is let in no more"
        async with responder(data):
            await running.until(second, "tax")
        assert await running.do("audit") == "clean: every invariant holds\n"


async def test_a_revoked_department_is_shut_out_until_it_is_rotated_and_resumed(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    await added(data, "tax", "--by", "bus")
    async with up(data) as running:
        async with responder(data):
            code, out, err = await running.cli("department", "revoke", "tax", *BY, "--reason", "the laptop is gone")
            assert code == 0, err
            assert "the bus lets it in no more" in err
            assert out.splitlines() == [
                f"lianshen department rotate tax --by operations --data-dir {data.path}",
                f"lianshen department resume tax --by operations --data-dir {data.path}",
            ]
            state = await running.state("tax")
            assert [key["counts"] for key in state["keys"]] == [False]
            assert state["paused"] == "the laptop is gone"
            number = await running.apply()
            await running.until(number, "civil-affairs")
            assert await running.waits_for(number, "tax")
        _, _, err = await running.cli("department", "add", "tax", "--by", "bus")
        assert "tax was revoked; `lianshen department rotate tax` makes new credentials" in err
        for line in out.splitlines():
            await running.do(*line.removeprefix("lianshen ").partition(" --data-dir")[0].split())
        async with responder(data):
            await running.until(number, "tax")


async def test_who_was_never_added_can_be_revoked_and_then_added(tmp_path: Path) -> None:
    """A simulated department, or one that was started with the seed alone."""
    data = DataDir(tmp_path / "data")
    async with up(data) as running:
        for since, words in (("2099-01-01T00:00:00Z", "this is in the future"), ("2026-11-28", "with its time zone")):
            code, _, err = await running.cli("department", "revoke", "tax", *BY, "--reason", "x", "--since", since)
            assert (code, words in err) == (1, True), err
        assert not data.is_revoked("tax"), "a slip changes nothing"
        before = data.department_seed("tax").read_text()
        await running.do("department", "revoke", "tax", *BY, "--reason", "not theirs")
        code, _, err = await running.cli("department", "rotate", "tax", *BY)
        assert (code, "`lianshen department add tax" in err) == (1, True)
        code, _, err = await running.cli("department", "add", "tax", "--by", "bus")
        assert (code, "is let in again" in err) == (0, True), err
        assert (
            before != data.department_seed("tax").read_text() == (data.path / "departments/tax/nats.seed").read_text()
        )
        assert not data.is_revoked("tax")
        async with responder(data):
            await running.do("department", "resume", "tax", *BY)
            number = await running.apply()
            await running.until(number, "tax")


async def covered(running: Up, number: str) -> bool:
    """Whether the case rests, and a sealed head covers all of it."""
    before = json.loads(await running.do("prove", number))
    await asyncio.sleep(1.5)
    after = json.loads(await running.do("prove", number))
    return before["archive_head"] is not None and before["archive_head"] == after["archive_head"]


@pytest.mark.timeout(600)
async def test_a_seal_that_was_stolen_is_revoked_and_another_one_goes_on(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    stolen = ("key", "revoke", "seal", *BY, "--reason", "the backup was stolen")
    async with up(data, LIANSHEN_ARCHIVE_SEAL_EVERY="0.2") as running:
        number = await running.apply()
        await running.until(number, "housing")
        before = await running.do("prove", number)
        code, out, err = await running.cli(*stolen)
        assert (code, out) == (0, "the key seal is revoked\n"), err
        assert "put" in err
        assert "restart" in err
        assert await running.do(*stolen) == "the key seal was revoked already\n"
        after = await running.do("prove", number)
        assert "seal: its key was revoked" in str(verify(after.encode()).fault)
        await until(lambda: covered(running, number), 100)
    (data.keys / "seal.key").rename(tmp_path / "put-aside.key")
    async with up(data, LIANSHEN_ARCHIVE_SEAL_EVERY="0.2") as running:

        async def sealed_anew() -> bool:
            # Until the archive seals its next head, the only ones are under the key that was put aside.
            code, out, err = await running.cli("prove", number)
            fault = err if code else verify(out.encode()).fault
            return fault is None

        await until(sealed_anew, 100)
        assert verify(before.encode()).fault is None
        assert await running.do("audit") == "clean: every invariant holds\n"


async def test_who_is_not_there_is_told(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    code, _, err = await lianshen(data, "department", "list")
    assert (code, "start one with `lianshen up`" in err) == (1, True)
    async with up(data) as running:
        for verb in ("pause", "revoke", "rotate"):
            code, _, err = await running.cli("department", verb, "police", *BY, "--reason", "x")
            assert (code, "no such department: police; there are" in err) == (1, True)
        code, _, err = await running.cli("department", "rotate", "tax", *BY)
        assert (code, "tax was not added here" in err) == (1, True)
