"""What each user of the embedded bus can do, tried on the real server.

Every refusal is tried with a request that the provisioner, or a user inside the account, does get through: without the
wall the test goes red.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
import nats.micro
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.micro.request import Request
from nats.micro.service import EndpointConfig

from lianshen.data_dir import USERS, DataDir
from lianshen.embedded_bus import EmbeddedBus

SUBJECTS = {
    "CASES": ["case.>", "claim.>"],
    "TIMERS": ["timer.>"],
    "DEAD": ["dead.>"],
    "CHECKPOINTS": ["checkpoint.>"],
    "SPANS": ["telemetry.spans"],
}
ONE_EVENT = b'{"synthetic": true}'


async def settled(nc: Client) -> None:
    """Everything sent so far was handled by the server: twice, since a ping overtakes what is still buffered."""
    await nc.flush()
    await nc.flush()


@dataclass
class Connected:
    """A client, and what the server refused it."""

    nc: Client
    refused: list[str] = field(default_factory=list)

    async def publish(self, subject: str, body: bytes = b"", reply: str = "") -> bool:
        """Whether the server took it without a violation."""
        before = len(self.refused)
        await self.nc.publish(subject, body, reply=reply)
        await settled(self.nc)
        return len(self.refused) == before

    async def subscribe(self, subject: str) -> tuple[bool, list[Msg]]:
        """Whether the server took it, and a list into which what arrives is put."""
        before, arrived = len(self.refused), list[Msg]()

        async def keep(message: Msg) -> None:
            arrived.append(message)

        await self.nc.subscribe(subject, cb=keep)
        await settled(self.nc)
        return len(self.refused) == before, arrived

    async def ask(self, subject: str, request: dict[str, Any] | None = None) -> Msg:
        return await self.nc.request(subject, json.dumps(request).encode() if request else b"", timeout=5)


@dataclass
class World:
    """A bus with the streams of Lianshen, one event in CASES and one durable; tax and housing attached."""

    bus: EmbeddedBus
    clients: list[Client] = field(default_factory=list)

    async def user(self, name: str) -> Connected:
        """Connects one of Lianshen's own users, or a department by its name."""
        data_dir = self.bus.data_dir
        own = {user: data_dir.seed(user) for user in USERS}
        seed = next((path for user, path in own.items() if user == name), None) or data_dir.department_seed(name)
        refused: list[str] = []

        async def note(error: Exception) -> None:
            refused.append(str(error))

        nc = await nats.connect(self.bus.url, nkeys_seed=str(seed), error_cb=note)
        self.clients.append(nc)
        return Connected(nc, refused)

    async def state(self) -> dict[str, Any]:
        """Every stream's configuration, messages and consumers, as the provisioner sees them."""
        provisioner = await self.user("provisioner")
        streams = json.loads((await provisioner.ask("$JS.API.STREAM.LIST")).data)["streams"] or []
        return {
            stream["config"]["name"]: (
                stream["config"],
                stream["state"]["messages"],
                json.loads((await provisioner.ask(f"$JS.API.CONSUMER.LIST.{stream['config']['name']}")).data)["total"],
            )
            for stream in streams
        }

    async def stored(self, stream: str) -> int:
        return int((await self.state())[stream][1])


@asynccontextmanager
async def a_bus(path: Path) -> AsyncIterator[World]:
    bus = EmbeddedBus(DataDir(path), ["tax", "housing"])
    await bus.start()
    world = World(bus)
    try:
        provisioner = await world.user("provisioner")
        for name, subjects in SUBJECTS.items():
            config = {"name": name, "subjects": subjects, "allow_direct": True, "storage": "file"}
            made = await provisioner.ask(f"$JS.API.STREAM.CREATE.{name}", config)
            assert "error" not in json.loads(made.data)
        durable = {"stream_name": "CASES", "config": {"durable_name": "reader", "ack_policy": "explicit"}}
        await provisioner.ask("$JS.API.CONSUMER.CREATE.CASES.reader", durable)
        await provisioner.nc.request("case.A.submitted", ONE_EVENT)
        yield world
    finally:
        for nc in world.clients:
            await nc.close()
        await bus.stop()


