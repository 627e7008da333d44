"""Scenarios about one person: what a department says where it knows them, and where it does not."""

import json

from lianshen.conformance.kit import Kit
from lianshen.conformance.results import Bad, DoesNotApply, NotRun

KNOWS_BY_NAME = "household-registry"
"""The one register that has names: it knows nobody else than number and name together."""


async def answers(kit: Kit) -> str | None:
    try:
        await kit.ask("known")
    except NotRun as later:
        return str(later)
    return None


async def found(kit: Kit) -> None:
    kit.needs_register()
    kit.must_be_as_registered(await kit.ask("known"), ["known"])


async def none(kit: Kit) -> None:
    kit.needs_register()
    if kit.department.name in (KNOWS_BY_NAME, "real-estate"):
        raise DoesNotApply("`not-matched`, or `zero-homes`, is this department's way to say it")
    _must_say((await kit.ask("empty")).kind, "none")


async def zero_homes(kit: Kit) -> None:
    kit.only_for("real-estate", why="only the real-estate register has homes")
    _must_say((await kit.ask("empty")).kind, "none")


async def not_matched(kit: Kit) -> None:
    kit.needs_register()
    kit.needs_names()
    kind = (await kit.ask("misnamed")).kind
    # Who holds numbers without names cannot see that the name is another; "nothing" would be wrong all the same.
    _must_say(kind, *(("not_matched",) if kit.department.name == KNOWS_BY_NAME else ("not_matched", "found")))


async def namesake(kit: Kit) -> None:
    kit.needs_register()
    kit.needs_names()
    kit.must_be_as_registered(await kit.ask("the other namesake"), ["the other namesake"])


async def nobody(kit: Kit) -> None:
    kit.needs_register()
    kit.needs_names()
    kind = (await kit.ask("nobody")).kind
    _must_say(kind, *(("not_matched",) if kit.department.name == KNOWS_BY_NAME else ("none", "not_matched")))


async def lower_case_x(kit: Kit) -> None:
    kit.needs_register()
    question = kit.question("with x")
    number = question.persons[0].id_number
    body = kit.sent(question).body.replace(number.encode(), number.lower().encode())
    kit.must_be_as_registered(await kit.reply(kit.sent(question, body)), ["with x"])


async def names(kit: Kit) -> None:
    kit.needs_register()
    kit.needs_names()
    for who in ("with a dot", "with a rare character"):
        kit.must_be_as_registered(await kit.ask(who), [who])
        # The same letters as \u escapes, a pair of them beyond the basic plane, are the same name.
        question = kit.question(who)
        escaped = json.dumps(json.loads(kit.sent(question).body), ensure_ascii=True).encode()
        kit.must_be_as_registered(await kit.reply(kit.sent(question, escaped)), [who])


def _must_say(kind: str, *wanted: str) -> None:
    if kind not in wanted:
        raise Bad(f"`{kind}` instead of {' or '.join(f'`{it}`' for it in wanted)}")
