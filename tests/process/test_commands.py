"""Commands over the services API of the bus: load, decide, compare-and-set, answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.commands import Command, call, decide_and_append, serve_commands, stop_commands
from chassis.consume.consumer import Delivery, PullConsumer
from chassis.consume.retry import retry_command
from chassis.errors import CommandRefused, Later, Poison, Unavailable
from chassis.log.dead_letters import open_letters
from chassis.log.journal import Journal
from chassis.process.service import Listen
from contracts.case.case import Case, NotAllowed
from contracts.case.fold import allows
from contracts.events import ApplicationSubmitted, ApplicationWithdrawn, Event, NoticeSent
from contracts.events.values import Officer, Reason
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from procedures.registry import PROCEDURES
from tests.support.departments import HOUSEHOLD, verifying
from tests.support.families import accepted, an_application_number
from tests.support.readers import SUBMITTED, a_durable, reading, submit
from tests.support.real_bus import RealBus
from tests.support.waiting import until


class Withdraw(Frozen):
    application: ApplicationNumber
    reason: Reason
    by: Officer


def withdraw(case: Case, request: Withdraw) -> tuple[Event, ...]:
    if not allows(case, ApplicationWithdrawn):
        raise NotAllowed(f"it is {case.state}")
    event = ApplicationWithdrawn(
        application=case.application, at=datetime.now(UTC), reason=request.reason, by=request.by
    )
    return (event,)


@asynccontextmanager
async def serving(bus: RealBus, *commands: Command) -> AsyncIterator[Client]:
    """A service of these commands; yields an operator's connection."""
    served = await serve_commands(await bus.connect(), "archive", commands)
    try:
        yield await bus.connect("operator")
    finally:
        await stop_commands([served])


def withdrawing(journal: Journal) -> Command:
    async def do(request: Withdraw) -> dict[str, Any]:
        _, events = await decide_and_append(journal, request.application, lambda case: withdraw(case, request))
        return {"application": request.application, "events": len(events)}

    return Command("withdraw", Withdraw, do)


async def test_a_command_ends_as_an_event_with_who_and_why(real_bus: RealBus, journal: Journal) -> None:
    [number] = await submit(journal)
    async with serving(real_bus, withdrawing(journal)) as nc:
        request = {"application": number.lower().replace("-", " "), "reason": "moved away", "by": "李"}
        assert await call(nc, "archive", "withdraw", request) == {"application": number, "events": 1}
    event = (await journal.history.of(number))[-1].event
    assert isinstance(event, ApplicationWithdrawn)
    assert (event.reason, event.by) == ("moved away", "李")


