"""What each credential reaches on the bus, tried on the real server.

The table of all attempts stands in docs/what-each-credential-reaches.md and is compared with what came out; to write
it anew: `python -m tests.embedded.test_who_may_do_what_on_the_bus`. Every refusal is proven by somebody who does get
the same through: in the table, or in a test below.
"""

import asyncio
import json
import tempfile
from pathlib import Path

import nats.micro
import pytest
from nats.errors import NoRespondersError
from nats.micro.request import Request
from nats.micro.service import EndpointConfig

from chassis.bus import flushed
from lianshen.catalog import SERVICES
from tests.embedded.attempts import (
    CHANGES,
    CHOSEN,
    HOLD,
    ONE_EVENT,
    OTHER_REQUESTS,
    READS,
    SEALED,
    USERS_WHO_TRY,
    WRITES,
    Row,
    a_bus,
    answer_with_nothing,
    every_attempt,
    handed_out,
    table,
)
from tests.support.waiting import until

DOCUMENT = Path(__file__).parents[2] / "docs" / "what-each-credential-reaches.md"
HEAD = """# What each credential reaches on the bus

Every user of the bus tries everything, on the real server, every service in a process of its own, on streams as they
are provisioned. `tests/embedded/test_who_may_do_what_on_the_bus.py` makes this table and compares it with this file.

`tax` stands for any department; `check` is the conformance kit's user, `operator` the command line's. "Nobody is
there" is the server's answer where an account imports no such subject; what a service asks in its own account reaches
only its own process. What the provisioner can do is not here: it is all of this, and nobody else has its seed.

"""
HEARS_OWN = {
    "intake": {"case.…", "claim.…", "command.…", "register.…", "replies", "telemetry.…"},
    "verify-household": {"case.…", "register.…"},
    "verify-property": {"case.…", "department.…", "register.…", "replies"},
    "determination": {"case.…", "command.…", "replies"},
    "publicity": {"case.…", "replies"},
    "allocation": {"case.…"},
    "archive": {"register.…"},
    "operator": {"case.…", "telemetry.…", "replies"},
}
"""What a process may overhear: its own messages, what its own indexes are fed, and what the operator watches."""


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """All attempts, made once."""
    return asyncio.run(_all())


async def _all() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        async with a_bus(Path(folder)) as world:
            return await every_attempt(world)


def of(rows: list[Row], verb: str) -> list[Row]:
    return [row for row in rows if row.attempt.startswith(verb)]


def test_the_table_is_what_the_server_does(rows: list[Row]) -> None:
    assert (HEAD + table(rows)) == DOCUMENT.read_text(encoding="utf-8")


def test_nobody_but_the_provisioner_changes_a_stream_or_a_consumer(rows: list[Row]) -> None:
    assert not [row for row in rows if "CHANGED" in row.effect]
    for change in CHANGES:
        tried = of(rows, f"asks `$JS.API.{change}`")
        assert len(tried) == len(USERS_WHO_TRY)
        assert {row.said for row in tried} == {"permissions violation", "nobody is there"}


def test_each_kind_of_event_is_written_by_the_service_whose_it_is(rows: list[Row]) -> None:
    for subject, owners in WRITES.items():
        stored = {row.user for row in of(rows, f"writes `{subject}`") if row.effect.startswith("stored in ")}
        assert stored == set(owners.split()), subject
    others = [row for row in of(rows, "writes ") if row.attempt != "writes `probe.operator`"]
    assert {row.effect for row in others if row.user in ("tax", "check", "operator", "system")} == {"none"}


def test_only_writing_stores_anything(rows: list[Row]) -> None:
    assert not [row for row in rows if "stored" in row.effect and not row.attempt.startswith("writes ")]


