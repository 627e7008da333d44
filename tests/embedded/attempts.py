"""Everything that somebody with a credential may try on the bus, and what came of it on the real server."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
import nats.micro
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.micro.request import Request
from nats.micro.service import EndpointConfig

from chassis.bus import flushed
from chassis.log.provision import provision
from lianshen.bus_access.accounts import account_of, account_of_group
from lianshen.catalog import DEPARTMENTS, SERVICES, durables
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import USERS, DataDir
from tests.support.waiting import until

THERE = ("tax", "housing")
"""The departments of these worlds: one that attacks, and one that is attacked."""
ONE_EVENT = b'{"synthetic": true}'
HOLD = b"hold"
NOT_EXPECTED = {"Nats-Expected-Last-Subject-Sequence": "999999"}
"""Has every write refused, so that all that can have an effect is the reply."""


@dataclass
class Connected:
    """A client, and what the server refused it."""

    nc: Client
    refused: list[str] = field(default_factory=list)

    async def publish(
        self, subject: str, body: bytes = b"", reply: str = "", headers: dict[str, str] | None = None
    ) -> bool:
        """Whether the server took it without a violation."""
        before = len(self.refused)
        await self.nc.publish(subject, body, reply=reply, headers=headers)
        await flushed(self.nc)
        return len(self.refused) == before

    async def subscribe(self, subject: str) -> tuple[bool, list[Msg]]:
        """Whether the server took it, and a list into which what arrives is put."""
        before, arrived = len(self.refused), list[Msg]()

        async def keep(message: Msg) -> None:
            arrived.append(message)

        await self.nc.subscribe(subject, cb=keep)
        await flushed(self.nc)
        return len(self.refused) == before, arrived

    async def ask(self, subject: str, request: dict[str, Any] | None = None) -> Msg:
        return await self.nc.request(subject, json.dumps(request).encode() if request else b"", timeout=5)

    async def said(self, subject: str, body: bytes = b"", patience: float = 0.25) -> str:
        """What comes back of a request, in few words."""
        inbox = self.nc.new_inbox()
        _, replies = await self.subscribe(inbox)
        if not await self.publish(subject, body, reply=inbox):
            return "permissions violation"
        for _ in range(round(patience / 0.01)):
            if replies:
                break
            await asyncio.sleep(0.01)
        return _in_words(replies[0]) if replies else "nothing"


def _in_words(reply: Msg) -> str:
    status = (reply.headers or {}).get("Status")
    if status == "503":
        return "nobody is there"
    if status is not None:
        return f"status {status}"
    error = json.loads(reply.data).get("error") if reply.data.startswith(b"{") else None
    return f"refused: {error['description']}" if error else "an answer"


async def answer_with_nothing(user: Connected, subject: str) -> list[str]:
    """Replies to everything with an empty body; returns the list of reply subjects it was given."""
    replied: list[str] = []

    async def respond(message: Msg) -> None:
        replied.append(message.reply)
        await message.respond(b"")

    await user.nc.subscribe(subject, cb=respond)
    await flushed(user.nc)
    return replied


@dataclass
class World:
    """A bus as it is provisioned, each service in a process of its own, one event, one look, two departments."""

    bus: EmbeddedBus
    clients: list[Client] = field(default_factory=list)
    alive: dict[str, Connected] = field(default_factory=dict)
    """The services and departments that answer, by name."""
    held: list[str] = field(default_factory=list)
    """Where the departments would reply to what they were told to hold."""
    _owner: Connected | None = None

    async def user(self, name: str) -> Connected:
        """Connects one of Lianshen's own users, a service or a department by its name."""
        refused: list[str] = []

        async def note(error: Exception) -> None:
            refused.append(str(error))

        nc = await nats.connect(self.bus.url, nkeys_seed=str(self._seed(name)), error_cb=note)
        self.clients.append(nc)
        return Connected(nc, refused)

    def _seed(self, name: str) -> Path:
        data_dir = self.bus.data_dir
        own = {user: data_dir.seed(user) for user in USERS}
        if name in own:
            return own[name]  # type: ignore[index]  # it is one of them
        return data_dir.group_seed(name) if name in SERVICES else data_dir.department_seed(name)

    async def owner(self) -> Connected:
        self._owner = self._owner or await self.user("provisioner")
        return self._owner

    async def state(self) -> dict[str, Any]:
        """Every stream and consumer as the provisioner sees them: configuration, messages, what is unacknowledged."""
        owner = await self.owner()
        streams = json.loads((await owner.ask("$JS.API.STREAM.LIST")).data)["streams"] or []
        found = {}
        for stream in streams:
            name = stream["config"]["name"]
            listed = json.loads((await owner.ask(f"$JS.API.CONSUMER.LIST.{name}")).data)["consumers"]
            consumers = {it["name"]: (it["config"], _given_out(it), it.get("paused")) for it in listed}
            kept = {key: stream["state"].get(key) for key in ("messages", "first_seq", "last_seq", "num_deleted")}
            found[name] = {"config": stream["config"], "kept": kept, "consumers": consumers}
        return found

    async def stored(self, stream: str) -> int:
        return int((await self.state())[stream]["kept"]["messages"])

    def imports_of(self, name: str) -> list[str]:
        """Every subject that an account may publish on in another one, with something in the place of wildcards."""
        text = (self.bus.data_dir.run / "nats-server.conf").read_text().replace("$LIANSHEN_JETSTREAM_KEY", '""')
        accounts = json.loads(text)["accounts"]
        account = account_of_group(name) if name in SERVICES else account_of(name)
        imports = accounts.get(account if account in accounts else name.upper(), {}).get("imports", ())
        subjects = [it["service"]["subject"] for it in imports if "service" in it]
        return [subject.replace(">", "x").replace("*", "x") for subject in subjects]

    async def _asked(self, question: Msg) -> None:
        if question.data == HOLD:
            self.held.append(question.reply)
        else:
            await question.respond(b"")

    async def come_alive(self) -> None:
        """Every service answers a command, takes what its departments bring, and can be seen; departments answer."""
        for name in SERVICES:
            self.alive[name] = service = await self.user(name)
            running = await nats.micro.add_service(service.nc, name=name, version="1.0.0")
            for verb in ("do", "hold", "overdue"):
                await running.add_endpoint(
                    EndpointConfig(name=verb, subject=f"command.{name}.{verb}", handler=_answer)
                )
            for department in THERE:
                if DEPARTMENTS[department] == name:
                    await answer_with_nothing(service, f"answer.{department}.v1")
                    await answer_with_nothing(service, f"questions.{department}.v1")
        for name in THERE:
            self.alive[name] = department = await self.user(name)
            await department.nc.subscribe(f"department.{name}.query.v1", cb=self._asked)
            await department.nc.subscribe(f"department.{name}.batch.v1", cb=self._asked)
            await answer_with_nothing(department, f"department.{name}.notice.v1")
            await answer_with_nothing(department, f"$SRV.*.{name}")
        for user in self.alive.values():
            await flushed(user.nc)