ANOTHER = {"name": "OTHER", "subjects": ["other.>"]}
CHANGES: dict[str, dict[str, Any] | None] = {
    "STREAM.CREATE.OTHER": ANOTHER,
    "STREAM.UPDATE.DEAD": {"name": "DEAD", "subjects": ["dead.>"], "max_msgs": 1},
    "STREAM.PURGE.CASES": None,
    "STREAM.MSG.DELETE.CASES": {"seq": 1},
    "STREAM.DELETE.CASES": None,
    "STREAM.SNAPSHOT.CASES": {"deliver_subject": "_INBOX.snapshot"},
    "STREAM.RESTORE.OTHER": {"config": ANOTHER | {"storage": "file"}, "state": {}},
    "CONSUMER.CREATE.CASES.mine": {"stream_name": "CASES", "config": {"name": "mine", "ack_policy": "explicit"}},
    "CONSUMER.CREATE.CASES": {"stream_name": "CASES", "config": {"ack_policy": "explicit"}},
    "CONSUMER.DURABLE.CREATE.CASES.mine": {
        "stream_name": "CASES",
        "config": {"durable_name": "mine", "ack_policy": "explicit"},
    },
    "CONSUMER.DELETE.CASES.reader": None,
    "CONSUMER.PAUSE.CASES.reader": {"pause_until": "2100-01-01T00:00:00Z"},
}


@pytest.mark.parametrize("change", CHANGES)
async def test_the_provisioner_changes_streams_and_nobody_else_does(tmp_path: Path, change: str) -> None:
    async with a_bus(tmp_path) as world:
        before = await world.state()
        for name in ("service", "operator", "tax"):
            user = await world.user(name)
            body = json.dumps(CHANGES[change]).encode() if CHANGES[change] else b""
            assert not await user.publish(f"$JS.API.{change}", body), f"{name} may {change}"
        assert await world.state() == before

        provisioner = await world.user("provisioner")
        answer = json.loads((await provisioner.ask(f"$JS.API.{change}", CHANGES[change])).data)
        assert "error" not in answer, answer
        if "RESTORE" in change:
            # An open restore would hold up the server's end for five seconds.
            await provisioner.publish(answer["deliver_subject"])


READS: dict[str, dict[str, Any] | None] = {
    "INFO": None,
    "STREAM.INFO.CASES": None,
    "STREAM.NAMES": None,
    "STREAM.LIST": None,
    "STREAM.MSG.GET.CASES": {"seq": 1},
    "DIRECT.GET.CASES": {"last_by_subj": "case.A.submitted"},
    "DIRECT.GET.CASES.case.A.submitted": None,
    "CONSUMER.INFO.CASES.reader": None,
    "CONSUMER.NAMES.CASES": None,
    "CONSUMER.LIST.CASES": None,
}


@pytest.mark.parametrize("read", READS)
async def test_services_and_the_command_line_read_what_departments_cannot(tmp_path: Path, read: str) -> None:
    async with a_bus(tmp_path) as world:
        for name in ("service", "operator"):
            user = await world.user(name)
            answer = await user.ask(f"$JS.API.{read}", READS[read])
            assert b'"error"' not in answer.data
            assert (answer.headers or {}).get("Status") is None
            assert not user.refused
        department = await world.user("tax")
        assert not await department.publish(f"$JS.API.{read}", json.dumps(READS[read]).encode())


@pytest.mark.parametrize(
    ("stream", "subject"),
    [
        ("CASES", "case.A.accepted"),
        ("CASES", "claim.k1.0f"),
        ("TIMERS", "timer.publicity.A"),
        ("DEAD", "dead.reader.1"),
        ("CHECKPOINTS", "checkpoint.publicity"),
        ("SPANS", "telemetry.spans"),
    ],
)
async def test_only_services_write(tmp_path: Path, stream: str, subject: str) -> None:
    async with a_bus(tmp_path) as world:
        before = await world.stored(stream)
        for name in ("operator", "tax", "housing"):
            user = await world.user(name)
            assert not await user.publish(subject, ONE_EVENT), f"{name} may publish on {subject}"
        assert await world.stored(stream) == before
        service = await world.user("service")
        assert json.loads((await service.nc.request(subject, ONE_EVENT)).data)["stream"] == stream
        assert await world.stored(stream) == before + 1


