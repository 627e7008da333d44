"""Scenarios about asking again, asking late, taking a question back, and answering later."""

import asyncio
from datetime import UTC, datetime, timedelta

from inquiry.parse_answer import LONGEST_PROMISE
from lianshen.conformance.kit import Kit, Promise
from lianshen.conformance.results import Bad, DoesNotApply, NotRun


async def duplicate(kit: Kit) -> None:
    sent = kit.sent(kit.question("known"))
    if (await kit.reply(sent)).content() != (await kit.reply(sent)).content():
        raise Bad("two answers to one question")


async def replay(kit: Kit) -> None:
    one, two = await kit.ask("known"), await kit.ask("known", round=2)
    if one.content() != two.content():
        raise Bad("another answer to the same question under a new id")
    if two.named == one.sent.question.question_id:
        raise Bad("the id of the question before")


async def expired(kit: Kit) -> None:
    await kit.ask("known", answer_by=datetime.now(UTC) - timedelta(days=1))


async def withdrawn(kit: Kit) -> None:
    _needs_notices(kit)
    question = kit.question("known")
    asked = asyncio.create_task(kit.attachment.ask(kit.sent(question), kit.how.timeout_seconds))
    await kit.tell(question, "stop")
    # Whether it still answers what was taken back is its own affair.
    await asyncio.wait([asked], timeout=kit.how.timeout_seconds)
    if not asked.done():
        asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await kit.ask("known")


async def reminder(kit: Kit) -> None:
    _needs_notices(kit)
    sent = kit.sent(kit.question("known"))
    before = await kit.reply(sent)
    await kit.tell(sent.question, "reminder")
    await kit.tell(kit.question("other"), "reminder")
    if (await kit.reply(sent)).content() != before.content():
        raise Bad("another answer than before the reminder")


async def quick(kit: Kit) -> str:
    """Half the timeout, so that a busy day does not make it the whole."""
    for _ in range(5):
        await asyncio.gather(*(kit.ask("known") for _ in range(4)))
    took = sorted(kit.seconds)
    slow = took[min(len(took) - 1, int(len(took) * 0.95))]
    if slow > kit.how.timeout_seconds / 2:
        raise Bad(f"95 % of answers within {slow:.1f} s; the timeout is {kit.how.timeout_seconds:.0f} s")
    return f"95 % within {slow * 1000:.0f} ms"


async def deferred(kit: Kit) -> str:
    late = None
    try:
        await kit.ask("known")
    except NotRun as later:
        late = later
    for promise in kit.promises:
        _must_be_good(promise)
    if not kit.promises:
        raise DoesNotApply("it answers at once")
    if late is not None:
        raise late
    return f"{len(kit.promises)} promises, each kept"


def _must_be_good(promise: Promise) -> None:
    if promise.instant <= promise.came:
        raise Bad("a promise of an instant that is past")
    if promise.instant > promise.came + LONGEST_PROMISE:
        raise Bad(f"a promise for more than {LONGEST_PROMISE.days} days later")
    if promise.before:
        raise Bad("a promise again, at the instant that was promised")


def _needs_notices(kit: Kit) -> None:
    if kit.how.by == "http" and kit.how.notice_url is None:
        raise DoesNotApply("it named no address for notices (notice_url), so it is told nothing")