async def _answer(request: Request) -> None:
    await request.respond(b'{"ok": {}}')


@asynccontextmanager
async def a_bus(path: Path) -> AsyncIterator[World]:
    bus = EmbeddedBus(DataDir(path), THERE, groups={name: (name,) for name in SERVICES})
    await bus.start()
    world = World(bus)
    try:
        owner = await world.owner()
        await provision(owner.nc, durables())
        await owner.nc.request("case.A.submitted", ONE_EVENT)
        await owner.nc.request("look.A.0123abcd", ONE_EVENT)
        yield world
    finally:
        for nc in world.clients:
            await nc.close()
        await bus.stop()


# --- the attempts --------------------------------------------------------------------------------------------------

ANOTHER = {"name": "OTHER", "subjects": ["other.>"], "storage": "file"}
MINE = {"stream_name": "CASES", "config": {"name": "mine", "ack_policy": "explicit"}}
MY_DURABLE = {"stream_name": "CASES", "config": {"durable_name": "mine", "ack_policy": "explicit"}}
CHANGES: dict[str, dict[str, Any] | None] = {
    "STREAM.CREATE.OTHER": ANOTHER,
    "STREAM.UPDATE.DEAD": {"name": "DEAD", "subjects": ["dead.>"], "max_msgs": 1},
    "STREAM.PURGE.DEAD": None,
    "STREAM.MSG.DELETE.DEAD": {"seq": 1},
    "STREAM.DELETE.CASES": None,
    "STREAM.DELETE.DEAD": None,
    "STREAM.SNAPSHOT.CASES": {"deliver_subject": "_INBOX.snapshot"},
    "STREAM.RESTORE.OTHER": {"config": ANOTHER, "state": {}},
    "CONSUMER.CREATE.CASES.mine": MINE,
    "CONSUMER.CREATE.CASES": {"stream_name": "CASES", "config": {"ack_policy": "explicit"}},
    "CONSUMER.DURABLE.CREATE.CASES.mine": MY_DURABLE,
    "CONSUMER.DELETE.CASES.notify": None,
    "CONSUMER.PAUSE.CASES.notify": {"pause_until": "2100-01-01T00:00:00Z"},
    "CONSUMER.RESET.CASES.notify": {"seq": 1},
}
"""All that changes a stream or a consumer. Not the purge of CASES, which is denied to everybody."""