@asynccontextmanager
async def subscribing_slowly(url: str) -> AsyncIterator[str]:
    """A way to the server on which each subscription takes a while, and all behind it."""
    host, port = url.removeprefix("nats://").split(":")
    ways: set[asyncio.Task[None]] = set()

    async def out(client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        while line := await client.readline():
            await asyncio.sleep(0.05 if line.startswith(b"SUB ") else 0)
            server.write(line)

    async def home(server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        while some := await server.read(65536):
            client.write(some)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(host, int(port))
        ways.update(map(asyncio.create_task, (out(reader, to_server), home(from_server, writer))))

    relay = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"nats://127.0.0.1:{relay.sockets[0].getsockname()[1]}"
    finally:
        relay.close()
        for way in ways:
            way.cancel()


async def test_once_commands_are_served_one_that_comes_over_another_connection_arrives(
    real_bus: RealBus, journal: Journal
) -> None:
    async with subscribing_slowly(real_bus.url) as url:
        bus = await Bus.connect(url, "test-slow", real_bus.seed())
        operator = await real_bus.connect("operator")
        served = await serve_commands(bus.nc, "archive", (withdrawing(journal),))
        reply = json.loads((await operator.request("command.archive.withdraw", b"{}", timeout=5)).data)
        await stop_commands([served])
        await bus.close()

    assert reply["problem"]["status"] == 422


async def test_what_a_command_refuses_has_a_status_and_says_what_to_do(real_bus: RealBus, journal: Journal) -> None:
    [number] = await submit(journal)
    canary = "150303198001010019"
    good = {"application": number, "reason": "moved", "by": "李"}
    refused: list[tuple[bytes, int, str]] = [
        (b"", 422, "the request: Invalid JSON"),
        (b"{", 422, "the request: Invalid JSON"),
        (b"\xff", 422, "the request: Invalid JSON"),
        (b"[]", 422, "the request"),
        (json.dumps(good | {"reason": ""}).encode(), 422, "reason: "),
        (json.dumps(good | {"reason": " \u200b"}).encode(), 422, "reason: write something that can be read"),
        (json.dumps(good | {"by": "\u3164"}).encode(), 422, "by: write something that can be read"),
        (json.dumps(good | {"colour": canary}).encode(), 422, "the request: Extra inputs are not permitted"),
        (json.dumps(good | {"application": canary}).encode(), 422, "application: "),
        (json.dumps(good | {"application": an_application_number()}).encode(), 404, "check the application number"),
    ]
    async with serving(real_bus, withdrawing(journal)) as nc:
        for body, status, words in refused:
            reply = json.loads((await nc.request("command.archive.withdraw", body, timeout=5)).data)
            assert reply["problem"].keys() == {"status", "title", "detail"}
            assert (reply["problem"]["status"], words in reply["problem"]["detail"]) == (status, True), reply
            assert canary not in json.dumps(reply)
        await call(nc, "archive", "withdraw", good)
        with pytest.raises(CommandRefused, match="it is withdrawn") as refusal:
            await call(nc, "archive", "withdraw", good)
        assert refusal.value.status == 409
        with pytest.raises(CommandRefused, match="is it running") as refusal:
            await call(nc, "nobody", "withdraw", good, timeout=1)
        assert refusal.value.status == 503


async def test_who_lost_the_race_loads_and_decides_again(real_bus: RealBus, journal: Journal) -> None:
    [number] = await submit(journal)
    seen: list[str | None] = []

    async def somebody_else() -> None:
        await journal.decide(await journal.load(number), accepted(number))

    def decide(case: Case) -> tuple[Event, ...]:
        seen.append(case.state)
        return withdraw(case, Withdraw(application=number, reason="moved", by="李"))

    class OvertakenOnce(Journal):
        """Somebody else appends between the load and the append."""

        async def decide(self, case: Case, *events: Event) -> Case:
            if len(seen) == 1:
                await somebody_else()
            return await super().decide(case, *events)

    overtaken = OvertakenOnce(await real_bus.connect(), within=5)
    await overtaken.start()
    case, events = await decide_and_append(overtaken, number, decide)
    await overtaken.stop()
    assert seen == ["submitted", "verifying"]
    assert (case.state, [type(event) for event in events]) == ("withdrawn", [ApplicationWithdrawn])
    assert case == await journal.load(number)


async def test_fifty_of_the_same_decision_at_once_are_one_event(real_bus: RealBus, journal: Journal) -> None:
    [number] = await submit(journal)
    async with serving(real_bus, withdrawing(journal)) as nc:
        request = {"application": number, "reason": "moved", "by": "李"}
        replies = await asyncio.gather(
            *(call(nc, "archive", "withdraw", request) for _ in range(50)), return_exceptions=True
        )
    assert [reply for reply in replies if isinstance(reply, dict)] == [{"application": number, "events": 1}]
    assert {reply.status for reply in replies if isinstance(reply, CommandRefused)} <= {409, 503}


async def test_a_bug_in_a_command_is_a_500_that_names_no_value_and_a_busy_bus_a_503(real_bus: RealBus) -> None:
    async def fails(request: Withdraw) -> dict[str, Any]:
        raise KeyError("150303198001010019")

    async def busy(request: Withdraw) -> dict[str, Any]:
        raise Unavailable("no answer")

    request = {"application": an_application_number(), "reason": "moved", "by": "李"}
    async with serving(real_bus, Command("fail", Withdraw, fails), Command("wait", Withdraw, busy)) as nc:
        with pytest.raises(CommandRefused) as bug:
            await call(nc, "archive", "fail", request)
        with pytest.raises(CommandRefused) as wait:
            await call(nc, "archive", "wait", request)
    assert (bug.value.status, bug.value.detail) == (500, "KeyError")
    assert wait.value.status == 503


async def test_a_slow_command_holds_up_no_other_and_is_answered_when_the_service_ends(real_bus: RealBus) -> None:
    may_end = asyncio.Event()

    async def slowly(request: Withdraw) -> dict[str, Any]:
        await may_end.wait()
        return {"slow": True}

    async def quickly(request: Withdraw) -> dict[str, Any]:
        return {"quick": True}

    request = {"application": an_application_number(), "reason": "moved", "by": "李"}
    async with serving(real_bus, Command("slow", Withdraw, slowly), Command("quick", Withdraw, quickly)) as nc:
        slow = asyncio.create_task(call(nc, "archive", "slow", request))
        await asyncio.sleep(0.1)
        assert await call(nc, "archive", "quick", request, timeout=1) == {"quick": True}
        asyncio.get_running_loop().call_later(0.3, may_end.set)
    assert may_end.is_set()
    assert await slow == {"slow": True}


async def test_while_one_of_two_instances_ends_every_request_is_answered(real_bus: RealBus) -> None:
    async def do(request: Withdraw) -> dict[str, Any]:
        return {"done": True}

    command = Command("do", Withdraw, do)
    request = {"application": an_application_number(), "reason": "moved", "by": "李"}
    async with serving(real_bus, command) as nc:
        for _ in range(5):
            ending = await serve_commands(await real_bus.connect(), "archive", (command,))
            calls = [asyncio.create_task(call(nc, "archive", "do", request, timeout=3)) for _ in range(500)]
            await asyncio.sleep(0.005)
            await stop_commands([ending])
            assert await asyncio.gather(*calls) == [{"done": True}] * 500


VERBS = (
    "answer",
    "ask-now",
    "clerk-answer",
    "clerk-defer",
    "departments",
    "overdue",
    "register-key",
    "revoke-key",
    "pause",
    "resume",
    "certify",
    "end-certificate",
    "retry",
)


async def test_the_services_api_lists_every_command(real_bus: RealBus, journal: Journal) -> None:
    async with verifying(real_bus, journal, PROCEDURES.asked_by("verify-household")):
        nc = await real_bus.connect("operator")
        info = json.loads((await nc.request(f"$SRV.INFO.{HOUSEHOLD}", b"", timeout=5)).data)
    assert info["name"] == HOUSEHOLD
    assert {endpoint["name"]: endpoint["subject"] for endpoint in info["endpoints"]} == {
        **{verb: f"command.verify-household.{verb}" for verb in VERBS},
        **{
            f"deliver-{department.name}": f"answer.{department.name}.v1"
            for department in PROCEDURES.asked_by("verify-household")
        },
        **{
            f"questions-{department.name}": f"questions.{department.name}.v1"
            for department in PROCEDURES.asked_by("verify-household")
        },
    }


# --- dead letters ----------------------------------------------------------------------------------------------


def a_notice(number: str) -> NoticeSent:
    return NoticeSent(
        application=number,
        at=datetime.now(UTC),
        cause="accepted",
        channel="folder",
        notice_id="n1",
        article="23",
    )


async def test_retry_settles_a_dead_letter_once_what_made_it_impossible_is_mended(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)
    outcome: list[Exception] = [Poison("the template is missing")]

    async def handle(delivery: Delivery) -> None:
        if outcome:
            raise outcome[0]
        await journal.record(a_notice(delivery.event.application))

    nc = await real_bus.connect()
    [number] = await submit(journal)
    served = await serve_commands(nc, "archive", (retry_command(nc, "archive", [Listen(SUBMITTED, handle)]),))
    async with reading(PullConsumer(nc, SUBMITTED, handle)):
        await until(lambda: one_open_letter(nc))
    [letter] = await open_letters(nc)
    retry = {"durable": "test-reader", "sequence": letter["sequence"]}

    with pytest.raises(CommandRefused, match="the template is missing; the letter stays open") as refusal:
        await call(nc, "archive", "retry", retry)
    assert refusal.value.status == 409
    outcome[0] = Later("the department does not answer")
    with pytest.raises(CommandRefused, match="the department does not answer; retry later") as refusal:
        await call(nc, "archive", "retry", retry)
    assert refusal.value.status == 503
    assert len(await open_letters(nc)) == 1

    outcome.clear()
    assert await call(nc, "archive", "retry", retry) == {**retry, "settled": True}
    assert await open_letters(nc) == []
    assert ("accepted", "folder") in (await journal.load(number)).notices
    await stop_commands([served])


async def one_open_letter(nc: Client) -> bool:
    return len(await open_letters(nc)) == 1


async def test_retry_knows_its_own_durables_and_what_they_read(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus)

    async def handle(delivery: Delivery) -> None:
        raise AssertionError("never called")

    nc = await real_bus.connect()
    [number] = await submit(journal)
    notice = await journal.once(a_notice(number))
    served = await serve_commands(nc, "archive", (retry_command(nc, "archive", [Listen(SUBMITTED, handle)]),))
    for durable, sequence, words in (
        ("another", 1, "archive reads: test-reader"),
        ("test-reader", 99, "no sequence 99"),
        ("test-reader", notice, "does not read what stands there"),
    ):
        with pytest.raises(CommandRefused, match=words) as refusal:
            await call(nc, "archive", "retry", {"durable": durable, "sequence": sequence})
        assert refusal.value.status == 404
    await stop_commands([served])
    assert ApplicationSubmitted in SUBMITTED.to
