"""Scenarios about several persons in one question, many questions at once, and several in one message."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from contracts.batches.proof import InBatch, Said
from contracts.inquiries import MAX_ANSWER_BYTES
from inquiry.batches.gathering import message_of
from inquiry.batches.reply import NoBatch, read_batch
from inquiry.batches.shown import most_in_batch
from inquiry.parse_answer import NoAnswer
from inquiry.questions import Sent
from inquiry.verify_answer import AnswerRejected, verify_answer
from lianshen.conformance.kit import Kit
from lianshen.conformance.people import CROWD, crowd
from lianshen.conformance.raw_transport import BusLine
from lianshen.conformance.reply import read_reply
from lianshen.conformance.results import Bad, DoesNotApply, NotRun, Silence

AT_ONCE = 32


async def several(kit: Kit) -> None:
    kit.needs_register()
    kit.needs_several()
    who = ("known", "other", "third")
    kit.must_be_as_registered(await kit.ask(*who), who)


async def order(kit: Kit) -> None:
    kit.needs_register()
    kit.needs_several()
    one, two = await kit.ask("known", "other", "third"), await kit.ask("third", "other", "known")
    if one.content() != two.content():
        raise Bad("another answer to the same persons in another order")


async def nobody_else(kit: Kit) -> None:
    reply = await kit.ask("known")
    asked = {person.id_number for person in reply.sent.question.persons}
    if beyond := {number for number in reply.records if number not in asked}:
        raise Bad(f"an answer about {len(beyond)} persons who were not asked about")


async def nobody_to_ask(kit: Kit) -> None:
    reply = await kit.ask()
    if reply.records or reply.answer.kind == "found":
        raise Bad(f"`{reply.answer.kind}`, with {len(reply.records)} persons")


async def many_persons(kit: Kit) -> None:
    kit.needs_several()
    everybody = crowd(CROWD)
    reply = await kit.ask(*everybody)
    if len(reply.body) > MAX_ANSWER_BYTES:
        raise Bad(f"{len(reply.body)} bytes")
    if kit.registers.known:
        kit.must_be_as_registered(reply, everybody)


async def many_at_once(kit: Kit) -> None:
    kit.needs_register()
    everybody = crowd(AT_ONCE)
    replies = await asyncio.gather(*(kit.ask(member) for member in everybody))
    ids = {reply.sent.question.question_id for reply in replies}
    for member, reply in zip(everybody, replies, strict=True):
        if reply.named in ids and reply.named != reply.sent.question.question_id:
            raise Bad("the answer to another question that was open at the same time")
        kit.must_be_as_registered(reply, [member])


async def batch(kit: Kit) -> str:
    """Where its metadata shows that it takes batches: five persons, a tree with a lone leaf, then one that is none."""
    line, most = kit.line, 0
    if isinstance(line, BusLine):
        most = most_in_batch(await line.info())
    if not isinstance(line, BusLine) or most < 2:
        raise DoesNotApply("it shows no metadata `batch`: it is asked one question at a time")
    kit.needs_register()
    members = crowd(min(5, most))
    questions = [kit.sent(kit.question(member)) for member in members]
    for asked in (questions, [*questions[:-1], kit.sent(questions[-1].question, b"no question")]):
        answers = await _answers(kit, line, asked)
        for member, sent, said in zip(members, asked, answers, strict=True):
            if sent.body == b"no question":
                continue
            reply = read_reply(_believed(kit, sent, said), sent, kit.department)
            if reply.answer.kind != "deferred":
                kit.must_be_as_registered(reply, [member])
    return f"up to {most} questions in one message"


async def _answers(kit: Kit, line: BusLine, asked: Sequence[Sent]) -> list[Said | None]:
    raw = await line.send_batch(message_of((sent, None) for sent in asked), kit.how.timeout_seconds)
    if raw is None:
        raise Silence("nothing came back to a batch")
    if raw.status // 100 != 2:
        raise Bad(f"the error {raw.status} to a batch; only the question that is none has one, in its place")
    try:
        return read_batch(raw.body, len(asked))
    except NoBatch as wrong:
        raise Bad(str(wrong)) from None


def _believed(kit: Kit, sent: Sent, said: Said | None) -> bytes:
    """The answer's own bytes. Raises Bad where production would not believe it."""
    if said is None:
        raise Bad("no answer to a question that is answered alone")
    policy = kit.how.signature
    if isinstance(said, InBatch) and policy != "none" and not kit.holding.keys:
        raise NotRun("its batch is signed, and no key of it is registered: register it, or give --key FILE")
    try:
        verify_answer(said, sent, kit.department, policy, kit.holding, datetime.now(UTC))
    except (AnswerRejected, NoAnswer) as wrong:
        raise Bad(str(wrong)) from None
    return said.body if isinstance(said, InBatch) else said