def test_departments_and_the_kit_read_nothing_and_services_nothing_but_the_log(rows: list[Row]) -> None:
    for read in READS:
        said = {row.user: row.said for row in of(rows, f"asks `$JS.API.{read}`")}
        assert {said["tax"], said["check"]} == {"permissions violation"}
        assert said["operator"] == "an answer"
        own = {
            "CONSUMER.INFO.CASES.determination": {"determination"},
            "DIRECT.GET.LOOKS": {"console", "intake", "archive"},
            "DIRECT.GET.DEAD": {"console"},
            # How much the whole log keeps, for the page of operations.
            "INFO": {"console"},
        }
        if read not in ("STREAM.INFO.CASES", "STREAM.MSG.GET.CASES", "DIRECT.GET.CASES"):
            assert {name for name in SERVICES if said[name] == "an answer"} == own.get(read, set())


def test_who_objected_is_read_and_erased_by_publicity_alone_and_purged_by_nobody(rows: list[Row]) -> None:
    denied = {"permissions violation", "nobody is there"}
    reached = {it: {row.user for row in of(rows, f"asks `$JS.API.{it}`") if row.said not in denied} for it in SEALED}
    assert reached == {
        "DIRECT.GET.OBJECTORS": {"publicity"},
        "STREAM.MSG.GET.OBJECTORS": {"publicity"},
        "STREAM.MSG.DELETE.OBJECTORS": {"publicity"},
        "STREAM.PURGE.OBJECTORS": set(),
    }


def test_what_is_asked_of_others_reaches_whoever_it_is_meant_for(rows: list[Row]) -> None:
    answered = {
        subject: {row.user for row in of(rows, f"asks `{subject}`") if row.said == "an answer"}
        for subject in OTHER_REQUESTS
    }
    assert answered == {
        "department.tax.query.v1": {"verify-household", "check"},
        "department.housing.query.v1": {"verify-property", "intake", "allocation", "check"},
        "department.housing.notice.v1": {"verify-property", "check"},
        # A ban is asked about alone, and so is a tenancy before the keys.
        "department.tax.batch.v1": {"verify-household", "check"},
        "department.housing.batch.v1": {"verify-property", "check"},
        # For real estate alone, which is not there (test_the_register_asks_about_a_home.py).
        "housing.closed-management.query.v1": set(),
        "housing.ban.query.v1": set(),
        # Of its own process, too, which is where it is answered.
        "answer.tax.v1": {"tax", "verify-household"},
        "answer.housing.v1": {"verify-property"},
        "questions.tax.v1": {"tax", "verify-household"},
        "questions.housing.v1": {"verify-property"},
        "command.intake.hold": {"determination", "allocation", "intake"},
        # What takes a person goes over the console: the operator has what needs none.
        "command.intake.do": {"intake"},
        "command.determination.do": {"determination"},
        "command.intake.overdue": {"operator", "intake"},
        "$SRV.PING.intake": {"operator", "intake"},
        "$SRV.PING.tax": {"operator", "console"},
        "$SRV.STATS.tax": {"operator", "console"},
        "$SRV.INFO.tax": {"operator", "check", "verify-household"},
        "$JS.API.CONSUMER.MSG.NEXT.CASES.notify": {"notify"},
        "$SYS.REQ.SERVER.PING": set(),
        "$SYS.REQ.ACCOUNT.LOG.CONNZ": set(),
        "$SYS.REQ.ACCOUNT.LOG.INFO": set(),
        "$SYS.REQ.CLAIMS.UPDATE": set(),
        # Whether the server had an error while it wrote, and no more.
        "$SYS.REQ.SERVER.PING.HEALTHZ": {*SERVICES, "operator"},
        # How many messages there were, and nothing of what is in them.
        "$SYS.REQ.SERVER.PING.STATSZ": {"operator"},
    }


def test_nobody_hears_what_is_not_said_to_it(rows: list[Row]) -> None:
    for row in of(rows, "listens to `"):
        heard = set(row.effect.removeprefix("hears ").split(", ")) if row.effect != "none" else set()
        assert heard <= HEARS_OWN.get(row.user, set()), row


def test_no_chosen_reply_subject_or_header_reaches_anything(rows: list[Row]) -> None:
    for row in of(rows, "asks all it can") + of(rows, "sends all it can"):
        assert row.effect in ("none", "its own durables hand out messages"), row