READS: dict[str, dict[str, Any] | None] = {
    "INFO": None,
    "STREAM.INFO.CASES": None,
    "STREAM.LIST": None,
    "STREAM.MSG.GET.CASES": {"seq": 1},
    "DIRECT.GET.CASES": {"last_by_subj": "case.A.submitted"},
    "DIRECT.GET.DEAD": {"seq": 1},
    "DIRECT.GET.LOOKS": {"seq": 1},
    "CONSUMER.INFO.CASES.determination": None,
    "CONSUMER.LIST.CASES": None,
}

WRITES = {
    "case.B.submitted": "intake",
    "case.B.supplement-requested.1": "intake",
    "case.B.supplemented.1": "intake",
    "case.B.refused": "intake",
    "case.B.accepted": "intake",
    "case.B.withdrawn": "intake",
    "claim.v1.0f": "intake",
    "claim.bank.0f": "allocation after-care",
    "claim.contract.0f": "allocation",
    "claim.signed.tax.0f": "verify-household",
    "claim.signed.housing.0f": "verify-property",
    "project.P.announced": "allocation",
    "draw.P.1.announced": "allocation",
    "home.H.listed": "allocation after-care",
    "ban.0f.1": "allocation",
    "case.B.deposit-asked.1": "allocation",
    "case.B.exit-proposed.1": "allocation after-care",
    "case.B.buy-back-asked.1": "after-care",
    "case.B.answered.tax.1": "verify-household",
    "case.B.answered.housing.1": "verify-property",
    "case.B.deferred.tax.1": "verify-household",
    "case.B.reminded.tax.1.1": "verify-household",
    "case.B.overdue.housing.1": "verify-property",
    "case.B.answered-by-hand.tax.1": "verify-household",
    "case.B.also-answered.tax.1.0123abcd": "verify-household",
    "register.tax.1": "verify-household",
    "register.housing.1": "verify-property",
    "register.lianshen.1": "archive verify-household verify-property",
    "case.B.determined.1": "determination",
    "case.B.confirmed.1": "determination",
    "case.B.reverification.2": "determination",
    "case.B.publicity-opened.1": "publicity",
    "case.B.objection-raised.1": "publicity",
    "case.B.objection-decided.1": "publicity",
    "case.B.objector-identified.1.1": "publicity",
    "case.B.publicity-closed.1": "publicity",
    "case.B.pool-confirmed": "publicity",
    "objector.B.1": "publicity",
    "timer.publicity.B.1": "publicity",
    "timer.fired.publicity.B": "",
    "checkpoint.publicity-index": "publicity",
    "checkpoint.verify-household-index.0.0": "verify-household",
    "case.B.notice-sent.accepted.folder": "notify",
    "case.B.notice-failed.accepted.folder.1": "notify",
    "case.B.anything-else": "",
    "look.B.0123abcd": "console",
    "dead.notify.1": "notify",
    "dead.determination.1": "determination",
    "telemetry.spans": " ".join(SERVICES),
    # Where nobody asked for it; who may where it is on: test_hops_of_the_server.py.
    "telemetry.hops": "",
    "probe.intake": "intake",
    "probe.operator": "operator",
}
"""Every kind of subject that a stream keeps, and who may write there."""

