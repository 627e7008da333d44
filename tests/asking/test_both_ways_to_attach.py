"""One suite over both ways a department can be attached: the same words become the same event."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, cast

import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.commands import call
from chassis.log.journal import Journal
from chassis.timing import Timing
from contracts.events import DepartmentAnswered, DepartmentDeferred
from contracts.events.values import FamilyMember
from contracts.inquiries import MAX_ANSWER_BYTES
from inquiry.attachments import Declined, TooMuch, Unreachable
from inquiry.attachments.bus import BusAttachment
from inquiry.attachments.config import read_attachments
from inquiry.attachments.http import HttpAttachment
from inquiry.department_client import durables_for
from inquiry.questions import Sent, question_for, to_send
from procedures.hainan_2025.departments.tax import TAX
from tests.support.departments import (
    A_THIRD,
    HOUSEHOLD,
    OnTheBus,
    Question,
    Said,
    accept,
    an_answer,
    deferred,
    events_of,
    in_json,
    settled,
    verifying,
)
from tests.support.families import an_id_number
from tests.support.readers import info
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE, until

OUTSIDER = an_id_number(1955)


@pytest.fixture
def timing() -> Timing:
    return A_THIRD


class Attached(Protocol):
    """A department of either kind: what it was asked, what it says, and the table that attaches it."""

    asked: list[Question]
    say: Callable[[Question], Awaitable[Said] | Said]
    table: str


class ByHttp:
    """A department's own HTTP endpoint, on a port of the system's choice."""

    def __init__(self, say: Callable[[Question], Awaitable[Said] | Said]) -> None:
        self.say = say
        self.url = self.table = ""
        self.asked: list[Question] = []
        self.requests: list[Request] = []
        self.statuses: list[int] = []
        self.app = FastAPI()
        self.app.post("/query")(self._query)

    async def _query(self, request: Request) -> Response:
        self.asked.append(json.loads(await request.body()))
        self.requests.append(request)
        if self.statuses:
            return Response(status_code=self.statuses.pop(0))
        said = self.say(self.asked[-1])
        body = in_json(await said if isinstance(said, Awaitable) else said)
        if body is None:
            await asyncio.sleep(20)
        return Response(body, media_type="application/json")


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The address of an app that runs until the end of the block."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=0))
    # The signals of this process are pytest's.
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await asyncio.wait([running], timeout=5)
        assert running.done()


@asynccontextmanager
async def an_endpoint(say: Callable[[Question], Said] = an_answer, *statuses: int) -> AsyncIterator[ByHttp]:
    """A running endpoint that first replies these statuses."""
    by_http = ByHttp(say)
    by_http.statuses = list(statuses)
    async with served(by_http.app) as address:
        by_http.url = f"{address}/query"
        by_http.table = f'[tax]\nby = "http"\nurl = "{by_http.url}"\ntimeout_seconds = 1\n'
        yield by_http


@pytest.fixture(params=["bus", "http"])
async def department(request: pytest.FixtureRequest, real_bus: RealBus) -> AsyncIterator[Attached]:
    if request.param == "bus":
        yield await OnTheBus("tax", an_answer).start(real_bus)
        return
    async with an_endpoint() as by_http:
        yield by_http


SAYS: dict[str, tuple[Callable[[Question], Said], dict[str, Any]]] = {
    "found": (
        lambda question: an_answer(question, "found", {"income_recorded": True, "division": "150303"}),
        {"kind": "found", "rows": [{"income_recorded": True, "division": "150303"}]},
    ),
    "none": (lambda question: an_answer(question, "none"), {"kind": "none"}),
    "not matched": (lambda question: an_answer(question, "not_matched"), {"kind": "not_matched"}),
    "refused": (lambda question: an_answer(question, "refused"), {"kind": "refused"}),
    "surplus": (
        lambda question: an_answer(question, "found", {"division": "150303", "salary": "9000"}, by="somebody"),
        {"kind": "found", "rows": [{"division": "150303"}], "surplus": 2},
    ),
    "somebody else": (
        lambda question: an_answer(question) | {"persons": [{"id_number": OUTSIDER, "kind": "found"}]},
        {"kind": "cannot_determine", "note": "it contradicts itself: found, and nobody is named", "surplus": 1},
    ),
}
NO_ANSWERS: dict[str, tuple[Callable[[Question], Said], str]] = {
    "another question's": (
        lambda question: an_answer(question) | {"question_id": "Q" * 26},
        "it is to another question",
    ),
    "not JSON": (
        lambda question: b"<html>",
        "it is not JSON",
    ),
    "too much": (
        lambda question: b"9" * (MAX_ANSWER_BYTES + 1),
        "the answer is larger than any answer may be",
    ),
}


async def test_the_same_words_become_the_same_event(real_bus: RealBus, journal: Journal, department: Attached) -> None:
    async with verifying(real_bus, journal, [TAX], attached_by=department.table):
        for what, (say, expected) in SAYS.items():
            department.say = say
            number = await accept(journal, "tax")
            await until(lambda number=number: settled(journal, number))  # type: ignore[misc]
            [event] = await events_of(journal, number)
            assert isinstance(event, DepartmentAnswered)
            assert (event.answer.kind, event.surplus) == (expected["kind"], expected.get("surplus", 0)), what
            assert event.answer.note == expected.get("note"), what
            assert len(event.answer.persons) == expected.get("persons", 1), what
            assert [row for it in event.answer.persons for row in it.records] == expected.get("rows", []), what
            assert event.question_id == department.asked[-1]["question_id"]
    assert len(department.asked) == len(SAYS)


async def test_the_same_rubbish_is_no_answer_both_ways(
    real_bus: RealBus, journal: Journal, department: Attached
) -> None:
    async with verifying(real_bus, journal, [TAX], attached_by=department.table):
        operator = await real_bus.connect("operator")
        for what, (say, why) in NO_ANSWERS.items():
            department.say = say
            number = await accept(journal, "tax")
            await until(lambda why=why: is_shown(operator, why))  # type: ignore[misc]
            assert await events_of(journal, number) == [], what
            department.say = an_answer
            await until(lambda number=number: settled(journal, number))  # type: ignore[misc]


async def is_shown(operator: Client, why: str) -> bool:
    [state] = (await call(operator, HOUSEHOLD, "departments", {}))["departments"]
    return any(why in fault["why"] for fault in state["faults"])


async def test_a_promise_is_kept_both_ways(real_bus: RealBus, journal: Journal, department: Attached) -> None:
    promised = datetime.now(UTC) + timedelta(seconds=0.6)
    department.say = lambda question: (
        deferred(question, promised) if len(department.asked) == 1 else an_answer(question)
    )
    async with verifying(real_bus, journal, [TAX], attached_by=department.table):
        number = await accept(journal, "tax")
        await until(lambda: settled(journal, number))
    assert datetime.now(UTC) >= promised
    assert [type(event) for event in await events_of(journal, number)] == [DepartmentDeferred, DepartmentAnswered]


async def test_a_department_that_says_nothing_in_time_is_asked_again_later(
    real_bus: RealBus, journal: Journal, department: Attached
) -> None:
    department.say = lambda question: None if len(department.asked) == 1 else an_answer(question)
    async with verifying(real_bus, journal, [TAX], attached_by=department.table.replace("= 1\n", "= 0.3\n")):
        number = await accept(journal, "tax")
        await until(lambda: settled(journal, number))
    assert len(department.asked) == 2
    assert department.asked[0] == department.asked[1]


async def test_both_ways_the_question_is_the_same_bytes(real_bus: RealBus) -> None:
    on_the_bus = await OnTheBus("tax", an_answer).start(real_bus)
    async with an_endpoint() as by_http:
        for attachment in (BusAttachment(await real_bus.connect(), "tax", nobody), HttpAttachment(by_http.url)):
            assert json.loads(await attachment.ask(a_question(), 2))["kind"] == "found"
            await attachment.close()
    assert on_the_bus.asked == by_http.asked


async def nobody(body: bytes) -> None:
    raise AssertionError("nothing is late here")


def a_question() -> Sent:
    family = (FamilyMember(id_number=an_id_number(order=7), name="王建国", role="applicant"),)
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    return to_send(question_for(TAX, b"q" * 32, "A", 1, family, now, now + timedelta(days=7)), None)


# --- only over HTTP --------------------------------------------------------------------------------------------


@asynccontextmanager
async def http_tax(
    say: Callable[[Question], Said] = an_answer, *statuses: int
) -> AsyncIterator[tuple[ByHttp, HttpAttachment]]:
    async with an_endpoint(say, *statuses) as by_http:
        attachment = HttpAttachment(by_http.url)
        try:
            yield by_http, attachment
        finally:
            await attachment.close()


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_stumbling_endpoint_is_asked_again_within_one_delivery(status: int) -> None:
    async with http_tax(an_answer, status) as (tax, attachment):
        assert json.loads(await attachment.ask(a_question(), 5))["kind"] == "found"
    keys = [request.headers["idempotency-key"] for request in tax.requests]
    assert keys == [a_question().question.question_id] * 2


@pytest.mark.parametrize("status", [503, 301, 401, 404])
async def test_an_endpoint_that_keeps_failing_is_unreachable_and_its_questions_wait(status: int) -> None:
    async with http_tax(an_answer, *[status] * 10) as (tax, attachment):
        with pytest.raises(Unreachable, match=f"the department's endpoint says {status}"):
            await attachment.ask(a_question(), 10)
    assert len(tax.asked) == 3


@pytest.mark.parametrize("status", [400, 422, 500])
async def test_a_status_that_may_be_about_one_question_alone_declines_that_one(status: int) -> None:
    async with http_tax(an_answer, *[status] * 10) as (_, attachment):
        with pytest.raises(Declined, match=f"the department's endpoint says {status}"):
            await attachment.ask(a_question(), 10)


async def test_a_declined_question_is_asked_again_and_decides_nothing(real_bus: RealBus, journal: Journal) -> None:
    async with (
        an_endpoint(an_answer, *[422] * 5) as tax,
        verifying(real_bus, journal, [TAX], attached_by=tax.table),
    ):
        operator = await real_bus.connect("operator")
        number = await accept(journal, "tax")
        await until(lambda: is_shown(operator, "the department's endpoint says 422"))
        assert await events_of(journal, number) == []
        await until(lambda: settled(journal, number))
    [event] = await events_of(journal, number)
    assert isinstance(event, DepartmentAnswered)
    assert event.answer.kind == "found"


async def test_a_slow_endpoint_is_unreachable_once_its_time_is_over() -> None:
    async with http_tax(lambda question: None) as (tax, attachment):
        began = asyncio.get_running_loop().time()
        with pytest.raises(Unreachable):
            await attachment.ask(a_question(), 0.4)
        assert asyncio.get_running_loop().time() - began < 1 * PATIENCE
    assert len(tax.asked) == 1


async def test_nobody_listening_is_unreachable() -> None:
    attachment = HttpAttachment("http://127.0.0.1:1/query")
    with pytest.raises(Unreachable, match="ConnectError"):
        await attachment.ask(a_question(), 3)
    await attachment.close()


async def test_a_redirect_takes_no_personal_data_elsewhere() -> None:
    app = FastAPI()
    async with an_endpoint() as elsewhere, served(app) as address:

        @app.post("/query")
        async def query() -> Response:
            return RedirectResponse(elsewhere.url, status_code=307)

        attachment = HttpAttachment(f"{address}/query")
        with pytest.raises(Unreachable, match="says 307"):
            await attachment.ask(a_question(), 3)
        await attachment.close()
    assert elsewhere.asked == []


async def test_an_endless_body_is_stopped_where_an_answer_ends() -> None:
    sent, hung_up = [0], asyncio.Event()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while sent[0] < 500_000_000:
                writer.write(b"10000\r\n" + b"9" * 65536 + b"\r\n")
                sent[0] += 65536
                await writer.drain()
        except ConnectionError:
            hung_up.set()
        writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    attachment = HttpAttachment(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/query")
    with pytest.raises(TooMuch):
        await attachment.ask(a_question(), 5)
    await asyncio.wait_for(hung_up.wait(), 3)
    await attachment.close()
    server.close()
    assert sent[0] < 50_000_000


async def test_a_packed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(b"9" * 50_000_000)
    assert len(bomb) < MAX_ANSWER_BYTES
    app, accepted_encodings = FastAPI(), []

    @app.post("/query")
    async def query(request: Request) -> Response:
        accepted_encodings.append(request.headers["accept-encoding"])
        return Response(bomb, headers={"Content-Encoding": "gzip"})

    async with served(app) as address:
        attachment = HttpAttachment(f"{address}/query")
        assert await attachment.ask(a_question(), 5) == bomb
        await attachment.close()
    assert accepted_encodings == ["identity"]


async def test_the_token_goes_with_the_question_and_no_person_into_the_address(
    real_bus: RealBus, journal: Journal, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    async with an_endpoint() as tax:
        table = tax.table + f'token_file = "{tmp_path / "token"}"\n'
        async with verifying(real_bus, journal, [TAX], attached_by=table):
            number = await accept(journal, "tax")
            await until(lambda: settled(journal, number))
    [request] = tax.requests
    assert request.headers["authorization"] == "Bearer s3cret"
    assert (request.url.path, request.url.query) == ("/query", "")
    everything = json.dumps(tax.asked) + str(request.headers)
    assert number not in everything


# --- only on the bus -------------------------------------------------------------------------------------------


async def test_a_silent_responder_is_asked_once_a_delivery_and_a_missing_one_twice(real_bus: RealBus) -> None:
    attachment = BusAttachment(await real_bus.connect(), "tax", nobody)
    with pytest.raises(Unreachable, match="nobody answers on the department's subject"):
        await attachment.ask(a_question(), 3)
    tax = await OnTheBus("tax", lambda question: None).start(real_bus)
    with pytest.raises(Unreachable, match="no answer in time"):
        await attachment.ask(a_question(), 0.4)
    assert len(tax.asked) == 1


async def test_late_replies_that_take_their_time_hold_up_no_other_reply(real_bus: RealBus) -> None:
    taken: list[bytes] = []

    async def slowly(body: bytes) -> None:
        await asyncio.sleep(30)
        taken.append(body)

    async def say(question: Question) -> Said:
        await asyncio.sleep(0.5 if len(tax.asked) == 1 else 0)
        return an_answer(question)

    tax = await OnTheBus("tax", say).start(real_bus)
    attachment = BusAttachment(await real_bus.connect(), "tax", slowly)
    with pytest.raises(Unreachable):
        await attachment.ask(a_question(), 0.2)
    await asyncio.sleep(0.5)
    assert json.loads(await attachment.ask(a_question(), 1))["kind"] == "found"
    assert taken == []


async def test_two_who_ask_the_same_at_once_share_the_reply(real_bus: RealBus) -> None:
    async def slowly(question: Question) -> Said:
        await asyncio.sleep(0.2)
        return an_answer(question)

    async def late(body: bytes) -> None:
        return

    await OnTheBus("tax", slowly).start(real_bus)
    attachment = BusAttachment(await real_bus.connect(), "tax", late)
    one, other = await asyncio.gather(attachment.ask(a_question(), 2), attachment.ask(a_question(), 2))
    assert one == other


class Lossy:
    """A bus that loses its connection right after the first question, and with it the reply."""

    def __init__(self) -> None:
        self.stats = {"reconnects": 0}
        self.sent: list[tuple[bytes, dict[str, str] | None]] = []

    def new_inbox(self) -> str:
        return "_INBOX.lossy"

    async def subscribe(self, subject: str, cb: Any, **limits: int) -> None:
        self.replies = cb

    async def publish(self, subject: str, body: bytes, reply: str, headers: dict[str, str] | None) -> None:
        self.sent.append((body, headers))
        if len(self.sent) == 1:
            self.stats["reconnects"] += 1
        else:
            await self.replies(Msg(_client=Client(), subject=reply, data=b"what was said"))


async def test_a_question_is_sent_again_byte_for_byte_over_the_next_connection() -> None:
    nc = Lossy()
    attachment = BusAttachment(cast(Any, nc), "tax", nobody)
    assert await attachment.ask(a_question(), 30) == b"what was said"
    first, second = nc.sent
    assert first == second
    await attachment.close()


# --- the file that says how ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[tax]\nby = "http"\n', "tax.url is missing"),
        ('[tax]\nby = "pigeon"\n', "tax.by"),
        ("[tax]\ntimeout_seconds = 31\n", "tax.timeout_seconds"),
        ("[tax]\nconcurrency = 0\n", "tax.concurrency"),
        ('[tax]\ncolour = "red"\n', "tax.colour"),
    ],
)
def test_a_mistake_in_the_departments_file_is_named_by_table_and_key(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "departments.toml").write_text(text)
    with pytest.raises(ValueError, match=f"departments.toml: {fault}"):
        read_attachments(tmp_path / "departments.toml")


async def test_how_many_are_asked_at_once_is_said_in_the_file(real_bus: RealBus, journal: Journal) -> None:
    async def slowly(question: Question) -> Said:
        await asyncio.sleep(0.1)
        return an_answer(question)

    tax = await OnTheBus("tax", slowly).start(real_bus)
    numbers = [await accept(journal, "tax") for _ in range(12)]
    async with verifying(real_bus, journal, [TAX], attached_by="[tax]\nconcurrency = 3\n") as service:
        for number in numbers:
            await until(lambda number=number: settled(journal, number))  # type: ignore[misc]
        assert (await info(service.nc, durables_for(HOUSEHOLD, TAX)[0]))["num_pending"] == 0
    assert tax.most == 3