async def test_a_service_fetches_and_acknowledges_from_a_durable_it_cannot_make(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        service = await world.user("service")
        reader = await service.nc.jetstream().pull_subscribe_bind("reader", "CASES")
        (fetched,) = await reader.fetch(1, timeout=5)
        assert fetched.data == ONE_EVENT
        await fetched.ack_sync(timeout=5)
        info = json.loads((await service.ask("$JS.API.CONSUMER.INFO.CASES.reader")).data)
        assert (info["num_ack_pending"], info["num_pending"]) == (0, 0)
        assert not service.refused


async def test_the_command_line_calls_commands_reads_many_at_once_and_watches_live(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        service, operator = await world.user("service"), await world.user("operator")

        async def answer(request: Request) -> None:
            await request.respond(b'{"ok": {}}')

        for name in ("intake", "determination"):
            running = await nats.micro.add_service(service.nc, name=name, version="1.0.0")
            await running.add_endpoint(EndpointConfig(name="do", subject=f"command.{name}.do", handler=answer))
        await settled(service.nc)
        assert (await operator.ask("command.intake.do")).data == b'{"ok": {}}'

        inbox = operator.nc.new_inbox()
        _, replies = await operator.subscribe(f"{inbox}.*")
        await operator.publish("$SRV.PING", reply=f"{inbox}.services")
        await asyncio.sleep(0.2)
        assert sorted(json.loads(reply.data)["name"] for reply in replies) == ["determination", "intake"]

        for number in range(20):
            await service.nc.request(f"case.B.{number}", ONE_EVENT)
        _, history = await operator.subscribe(f"{inbox}.history.*")
        many = b'{"multi_last": ["case.B.>"], "batch": 100}'
        await operator.publish("$JS.API.DIRECT.GET.CASES", many, reply=f"{inbox}.history.1")
        await asyncio.sleep(0.2)
        assert [reply.headers["Nats-Subject"] for reply in history[:-1] if reply.headers] == [
            f"case.B.{number}" for number in range(20)
        ]
        assert (history[-1].headers or {})["Status"] == "204"

        taken, live = await operator.subscribe("case.B.>")
        await service.nc.request("case.B.live", ONE_EVENT)
        await asyncio.sleep(0.1)
        assert taken
        assert [message.subject for message in live] == ["case.B.live"]
        assert not operator.refused


CHOSEN = ("case.A.determined.1", "$JS.API.STREAM.DELETE.DEAD")
ASKED = {
    "command.intake.do": b"",
    "$JS.API.STREAM.INFO.CASES": b"",
    "$JS.API.DIRECT.GET.CASES": b'{"last_by_subj": "case.A.nothing-here"}',
}


@pytest.mark.parametrize("chosen", CHOSEN)
@pytest.mark.parametrize("subject", ASKED)
async def test_a_reply_subject_chosen_by_the_command_line_reaches_nothing(
    tmp_path: Path, subject: str, chosen: str
) -> None:
    async with a_bus(tmp_path) as world:
        service, operator = await world.user("service"), await world.user("operator")
        await answer_with_nothing(service, "command.intake.do")
        before = await world.state()
        assert await operator.publish(subject, ASKED[subject], reply=chosen)
        await asyncio.sleep(0.2)
        assert await world.state() == before


async def test_inside_the_account_a_chosen_reply_subject_is_delivered_to_which_is_why_accounts_are_the_walls(
    tmp_path: Path,
) -> None:
    async with a_bus(tmp_path) as world:
        inside = await world.user("provisioner")
        for chosen, subject in zip(CHOSEN, ("$JS.API.STREAM.INFO.CASES", "$JS.API.DIRECT.GET.CASES"), strict=True):
            await inside.publish(subject, ASKED[subject], reply=chosen)
        await asyncio.sleep(0.2)
        assert await world.stored("CASES") == 2
        assert "DEAD" not in await world.state()


async def test_a_department_answers_its_own_questions_once_each_as_a_service_others_can_see(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        service, tax = await world.user("service"), await world.user("tax")

        async def answer(request: Request) -> None:
            await request.respond(b"answer to " + request.data)
            await request.respond(b"another answer")

        running = await nats.micro.add_service(tax.nc, name="tax", version="1.0.0")
        await running.add_endpoint(EndpointConfig(name="query", subject="department.tax.query.v1", handler=answer))
        await settled(tax.nc)
        assert not tax.refused

        inbox = service.nc.new_inbox()
        _, replies = await service.subscribe(f"{inbox}.*")
        await service.publish("department.tax.query.v1", b"one", reply=f"{inbox}.1")
        await service.publish("department.tax.query.v1", b"two", reply=f"{inbox}.2")
        await asyncio.sleep(0.2)
        assert {reply.subject: reply.data for reply in replies} == {
            f"{inbox}.1": b"answer to one",
            f"{inbox}.2": b"answer to two",
        }
        assert len(replies) == 2


async def test_a_department_that_is_away_is_known_at_once(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        service = await world.user("service")
        with pytest.raises(NoRespondersError):
            await service.ask("department.tax.query.v1")


@pytest.mark.parametrize(
    "subject", [">", "*.>", "case.>", "case.A.submitted", "claim.>", "department.housing.query.v1", "department.>",
                "department.*.query.v1", "command.>", "answer.tax.v1", "$JS.>", "telemetry.>", "_R_.>", "$SYS.>"],
)  # fmt: skip
async def test_a_department_hears_nothing_but_its_own_questions(tmp_path: Path, subject: str) -> None:
    async with a_bus(tmp_path) as world:
        service, tax, housing = [await world.user(name) for name in ("service", "tax", "housing")]
        taken, heard = await tax.subscribe(subject)
        assert not taken
        await answer_with_nothing(housing, "department.housing.query.v1")
        for spoken in ("case.A.accepted", "claim.k1.0f", "command.intake.do", "telemetry.spans", "dead.reader.1"):
            await service.publish(spoken, ONE_EVENT)
        await service.ask("department.housing.query.v1")
        await asyncio.sleep(0.1)
        assert heard == []


@pytest.mark.parametrize(
    "subject", ["case.A.determined.1", "answer.housing.v1", "department.tax.query.v1", "department.housing.query.v1",
                "command.determination.confirm", "$JS.API.STREAM.DELETE.CASES", "$JS.API.INFO", "$SYS.REQ.SERVER.PING",
                "$JS.ACK.CASES.reader.1.1.1.1.0", "_INBOX.somebody", "_R_.guessed.reply"],
)  # fmt: skip
async def test_a_department_says_nothing_unasked_but_what_it_had_deferred(tmp_path: Path, subject: str) -> None:
    async with a_bus(tmp_path) as world:
        service, tax = await world.user("service"), await world.user("tax")
        _, heard = await service.subscribe("*.>")
        before = await world.state()
        assert not await tax.publish(subject, ONE_EVENT)
        assert await world.state() == before
        assert not [message for message in heard if message.data == ONE_EVENT]


async def test_what_was_deferred_is_taken_from_its_own_department_only(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        service, tax, housing = [await world.user(name) for name in ("service", "tax", "housing")]
        heard: list[bytes] = []

        async def take(message: Msg) -> None:
            heard.append(message.data)
            await message.respond(b"taken")

        await service.nc.subscribe("answer.tax.v1", cb=take)
        await settled(service.nc)
        assert (await tax.nc.request("answer.tax.v1", b"from tax", timeout=5)).data == b"taken"
        assert not await housing.publish("answer.tax.v1", b"from housing")
        await asyncio.sleep(0.1)
        assert heard == [b"from tax"]


@pytest.mark.parametrize("chosen", CHOSEN)
async def test_a_reply_subject_chosen_by_a_department_reaches_nothing(tmp_path: Path, chosen: str) -> None:
    async with a_bus(tmp_path) as world:
        service, tax = await world.user("service"), await world.user("tax")
        asked = await answer_with_nothing(service, "answer.tax.v1")
        before = await world.state()
        assert await tax.publish("answer.tax.v1", ONE_EVENT, reply=chosen)
        await asyncio.sleep(0.2)
        assert len(asked) == 1
        assert asked[0].startswith("_R_.")
        assert await world.state() == before


async def answer_with_nothing(user: Connected, subject: str) -> list[str]:
    """Replies to everything with an empty body; returns the list of reply subjects it was given."""
    replied: list[str] = []

    async def respond(message: Msg) -> None:
        replied.append(message.reply)
        await message.respond(b"")

    await user.nc.subscribe(subject, cb=respond)
    await settled(user.nc)
    return replied