SEALED: dict[str, dict[str, Any] | None] = {
    "DIRECT.GET.OBJECTORS": {"last_by_subj": "objector.B.1"},
    "STREAM.MSG.GET.OBJECTORS": {"last_by_subj": "objector.B.1"},
    "STREAM.MSG.DELETE.OBJECTORS": {"seq": 999},
    "STREAM.PURGE.OBJECTORS": {"filter": "objector.none"},
}
"""What reads and erases who objected; no message has that number, so that nothing is erased for those who try next."""

SUBSCRIPTIONS = (">", "*.>", "case.>", "claim.>", "register.>", "department.housing.query.v1", "department.*.query.v1",
    "command.>", "answer.housing.v1", "index.publicity", "index.verify-property", "telemetry.>", "_R_.>", "_INBOX.>",
    "$JS.>", "$SYS.>")  # fmt: skip

CHOSEN = ("$JS.API.STREAM.DELETE.DEAD", "$JS.API.CONSUMER.DELETE.CASES.notify", "case.C.determined.1", "claim.v1.0e",
    "register.lianshen.9", "command.determination.do")  # fmt: skip

OTHER_REQUESTS = ("department.tax.query.v1", "department.housing.query.v1", "department.housing.notice.v1",
    "department.tax.batch.v1", "department.housing.batch.v1",
    "answer.tax.v1", "answer.housing.v1", "questions.tax.v1", "questions.housing.v1",
    "housing.closed-management.query.v1", "housing.ban.query.v1", "command.intake.hold",
    "command.intake.do", "command.determination.do", "command.intake.overdue", "$SRV.PING.intake", "$SRV.PING.tax",
    "$SRV.STATS.tax", "$SRV.INFO.tax", "$JS.API.CONSUMER.MSG.NEXT.CASES.notify",
    "$SYS.REQ.SERVER.PING", "$SYS.REQ.ACCOUNT.LOG.CONNZ", "$SYS.REQ.ACCOUNT.LOG.INFO",
    "$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.SERVER.PING.HEALTHZ",
    "$SYS.REQ.SERVER.PING.STATSZ")  # fmt: skip

USERS_WHO_TRY = ("tax", *SERVICES, "check", "operator", "system")


@dataclass(frozen=True)
class Row:
    user: str
    attempt: str
    said: str
    effect: str


async def every_attempt(world: World) -> list[Row]:
    """All users try everything, in one world: what has an effect on the streams shows in its row."""
    await world.come_alive()
    pending = await handed_out(world)
    rows: list[Row] = []
    for name in USERS_WHO_TRY:
        trier = Trier(world, name, await world.user(name))
        for change, request in CHANGES.items():
            rows.append(await trier.asks(f"$JS.API.{change}", request))
        for read, request in READS.items():
            rows.append(await trier.asks(f"$JS.API.{read}", request))
        for subject in WRITES:
            rows.append(await trier.writes(subject))
        for read, request in SEALED.items():
            rows.append(await trier.asks(f"$JS.API.{read}", request))
        for subject in OTHER_REQUESTS:
            rows.append(await trier.asks(subject))
        rows.append(await trier.acknowledges(pending))
        for subject in SUBSCRIPTIONS:
            rows.append(await trier.listens(subject))
        for chosen in CHOSEN:
            rows.append(await trier.chooses(chosen))
        rows.append(await trier.sends_reply_to())
        rows.append(await trier.guesses_a_reply())
        rows.append(await trier.passes_for_intake())
        rows.append(await trier.takes_intakes_commands())
    return rows


async def handed_out(world: World) -> str:
    """A message that notify has and has not acknowledged; the subject on which it would."""
    owner, notify = await world.owner(), world.alive["notify"]
    await owner.nc.request("case.A.accepted", ONE_EVENT)
    _, got = await notify.subscribe(inbox := notify.nc.new_inbox())
    await notify.publish("$JS.API.CONSUMER.MSG.NEXT.CASES.notify", b'{"batch": 1, "expires": 1000000000}', inbox)
    await until(lambda: got)
    return got[0].reply


