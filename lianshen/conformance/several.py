"""Scenarios about several persons in one question, and many questions at once."""

import asyncio

from contracts.inquiries import MAX_ANSWER_BYTES
from lianshen.conformance.kit import Kit
from lianshen.conformance.people import CROWD, crowd
from lianshen.conformance.results import Bad

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
