"""Scenarios about the form of an answer: whose it is, its kinds, and nothing beyond the contract."""

from collections.abc import Sequence

from lianshen.conformance.kit import Kit, rewritten
from lianshen.conformance.people import PEOPLE
from lianshen.conformance.results import Bad, plainly


async def question_id(kit: Kit) -> None:
    reply = await kit.ask("known")
    if reply.named != reply.sent.question.question_id:
        raise Bad("another question_id than the question's")


async def kinds(kit: Kit) -> None:
    several = kit.department.about != "applicant"
    for who in (["known"], ["empty"], *([["known", "empty"], ["empty", "third"]] if several else [])):
        reply = await kit.ask(*who)
        said = [person.kind for person in reply.answer.persons]
        overall = reply.answer.kind
        if ("found" in said) != (overall == "found"):
            raise Bad(f"`{overall}` for the whole, and {_list(said)} for its persons")
        if said and overall not in said:
            raise Bad(f"`{overall}` for the whole, which is said of no person")
        for person in reply.answer.persons:
            rows = reply.records.get(person.id_number, [])
            if bool(rows) != (person.kind == "found"):
                raise Bad(f"`{person.kind}` with {len(rows)} rows")


async def no_surplus(kit: Kit) -> None:
    kit.needs_register()
    reply = await kit.ask("known")
    if reply.surplus:
        raise Bad(f"beyond the contract: {plainly(reply.surplus)}")


async def no_row_beyond(kit: Kit) -> None:
    kit.needs_register()
    reply = await kit.ask("third")
    number = PEOPLE["third"][0]
    wanted, came = kit.expected(reply, number), reply.records.get(number, [])
    if len(came) > len(wanted):
        raise Bad(f"{len(came)} rows where the register has {len(wanted)}")


async def unknown_fields(kit: Kit) -> None:
    question = kit.question("known")
    plain = question.model_dump(mode="json", exclude_none=True)
    persons = [{**person, "later": {"added": [1, 2]}} for person in plain["persons"]]
    one = await kit.reply(kit.sent(question, rewritten(question, persons=persons, later_added={"a": [None, True]})))
    if one.content() != (await kit.ask("known")).content():
        raise Bad("another answer than without those fields")


def _list(kinds: Sequence[str]) -> str:
    return ", ".join(f"`{kind}`" for kind in kinds) or "none"