def test_nobody_replies_acknowledges_or_serves_in_the_place_of_another(rows: list[Row]) -> None:
    others = {
        "replies in the place of `housing`": "verify-property",
        "acknowledges": "notify",
        "serves under the name `intake`": "intake",
        "listens to the commands for `intake`": "intake",
    }
    for attempt, owner in others.items():
        tried = of(rows, attempt)
        assert len(tried) == len(USERS_WHO_TRY)
        assert {row.effect for row in tried if row.user != owner} == {"none"}, attempt


# --- those who can -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", CHANGES)
async def test_the_provisioner_changes_streams_and_consumers(tmp_path: Path, change: str) -> None:
    async with a_bus(tmp_path) as world:
        owner = await world.owner()
        if "MSG.DELETE" in change:
            await owner.nc.request("dead.notify.1", b"{}")
        answer = json.loads((await owner.ask(f"$JS.API.{change}", CHANGES[change])).data)
        assert "error" not in answer, answer
        if "RESTORE" in change:
            # An open restore would hold up the server's end for five seconds.
            await owner.publish(answer["deliver_subject"])


async def test_the_log_is_emptied_by_nobody(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        owner = await world.owner()
        for change, request in (("STREAM.PURGE.CASES", None), ("STREAM.MSG.DELETE.CASES", {"seq": 1})):
            assert "error" in json.loads((await owner.ask(f"$JS.API.{change}", request)).data)
        assert await world.stored("CASES") == 1


async def test_inside_an_account_a_chosen_reply_subject_is_delivered_to_which_is_why_accounts_are_the_walls(
    tmp_path: Path,
) -> None:
    async with a_bus(tmp_path) as world:
        owner = await world.owner()
        await owner.publish("$JS.API.STREAM.INFO.CASES", b"", reply="case.C.determined.1")
        nothing_there = b'{"last_by_subj": "case.none"}'
        for chosen in (it for it in CHOSEN if it.startswith("$JS.API")):
            await owner.publish("$JS.API.DIRECT.GET.CASES", nothing_there, reply=chosen)
        await asyncio.sleep(0.2)
        after = await world.state()
        assert "DEAD" not in after
        assert "notify" not in after["CASES"]["consumers"]
        assert after["CASES"]["kept"]["messages"] == 2


async def test_notify_acknowledges_what_it_was_given_and_housing_replies_to_what_it_was_asked(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        await world.come_alive()
        pending = await handed_out(world)
        assert (await world.state())["CASES"]["consumers"]["notify"][1][0] == 1
        await world.alive["notify"].publish(pending, b"+ACK")
        assert (await world.state())["CASES"]["consumers"]["notify"][1][0] == 0

        asker, housing = world.alive["verify-property"], world.alive["housing"]
        _, answers = await asker.subscribe(inbox := asker.nc.new_inbox())
        await asker.publish("department.housing.query.v1", HOLD, reply=inbox)
        await until(lambda: world.held)
        assert world.held[0].startswith("_R_.")
        await asyncio.sleep(0.3)
        await housing.publish(world.held[0], b"late")
        await until(lambda: answers)
        assert answers[0].data == b"late"


async def test_the_provisioner_writes_what_no_service_writes(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        owner = await world.owner()
        for subject in (subject for subject, owners in WRITES.items() if not owners):
            assert "error" not in json.loads((await owner.nc.request(subject, ONE_EVENT)).data)


# --- what each is there for ----------------------------------------------------------------------------------------


async def test_a_service_fetches_and_acknowledges_from_a_durable_it_cannot_make(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        await (await world.owner()).nc.request("case.A.determined.1", ONE_EVENT)
        publicity = await world.user("publicity")
        reader = await publicity.nc.jetstream().pull_subscribe_bind("publicity", "CASES")
        (fetched,) = await reader.fetch(1, timeout=5)
        assert (fetched.subject, fetched.data) == ("case.A.determined.1", ONE_EVENT)
        await fetched.ack_sync(timeout=5)
        info = json.loads((await publicity.ask("$JS.API.CONSUMER.INFO.CASES.publicity")).data)
        assert (info["num_ack_pending"], info["num_pending"]) == (0, 0)
        assert not publicity.refused


async def test_the_command_line_calls_commands_reads_many_at_once_and_watches_live(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        await world.come_alive()
        operator, intake = await world.user("operator"), world.alive["intake"]
        assert (await operator.ask("command.intake.overdue")).data == b'{"ok": {}}'

        inbox = operator.nc.new_inbox()
        _, replies = await operator.subscribe(f"{inbox}.*")
        await operator.publish("$SRV.PING", reply=f"{inbox}.services")
        await asyncio.sleep(0.2)
        assert sorted(json.loads(reply.data)["name"] for reply in replies) == sorted(SERVICES)

        for number in range(20):
            await intake.nc.request(f"case.B.supplemented.{number}", ONE_EVENT)
        _, history = await operator.subscribe(f"{inbox}.history.*")
        many = b'{"multi_last": ["case.B.>"], "batch": 100}'
        await operator.publish("$JS.API.DIRECT.GET.CASES", many, reply=f"{inbox}.history.1")
        await asyncio.sleep(0.2)
        assert [reply.headers["Nats-Subject"] for reply in history[:-1] if reply.headers] == [
            f"case.B.supplemented.{number}" for number in range(20)
        ]
        assert (history[-1].headers or {})["Status"] == "204"

        taken, live = await operator.subscribe("case.B.>")
        await intake.nc.request("case.B.accepted", ONE_EVENT)
        await asyncio.sleep(0.1)
        assert taken
        assert [message.subject for message in live] == ["case.B.accepted"]
        assert not operator.refused


async def test_a_department_answers_its_own_questions_once_each_as_a_service(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        asker, tax = await world.user("verify-household"), await world.user("tax")

        async def answer(request: Request) -> None:
            await request.respond(b"answer to " + request.data)
            await request.respond(b"another answer")

        running = await nats.micro.add_service(tax.nc, name="tax", version="1.0.0")
        await running.add_endpoint(EndpointConfig(name="query", subject="department.tax.query.v1", handler=answer))
        await flushed(tax.nc)
        assert not tax.refused

        inbox = asker.nc.new_inbox()
        _, replies = await asker.subscribe(f"{inbox}.*")
        await asker.publish("department.tax.query.v1", b"one", reply=f"{inbox}.1")
        await asker.publish("department.tax.query.v1", b"two", reply=f"{inbox}.2")
        await asyncio.sleep(0.2)
        assert {reply.subject: reply.data for reply in replies} == {
            f"{inbox}.1": b"answer to one",
            f"{inbox}.2": b"answer to two",
        }
        assert len(replies) == 2


async def test_a_department_that_is_away_is_known_at_once(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        asker = await world.user("verify-household")
        with pytest.raises(NoRespondersError):
            await asker.ask("department.tax.query.v1")


async def test_a_deferred_answer_is_taken_from_the_department_itself_only(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        service, tax, housing = [await world.user(name) for name in ("verify-household", "tax", "housing")]
        replied = await answer_with_nothing(service, "answer.tax.v1")
        assert (await tax.nc.request("answer.tax.v1", b"from tax", timeout=5)).data == b""
        assert not await housing.publish("answer.tax.v1", b"from housing")
        await asyncio.sleep(0.1)
        assert len(replied) == 1
        assert replied[0].startswith("_R_.")


async def test_what_a_service_says_of_the_register_is_heard_by_every_process(tmp_path: Path) -> None:
    async with a_bus(tmp_path) as world:
        household, seal = await world.user("verify-household"), await world.user("archive")
        _, heard = await household.subscribe("index.register")
        await seal.nc.request("register.lianshen.1", ONE_EVENT)
        await until(lambda: heard)
        assert heard[0].subject == "register.lianshen.1"


def write_the_document() -> None:
    DOCUMENT.write_text(HEAD + table(asyncio.run(_all())), encoding="utf-8")


if __name__ == "__main__":
    write_the_document()
