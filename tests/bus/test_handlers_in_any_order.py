"""Handlers of one durable may begin in any order; every case whose answers are in is determined all the same."""

import asyncio
import json
import random
from collections.abc import Coroutine
from typing import Any, cast

import pytest
from determination.service import DURABLE
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.consume.consumer import Delivery, PullConsumer
from chassis.consume.decision_handler import CaseDecider, deciding, follow
from chassis.errors import Conflict
from chassis.log.group_commit import EXPECTED, Part
from chassis.log.journal import Journal
from contracts.case.case import Case, Recorded
from contracts.case.fold import fold
from contracts.events import EVENTS, DepartmentAnswered, DeterminationMade, Event
from procedures.hainan_2025.determination import decide
from tests.support.families import DEPARTMENTS, accepted, an_application_number, answered, submitted


class Bus:
    """One stream and one durable, in memory: hands out in order what its log has, and takes acknowledgements."""

    is_reconnecting = False

    def __init__(self) -> None:
        self.stats = {"reconnects": 0}
        self.log: list[Event] = []
        self.to_deliver: list[int] = []
        self.acknowledged = 0
        self.delivered = 0

    def new_inbox(self) -> str:
        return "inbox"

    async def subscribe(self, _: str, cb: Any) -> Any:
        self.take = cb
        return self

    async def unsubscribe(self) -> None:
        """Nothing more is delivered."""

    async def publish(self, subject: str, body: bytes = b"", reply: str = "") -> None:
        if subject.startswith("$JS.ACK"):
            if body.startswith(b"-NAK"):
                self.to_deliver.append(int(subject.split(".")[5]))
            else:
                self.acknowledged += 1
            return
        batch, self.to_deliver = self.to_deliver, []
        assert len(batch) <= json.loads(body)["batch"]
        for sequence in batch:
            await self.take(self._message(sequence))
        await self.take(Msg(cast(Client, self), subject=reply, headers={"Status": "408"}))
        await asyncio.sleep(0)

    def _message(self, sequence: int) -> Msg:
        event = self.log[sequence - 1]
        self.delivered += 1
        place = f"$JS.ACK.CASES.determination.1.{sequence}.{self.delivered}.1700000000000000000.0"
        headers = {"ce-type": type(event).__name__, "ce-id": f"{sequence}"}
        return Msg(cast(Client, self), EVENTS.subject_of(event), place, EVENTS.write(event), headers)


def a_journal(bus: Bus) -> Journal:
    """The journal of the process, over the log in memory."""
    journal = Journal(cast(Client, bus), within=1)

    async def load(application: str, at_least: int = 0) -> Case:
        await asyncio.sleep(0)
        return the_case(bus, application)

    async def commit(part: Part, within: float) -> int:
        await asyncio.sleep(0)
        if the_case(bus, part.stream.removeprefix("case.")).sequence != int(part.entries[0].headers[EXPECTED]):
            raise Conflict(part.stream)
        made = [entry for entry in part.entries if entry.headers["ce-type"] == "DeterminationMade"]
        bus.log += [DeterminationMade.model_validate_json(entry.body) for entry in made]
        return len(bus.log)

    journal.history.load = load  # type: ignore[method-assign]
    journal._commit.commit = commit  # type: ignore[method-assign]
    return journal


def the_case(bus: Bus, application: str) -> Case:
    items = [Recorded(n, event, f"{n}", event.at) for n, event in enumerate(bus.log, start=1)]
    return fold([item for item in items if item.event.application == application], application)


def in_any_order(dice: random.Random) -> Any:
    """A task factory under which a task begins after a few others, as asyncio leaves open."""

    def make(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **more: Any) -> asyncio.Task[Any]:
        async def begin() -> Any:
            for _ in range(dice.randrange(8)):
                await asyncio.sleep(0)
            return await work

        return asyncio.Task(begin(), loop=loop, **more)

    return make


async def played(seed: int) -> tuple[list[str], Bus]:
    """The numbers of three cases, and the bus after all their answers were handled, interleaved as `seed` has it."""
    dice, bus = random.Random(seed), Bus()
    journal = a_journal(bus)
    numbers = [an_application_number() for _ in range(3)]
    for number in numbers:
        bus.log += [submitted(number), accepted(number)]
    for number in numbers:
        # The first delivery of a consumer counts as after a gap, so these have to be loaded.
        journal.known.keep(the_case(bus, number))
    answers = [answered(number, name) for number in numbers for name in DEPARTMENTS]
    dice.shuffle(answers)
    asyncio.get_running_loop().set_task_factory(in_any_order(dice))
    consumer = PullConsumer(
        cast(Client, bus), DURABLE, deciding(CaseDecider(journal), decide), arrived=follow(journal, decide)
    )
    running = asyncio.ensure_future(consumer.run())
    for answer in answers:
        bus.log.append(answer)
        bus.to_deliver.append(len(bus.log))
        for _ in range(dice.choice([0, 0, 0, 1, 5])):
            await asyncio.sleep(0)
    async with asyncio.timeout(5):
        while bus.acknowledged < len(answers):
            await asyncio.sleep(0.005)
    consumer.stopping = True
    running.cancel()
    await asyncio.wait([running])
    return numbers, bus


@pytest.mark.parametrize("seed", range(50))
def test_a_case_is_determined_once_in_whatever_order_the_handlers_of_its_answers_begin(seed: int) -> None:
    with asyncio.Runner() as runner:
        numbers, bus = runner.run(played(seed))
    made = [event.application for event in bus.log if isinstance(event, DeterminationMade)]
    assert sorted(made) == sorted(numbers)


async def handled_of_one_case() -> tuple[list[str], Bus]:
    """The departments whose answers had a handler, of a case that is known when they arrive; and the bus."""
    bus, handled = Bus(), []
    journal = a_journal(bus)
    first, known = an_application_number(), an_application_number()
    bus.log += [submitted(first), accepted(first, asked=("tax",)), submitted(known), accepted(known)]
    handle = deciding(CaseDecider(journal), decide)

    async def handle_and_say(delivery: Delivery) -> None:
        handled.append(delivery.event.department if isinstance(delivery.event, DepartmentAnswered) else "?")
        await handle(delivery)

    reader = PullConsumer(cast(Client, bus), DURABLE, handle_and_say, arrived=follow(journal, decide))
    running = asyncio.ensure_future(reader.run())

    async def deliver(*answers: Event) -> None:
        bus.log += answers
        bus.to_deliver += range(len(bus.log) - len(answers) + 1, len(bus.log) + 1)
        async with asyncio.timeout(30):
            while bus.acknowledged < bus.delivered or bus.to_deliver:
                await asyncio.sleep(0.005)

    # The first delivery of a reader's life may follow a gap.
    await deliver(answered(first, "tax"))
    journal.known.keep(the_case(bus, known))
    handled.clear()
    await deliver(*(answered(known, name) for name in DEPARTMENTS))
    reader.stopping = True
    running.cancel()
    await asyncio.wait([running])
    return handled, bus


def test_of_the_answers_of_a_known_case_the_last_alone_has_a_handler_and_all_are_acknowledged() -> None:
    with asyncio.Runner() as runner:
        handled, bus = runner.run(handled_of_one_case())
    assert handled == [DEPARTMENTS[-1]]
    assert bus.acknowledged == 1 + len(DEPARTMENTS)
    assert isinstance(bus.log[-1], DeterminationMade)
