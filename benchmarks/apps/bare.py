"""The job by nats-py and nothing else: the same messages and bodies as Lianshen's, no checks, no tracing, no journal.

`provision` makes the stream and its consumers. Then four processes, one role each: `asker` asks six departments,
`departments` answers, `decider` decides at the sixth answer, `client` hands cases in and waits for their decisions.
What a message says is never looked at.
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable

import nats
import uvloop
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NothingYet
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamConfig

from benchmarks.apps.gate import closed_loop
from benchmarks.apps.job import DEPARTMENTS, application

STREAM = "CASES"
FETCH = 100
"""Messages a fetch, and how many of them are worked on at a time."""
PATIENCE = 30.0


def body(size: int) -> bytes:
    """So many bytes of synthetic families, as they would stand in an event of ours."""
    text = "".join(json.dumps(application(n), ensure_ascii=False) for n in range(size // 500 + 1))
    return text.encode()[:size]


SUBMITTED, ACCEPTED, QUESTION, ANSWER, ANSWERED, DETERMINED = map(body, (1200, 900, 400, 350, 700, 2000))


async def provision(nc: Client) -> None:
    js = nc.jetstream(timeout=PATIENCE)
    await js.add_stream(StreamConfig(name=STREAM, subjects=["case.>"], allow_direct=True))
    for department in DEPARTMENTS:
        await js.add_consumer(STREAM, consumer(f"ask-{department}", "case.*.accepted"))
    await js.add_consumer(STREAM, consumer("decide", "case.*.answered.*"))


def consumer(durable: str, subject: str) -> ConsumerConfig:
    limit = 10_000
    policy = AckPolicy.EXPLICIT
    return ConsumerConfig(durable_name=durable, filter_subject=subject, ack_policy=policy, max_ack_pending=limit)


async def each(js: JetStreamContext, durable: str, handle: Callable[[Msg], Awaitable[None]]) -> None:
    """Hands every message of a consumer to `handle`, a fetch's worth at the same time."""
    pull = await js.pull_subscribe_bind(durable, STREAM)
    room = asyncio.Semaphore(FETCH)
    under_way: set[asyncio.Task[None]] = set()

    async def one(message: Msg) -> None:
        async with room:
            await handle(message)

    while True:
        try:
            messages = await pull.fetch(FETCH, timeout=5)
        except NothingYet:
            continue
        for message in messages:
            task = asyncio.create_task(one(message))
            under_way.add(task)
            task.add_done_callback(under_way.discard)


async def asker(nc: Client) -> None:
    js = nc.jetstream(timeout=PATIENCE)

    async def ask(department: str) -> None:
        async def handle(message: Msg) -> None:
            await nc.request(f"department.{department}.query.v1", QUESTION, timeout=PATIENCE)
            number = message.subject.split(".")[1]
            await js.publish(f"case.{number}.answered.{department}", ANSWERED)
            await message.ack()

        await each(js, f"ask-{department}", handle)

    await asyncio.gather(*(ask(department) for department in DEPARTMENTS))


async def departments(nc: Client) -> None:
    async def respond(question: Msg) -> None:
        await nc.publish(question.reply, ANSWER)

    for department in DEPARTMENTS:
        await nc.subscribe(f"department.{department}.query.v1", cb=respond)
    await asyncio.Event().wait()


async def decider(nc: Client) -> None:
    js = nc.jetstream(timeout=PATIENCE)
    answers: Counter[str] = Counter()

    async def handle(message: Msg) -> None:
        number = message.subject.split(".")[1]
        answers[number] += 1
        if answers[number] == len(DEPARTMENTS):
            del answers[number]
            await js.publish(f"case.{number}.determined", DETERMINED)
        await message.ack()

    await each(js, "decide", handle)


async def client(nc: Client, cases: int, at_once: int, warm: int) -> None:
    js = nc.jetstream(timeout=PATIENCE)
    decided: dict[str, asyncio.Future[None]] = {}

    async def determined(message: Msg) -> None:
        decided.pop(message.subject.split(".")[1]).set_result(None)

    # By a consumer and not by a plain subscription: a decision counts once it is stored.
    new = ConsumerConfig(deliver_policy=DeliverPolicy.NEW, ack_policy=AckPolicy.NONE)
    await js.subscribe("case.*.determined", stream=STREAM, config=new, cb=determined)

    async def case(number: int) -> None:
        decision = decided[str(number)] = asyncio.get_running_loop().create_future()
        await js.publish(f"case.{number}.submitted", SUBMITTED)
        await js.publish(f"case.{number}.accepted", ACCEPTED)
        await asyncio.wait_for(decision, PATIENCE)

    await closed_loop(case, cases, at_once, warm)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["provision", "asker", "departments", "decider", "client"])
    parser.add_argument("--url", required=True)
    for name in ("cases", "at-once", "warm"):
        parser.add_argument(f"--{name}", type=int, default=0)
    args = parser.parse_args()
    nc = await nats.connect(args.url, pending_size=64 << 20, allow_reconnect=False)
    if args.role == "client":
        await client(nc, args.cases, args.at_once, args.warm)
    else:
        roles = {"provision": provision, "asker": asker, "departments": departments, "decider": decider}
        await roles[args.role](nc)
        await nc.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