@dataclass
class Trier:
    world: World
    name: str
    user: Connected

    async def _row(self, attempt: str, said: str, before: dict[str, Any]) -> Row:
        return Row(self.name, attempt, said, _effect(self.name, before, await self.world.state()))

    async def asks(self, subject: str, request: dict[str, Any] | None = None) -> Row:
        before = await self.world.state()
        said = await self.user.said(subject, json.dumps(request).encode() if request else b"")
        return await self._row(f"asks `{subject}`", said, before)

    async def writes(self, subject: str) -> Row:
        before = await self.world.state()
        return await self._row(f"writes `{subject}`", await self.user.said(subject, ONE_EVENT), before)

    async def acknowledges(self, pending: str) -> Row:
        before = await self.world.state()
        taken = await self.user.publish(pending, b"+ACK" if self.name != "notify" else b"+WPI")
        said = "nothing" if taken else "permissions violation"
        return await self._row("acknowledges what `notify` was given", said, before)

    async def listens(self, subject: str) -> Row:
        """While a service writes, asks a department and is called by the operator."""
        fresh = await self.world.user(self.name)
        taken, heard = await fresh.subscribe(subject)
        await _traffic(self.world)
        await asyncio.sleep(0.05)
        await flushed(fresh.nc)
        said = "nothing" if taken else "permissions violation"
        await fresh.nc.close()
        heard_of = sorted({_kind_of(message.subject) for message in heard})
        effect = f"hears {', '.join(heard_of)}" if heard_of else "none"
        return Row(self.name, f"listens to `{subject}`", said, effect)

    async def chooses(self, chosen: str) -> Row:
        """Through everything that its account imports."""
        before = await self.world.state()
        for subject in self.world.imports_of(self.name):
            await self.user.publish(subject, _body_for(subject), reply=chosen, headers=NOT_EXPECTED)
        await asyncio.sleep(0.1)
        return await self._row(f"asks all it can, the reply to `{chosen}`", "nothing", before)

    async def sends_reply_to(self) -> Row:
        before = await self.world.state()
        headers = NOT_EXPECTED | {"reply_to": "$JS.API.STREAM.DELETE.DEAD"}
        for subject in self.world.imports_of(self.name):
            await self.user.publish(subject, _body_for(subject), headers=headers)
        await asyncio.sleep(0.05)
        return await self._row(
            "sends all it can with a header `reply_to: $JS.API.STREAM.DELETE.DEAD`", "nothing", before
        )

    async def guesses_a_reply(self) -> Row:
        """It knows the subject under which `housing` is to reply to a question, and replies first."""
        attempt = "replies in the place of `housing`, on the very subject"
        if self.name == "verify-property":
            return Row(self.name, attempt, "nothing", "none: it asked itself")
        asker = self.world.alive["verify-property"]
        _, answers = await asker.subscribe(inbox := asker.nc.new_inbox())
        self.world.held.clear()
        await asker.publish("department.housing.query.v1", HOLD, reply=inbox)
        await until(lambda: self.world.held)
        taken = await self.user.publish(self.world.held[0], b"forged")
        await self.user.publish(inbox, b"forged")
        await asyncio.sleep(0.05)
        forged = [answer for answer in answers if answer.data == b"forged"]
        said = "nothing" if taken else "permissions violation"
        return Row(self.name, attempt, said, "the forged reply arrives" if forged else "none")

    async def passes_for_intake(self) -> Row:
        """It calls itself `intake`; whether whoever looks for intake meets it."""
        operator, fresh = await self.world.user("operator"), await self.world.user(self.name)
        await nats.micro.add_service(fresh.nc, name="intake", version="6.6.6")
        await flushed(fresh.nc)
        _, met = await operator.subscribe(inbox := operator.nc.new_inbox())
        await operator.publish("$SRV.PING.intake", reply=inbox)
        await asyncio.sleep(0.1)
        false = [reply for reply in met if reply.data and json.loads(reply.data)["version"] == "6.6.6"]
        said = "permissions violation" if fresh.refused else "nothing"
        await fresh.nc.close()
        await operator.nc.close()
        effect = "it is met" if false else "none"
        return Row(self.name, "serves under the name `intake`", said, effect)

    async def takes_intakes_commands(self) -> Row:
        operator, fresh = await self.world.user("operator"), await self.world.user(self.name)
        taken, heard = await fresh.subscribe("command.intake.overdue")
        await operator.ask("command.intake.overdue")
        await asyncio.sleep(0.05)
        await fresh.nc.close()
        await operator.nc.close()
        said = "nothing" if taken else "permissions violation"
        return Row(self.name, "listens to the commands for `intake`", said, "hears them" if heard else "none")


