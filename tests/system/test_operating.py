"""What operations staff rely on: health that proves consumption, a clean end, the command line on a live system."""

import asyncio
import json
import signal
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from chassis.clock import WALL
from contracts.case.states import State
from lianshen.demo.synthetic_world import make_crowd
from tests.support import command_line
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in, one_family

pytestmark = pytest.mark.slow


async def lianshen(running: Running, *arguments: str) -> tuple[int, str, str]:
    """Runs the command line against the running system."""
    return await command_line.lianshen(*arguments, "--data-dir", str(running.system.data_dir.path))


async def test_the_command_line_applies_follows_shows_audits_and_examines(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world)
    file = tmp_path / "form.json"
    file.write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")

    code, out, err = await lianshen(running, "apply", str(file))
    assert code == 0, err
    number = json.loads(out)["receipt"]["application_number"]

    code, out, err = await lianshen(running, "follow", number.lower().replace("-", " "))
    assert code == 0, err
    lines = out.splitlines()
    for words in (
        "handed in at kiosk-01",
        "accepted; 6 departments are asked",
        "tax answered, signed: found",
        "determined: eligible; every rule is met",
        "DRILL: in the pool provisionally",
        "in the confirmed waiting pool",
        "the family was told of pool-confirmed",
    ):
        assert any(words in line for line in lines), f"{words!r} is not told in:\n{out}"
    assert lines[-1] == "now: pool_confirmed"
    assert form["applicant"]["name"] not in out

    code, out, _ = await lianshen(running, "status", number)
    assert (code, json.loads(out)["state"]) == (0, "pool_confirmed")
    code, out, _ = await lianshen(running, "audit")
    assert (code, out.strip()) == (0, "clean: every invariant holds")
    code, out, err = await lianshen(running, "doctor")
    assert code == 0, out + err
    code, out, _ = await lianshen(running, "provision", "--dry-run")
    assert (code, out.strip()) == (0, "everything is as it should be")
    code, out, err = await lianshen(running, "department", "check", "tax", "--only", "answers")
    assert code == 0, out + err
    assert "ok" in out
    code, out, err = await lianshen(running, "department", "list", "--json")
    assert code == 0, err
    assert {item["department"]: item["open_questions"] for item in json.loads(out)}["tax"] == 0
    code, out, _ = await lianshen(running, "overdue")
    assert (code, json.loads(out)) == (0, [])

    code, _, err = await lianshen(running, "follow", number[:-1] + ("0" if number[-1] != "0" else "1"))
    assert (code, "mistyped" in err) == (2, True)
    code, _, err = await lianshen(running, "withdraw", "not-a-number", "--by", "x", "--reason", "y")
    assert code == 2
    code, _, err = await lianshen(running, "confirm", number, "eligible", "--by", "officer Li", "--reason", "why not")
    assert code == 1
    assert "state" in err


async def test_an_officer_confirms_and_an_objection_holds_the_entry(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    form["applicant"]["marital_status"] = "single"  # civil affairs says married: for an officer to review
    running = await start(world, LIANSHEN_DRILL_PUBLICITY_SECONDS="15")
    number = (await running.post(form, "an-officer-is-needed")).json()["receipt"]["application_number"]

    async def becomes(state: State) -> None:
        async def so() -> bool:
            return (await running.case(number)).state is state

        await until(so)

    await becomes(State.REVIEW)
    by = ("--by", "officer Li", "--reason", "the marriage certificate was shown")
    code, _, err = await lianshen(running, "confirm", number, "eligible", *by)
    assert code == 0, err
    await becomes(State.IN_PUBLICITY)
    code, out, err = await lianshen(running, "entries")
    assert code == 0, err
    (entry,) = json.loads(out)
    assert entry["id_number"].count("*") == 10
    assert entry["drill"] is True

    code, out, err = await lianshen(running, "object", number, "they own a second home")
    assert code == 0, err
    assert json.loads(out)["in_time"] is True
    await becomes(State.OBJECTED)
    publicity = (await running.case(number)).publicity
    assert publicity is not None
    await until(lambda: WALL.now() > publicity.closes_at + timedelta(seconds=1))
    assert (await running.case(number)).state is State.OBJECTED, "it cannot close before the objection is decided"
    code, _, err = await lianshen(running, "decide-objection", number, "1", "--dismissed", *by)
    assert code == 0, err
    await becomes(State.POOL_CONFIRMED)
    code, out, _ = await lianshen(running, "object", number, "too late")
    assert (code, json.loads(out)["in_time"]) == (0, False)
    assert (await running.case(number)).state is State.POOL_CONFIRMED
    code, out, _ = await lianshen(running, "audit")
    assert code == 0, out


async def test_ready_means_that_messages_are_consumed_and_an_end_leaves_nothing_pending(
    start: Start, tmp_path: Path
) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world, separate=True)
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        for name, child in running.system.children.items():
            if child.program.ready_file is None:
                continue
            health = child.endpoints()["health"]
            assert (await client.get(f"{health}/livez")).status_code == 200, name
            assert (await client.get(f"{health}/readyz")).json() == {"status": "ready"}, name
            assert "lianshen_handled_total" in (await client.get(f"{health}/metrics")).text, name
    for n in range(20):
        await running.post({**form, "channel": f"kiosk-{n}"}, f"just-before-the-end-{n}")
    children = [child for child in running.system.children.values() if child.program.ready_file is not None]
    for child in children:
        assert child.process is not None
        for watch in child._watches:
            watch.cancel()
        child.process.send_signal(signal.SIGTERM)
    codes = await asyncio.wait_for(asyncio.gather(*(c.process.wait() for c in children if c.process)), 30)
    assert set(codes) == {0}
    operator = running.nc
    for name in ("determination", "publicity-determined", "notify", "verify-household-tax-accepted"):
        reply = await operator.request(f"$JS.API.CONSUMER.INFO.CASES.{name}", b"", timeout=5)
        assert json.loads(reply.data)["num_ack_pending"] == 0, name


async def test_the_bureau_looks_again_at_an_ineligible_case_unless_the_family_has_applied_anew(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 10)
    form = form_in(world, 9)  # owns 88.50 m²
    running = await start(world)
    number = (await running.post(form, "owns-too-much")).json()["receipt"]["application_number"]
    by = ("--by", "officer Li", "--reason", "the home was sold last week")

    async def ineligible(state: State) -> None:
        async def so() -> bool:
            return (await running.case(number)).state is state

        await until(so)

    await ineligible(State.INELIGIBLE_PROPOSED)
    assert (await lianshen(running, "confirm", number, "ineligible", *by))[0] == 0
    assert (await lianshen(running, "reverify", number, *by))[0] == 0
    await ineligible(State.INELIGIBLE_PROPOSED)
    assert (await running.case(number)).round == 2
    assert (await lianshen(running, "confirm", number, "ineligible", *by))[0] == 0

    assert (await running.post(form, "applies-anew")).json()["application"]["intake"] == "accepted"
    code, _, err = await lianshen(running, "reverify", number, *by)
    assert code == 1
    assert "another application is open" in err
    code, out, _ = await lianshen(running, "audit")
    assert code == 0, out
