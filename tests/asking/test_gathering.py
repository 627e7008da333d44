"""Questions go together only while others are under way, and no department is asked less for it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import nats.errors
import pytest
from nats.aio.msg import Msg

from chassis.telemetry.metrics import BATCHED, BATCHES, BATCHES_REFUSED
from contracts.batches.proof import Said
from inquiry.attachments import Unreachable, lost_connections
from inquiry.attachments.reply_inbox import ReplyInbox
from inquiry.batches import gathering
from inquiry.batches.gathering import Batches
from inquiry.batches.shown import most_in_batch
from inquiry.questions import Sent
from tests.asking.test_believing import a_question

QUESTIONS = [a_question(round=n) for n in range(1, 20)]
Replies = Callable[[list[str]], Any]


class Bus:
    """A department behind a bus: what it shows, what it was sent, and what it replies; None says nothing."""

    def __init__(self, shows: Any = "64", replies: Replies | None = None) -> None:
        self.shows = shows
        self.replies = replies or (lambda asked: {"answers": [json.loads(one)["question_id"] for one in asked]})
        self.sent: list[list[str]] = []
        self.looked = 0
        self.stats = {"reconnects": 0}
        self.held: asyncio.Event | None = None
        self._hear: Callable[[Msg], Awaitable[None]] | None = None

    def new_inbox(self) -> str:
        return "_INBOX.x"

    async def subscribe(self, subject: str, cb: Callable[[Msg], Awaitable[None]], **_: Any) -> None:
        self._hear = cb

    async def request(self, subject: str, body: bytes, timeout: float) -> Msg:
        self.looked += 1
        assert subject == "$SRV.INFO.tax"
        return a_message("", json.dumps({"metadata": {"batch": self.shows}}).encode())

    async def publish(self, subject: str, body: bytes, reply: str) -> None:
        assert subject == "department.tax.batch.v1"
        asked = [one["question"] for one in json.loads(body)["questions"]]
        self.sent.append(asked)
        self._task = asyncio.create_task(self._replied(asked, reply))

    async def _replied(self, asked: list[str], reply: str) -> None:
        if self.held is not None:
            await self.held.wait()
        said = self.replies(asked)
        if said is not None and self._hear is not None:
            headers, body = said if isinstance(said, tuple) else ({}, json.dumps(said).encode())
            await self._hear(a_message(reply, body, headers))


def a_message(subject: str, body: bytes, headers: dict[str, str] | None = None) -> Msg:
    return Msg(_client=None, subject=subject, data=body, headers=headers)  # type: ignore[arg-type]


async def none_late(_: Said) -> None:
    raise AssertionError("nothing is late here")


async def batches_of(bus: Bus, late: Callable[[Said], Any] = none_late) -> Batches:
    """As it is once it was seen what the department shows."""
    batches = Batches(bus, "tax", late)  # type: ignore[arg-type]
    with batches.alone():
        await batches.ask(QUESTIONS[18], 1)
    await until(lambda: bus.looked == 1)
    await asyncio.sleep(0)
    return batches


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


async def ask_all(batches: Batches, questions: list[Sent], timeout: float = 20) -> list[Said | BaseException | None]:
    return await asyncio.gather(*(batches.ask(it, timeout) for it in questions), return_exceptions=True)


def ids(questions: list[Sent]) -> list[bytes]:
    return [sent.question.question_id.encode() for sent in questions]


async def test_where_nothing_is_under_way_a_question_goes_alone_at_once_and_nobody_is_looked_at() -> None:
    bus = Bus()
    batches = Batches(bus, "tax", none_late)  # type: ignore[arg-type]
    assert await batches.ask(QUESTIONS[0], 20) is None
    assert (bus.looked, bus.sent) == (0, [])


async def test_an_idle_department_that_takes_batches_is_asked_alone_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bus = Bus()
    batches = await batches_of(bus)
    monkeypatch.setattr(gathering, "GATHERS_FOR", 600)
    async with asyncio.timeout(20):
        assert await batches.ask(QUESTIONS[0], 20) is None
    assert bus.sent == []


async def test_what_comes_while_one_is_under_way_goes_together_when_that_one_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gathering, "GATHERS_FOR", 600)
    bus = Bus()
    batches = await batches_of(bus)
    with batches.alone():
        asking = asyncio.create_task(ask_all(batches, QUESTIONS[:5]))
        await asyncio.sleep(0.05)
        assert bus.sent == []
    assert await asking == ids(QUESTIONS[:5])
    assert bus.sent == [[sent.body.decode() for sent in QUESTIONS[:5]]]


async def test_the_next_batch_goes_when_the_one_before_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "GATHERS_FOR", 600)
    bus = Bus(shows="4")
    bus.held = asyncio.Event()
    batches = await batches_of(bus)
    with batches.alone():
        first = asyncio.create_task(ask_all(batches, QUESTIONS[:4]))  # as many as it takes: they go at once
        await until(lambda: len(bus.sent) == 1)
    second = asyncio.create_task(ask_all(batches, QUESTIONS[4:7]))
    await asyncio.sleep(0.05)
    assert len(bus.sent) == 1
    bus.held.set()
    assert [await first, await second] == [ids(QUESTIONS[:4]), ids(QUESTIONS[4:7])]
    assert [len(asked) for asked in bus.sent] == [4, 3]


async def test_a_slow_department_holds_up_a_question_for_a_moment_only() -> None:
    bus = Bus()
    bus.held = asyncio.Event()
    batches = await batches_of(bus)
    with batches.alone():
        first = asyncio.create_task(ask_all(batches, QUESTIONS[:2]))
        await until(lambda: len(bus.sent) == 1)
        second = asyncio.create_task(ask_all(batches, QUESTIONS[2:4]))
        await until(lambda: len(bus.sent) == 2)  # though nothing is answered
    bus.held.set()
    assert [await first, await second] == [ids(QUESTIONS[:2]), ids(QUESTIONS[2:4])]


async def test_one_that_gathered_with_nobody_goes_alone() -> None:
    bus = Bus()
    batches = await batches_of(bus)
    with batches.alone():
        assert await batches.ask(QUESTIONS[0], 20) is None
    assert bus.sent == []


async def test_silence_counts_as_it_does_alone_and_what_was_in_a_batch_goes_alone_then() -> None:
    bus = Bus(replies=lambda asked: None)
    batches = await batches_of(bus)
    with batches.alone():
        said = await ask_all(batches, QUESTIONS[:3], timeout=0.1)
        assert [type(one) for one in said] == [Unreachable] * 3
        assert await ask_all(batches, QUESTIONS[:3]) == [None] * 3
    assert len(bus.sent) == 1


BROKEN: dict[str, Replies] = {
    "nobody there": lambda asked: ({"Status": "503"}, b""),
    "an error": lambda asked: ({"Nats-Service-Error-Code": "500"}, b""),
    "no JSON": lambda asked: ({}, b"<html>"),
    "an answer short": lambda asked: {"answers": asked[1:]},
    "a root that is none": lambda asked: {"answers": asked, "root": "x"},
}


@pytest.mark.parametrize("replies", BROKEN.values(), ids=BROKEN)
async def test_a_department_that_shows_it_and_cannot_is_asked_alone_now_and_for_a_while(replies: Replies) -> None:
    bus = Bus(replies=replies)
    batches = await batches_of(bus)
    with batches.alone():
        assert await ask_all(batches, QUESTIONS[:3]) == [None] * 3
        assert await ask_all(batches, QUESTIONS[3:6]) == [None] * 3
    assert len(bus.sent) == 1


@pytest.mark.parametrize("shows", [None, "", "1", "0", "-3", "x", 64, "٦٤", "9" * 9])
async def test_a_department_that_shows_nothing_of_it_is_asked_as_ever(shows: Any) -> None:
    bus = Bus(shows=shows)
    batches = await batches_of(bus)
    with batches.alone():
        assert await ask_all(batches, QUESTIONS[:3]) == [None] * 3
    assert bus.sent == []


@pytest.mark.parametrize("info", [None, [], 7, {"metadata": None}, {"metadata": {"batch": "70000"}}])
def test_what_shows_nothing_plain_shows_nothing(info: Any) -> None:
    assert most_in_batch(info) in (0, 256)


async def test_a_connection_lost_meanwhile_sends_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lost_connections, "LOOK_EVERY", 0.02)
    bus = Bus(replies=lambda asked: None)
    batches = await batches_of(bus)
    with batches.alone():
        asking = asyncio.create_task(ask_all(batches, QUESTIONS[:3]))
        await until(lambda: len(bus.sent) == 1)
        bus.stats["reconnects"] += 1
        assert await asking == [None] * 3


async def test_answers_that_nobody_waits_for_any_more_are_taken_late() -> None:
    late: list[Said] = []

    async def take(said: Said) -> None:
        late.append(said)

    bus = Bus()
    bus.held = asyncio.Event()
    batches = await batches_of(bus, take)
    with batches.alone():
        said = await ask_all(batches, QUESTIONS[:3], timeout=0.1)
        assert [type(one) for one in said] == [Unreachable] * 3
    bus.held.set()
    await until(lambda: len(late) == 3)
    assert late == ids(QUESTIONS[:3])


async def test_whoever_is_cancelled_while_gathering_takes_nobody_along() -> None:
    bus = Bus()
    batches = await batches_of(bus)
    with batches.alone():
        leaving = asyncio.create_task(batches.ask(QUESTIONS[0], 20))
        asking = asyncio.create_task(ask_all(batches, QUESTIONS[1:4]))
        await asyncio.sleep(0)
        leaving.cancel()
        assert await asking == ids(QUESTIONS[1:4])
    assert len(bus.sent[0]) == 3


def counted() -> list[float]:
    return [metric.labels("tax")._value.get() for metric in (BATCHES, BATCHED, BATCHES_REFUSED)]


async def test_batches_their_questions_and_those_that_were_refused_are_counted() -> None:
    bus = Bus(replies=lambda asked: {"answers": asked} if len(asked) == 3 else {"answers": []})
    batches, before = await batches_of(bus), counted()
    with batches.alone():
        await ask_all(batches, QUESTIONS[:3])
        await ask_all(batches, QUESTIONS[3:7])
    assert [now - then for now, then in zip(counted(), before, strict=True)] == [2, 7, 1]


class DeafAtFirst(Bus):
    """Refuses the first subscription."""

    asked = 0

    async def subscribe(self, subject: str, cb: Callable[[Msg], Awaitable[None]], **_: Any) -> None:
        self.asked += 1
        if self.asked == 1:
            raise nats.errors.ConnectionReconnectingError


async def test_replies_are_listened_for_once_and_again_where_the_first_try_failed() -> None:
    async def nothing(_: Msg | None = None) -> None: ...

    bus = DeafAtFirst()
    inbox = ReplyInbox(bus, nothing, nothing)  # type: ignore[arg-type]
    with pytest.raises(nats.errors.ConnectionReconnectingError):
        await inbox.place("1")
    assert [await inbox.place("2"), await inbox.place("3")] == ["_INBOX.x.2", "_INBOX.x.3"]
    assert bus.asked == 2
    inbox.close()