def _body_for(subject: str) -> bytes:
    """What asks for nothing that comes later: a request that waits would be answered by somebody else's attempt."""
    if ".DIRECT.GET." in subject:
        return b'{"last_by_subj": "case.none"}'
    return b'{"batch": 1, "no_wait": true}' if ".MSG.NEXT." in subject else b""


def _effect(user: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """In few words; CHANGED for what nobody who tries here may bring about."""
    if before == after:
        return "none"
    own = {durable.name for durable in SERVICES[user].durables} if user in SERVICES else set()
    stored, handed_out = [], []
    for name in before.keys() | after.keys():
        was, now = before.get(name, {}), after.get(name, {})
        if was.keys() != now.keys() or was["config"] != now["config"] or _moved(was["kept"], now["kept"]):
            return "CHANGED"
        stored += [name] if was["kept"] != now["kept"] else []
        for durable in was["consumers"].keys() | now["consumers"].keys():
            one, other = was["consumers"].get(durable), now["consumers"].get(durable)
            if one != other:
                if durable not in own or one[::2] != other[::2]:
                    return "CHANGED"
                handed_out.append(durable)
    effects = [f"stored in {' and '.join(sorted(stored))}"] if stored else []
    return " and ".join([*effects, *(["its own durables hand out messages"] if handed_out else [])])


def _given_out(consumer: dict[str, Any]) -> tuple[int, int]:
    """What waits for a word, and how often anything was fetched: also what waited already, and came once more."""
    fetched = 0 if "deliver_subject" in consumer["config"] else consumer["delivered"]["consumer_seq"]
    return consumer["num_ack_pending"], fetched


def _moved(was: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a stream did anything but grow; on some, a new message takes the place of an old one."""
    return bool(now["messages"] < was["messages"] or now["last_seq"] < was["last_seq"])


def _kind_of(subject: str) -> str:
    first = subject.split(".")[0]
    return {"_INBOX": "replies", "_R_": "replies"}.get(first, f"{first}.…")


async def _traffic(world: World) -> None:
    intake, asking = world.alive["intake"], world.alive["verify-property"]
    operator = world.alive.get("operator") or await world.user("operator")
    world.alive["operator"] = operator
    await intake.ask("claim.v1.traffic")
    await intake.ask("case.T.submitted")
    await intake.publish("telemetry.spans", b"{}")
    await world.alive["publicity"].ask("case.T.publicity-opened.1")
    await asking.ask("department.housing.query.v1")
    await operator.ask("command.intake.overdue")
    await operator.ask("command.determination.overdue")
    await operator.ask("$JS.API.STREAM.INFO.CASES")
    for user in (intake, asking, operator):
        await flushed(user.nc)


# --- the table -----------------------------------------------------------------------------------------------------


def table(rows: Iterable[Row]) -> str:
    """Attempts that come to the same stand together, and so do users."""
    by_attempt: dict[str, dict[tuple[str, str], list[str]]] = {}
    for row in rows:
        by_attempt.setdefault(row.attempt, {}).setdefault((row.said, row.effect), []).append(row.user)
    alike: list[tuple[list[str], dict[tuple[str, str], list[str]]]] = []
    for attempt, outcomes in by_attempt.items():
        if alike and alike[-1][1] == outcomes:
            alike[-1][0].append(attempt)
        else:
            alike.append(([attempt], outcomes))
    lines = ["| user | attempt | what the server said | effect |", "|---|---|---|---|"]
    for attempts, outcomes in alike:
        for (said, effect), users in outcomes.items():
            lines.append(f"| {_names(users)} | {', '.join(_without_the_verb(attempts))} | {said} | {effect} |")
    return "\n".join(lines) + "\n"


def _without_the_verb(attempts: list[str]) -> list[str]:
    verb = attempts[0].partition(" ")[0]
    return [attempts[0], *(it.removeprefix(f"{verb} ") for it in attempts[1:])]


def _names(users: list[str]) -> str:
    if set(users) == set(USERS_WHO_TRY):
        return "everybody"
    if set(users) >= set(SERVICES):
        return ", ".join(["every service", *(user for user in users if user not in SERVICES)])
    return ", ".join(users)
