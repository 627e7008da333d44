"""Scenarios about signed answers: the key, and exactly what was answered."""

import json

from contracts.jws import ANSWER, WrongSignature, kid_of, payload_of, verify
from lianshen.conformance.kit import Kit, rewritten
from lianshen.conformance.reply import Reply
from lianshen.conformance.results import Bad, DoesNotApply, NotRun


async def signed(kit: Kit) -> str | None:
    """Demanded only where the table says `required`; a signature that comes must be right anyway."""
    if kit.how.signature == "none":
        raise DoesNotApply("its answers are not signed, by its table")
    reply = await kit.ask("known")
    if not reply.signed:
        if kit.how.signature == "required":
            raise Bad("an answer without a signature")
        return 'its answers are not signed, and need not be (signature = "accepted"); a signed one can be proved later'
    keys = {kid: key for kid, key in kit.holding.keys.items() if key.use == "answer"}
    if not keys:
        raise NotRun("its answers are signed, and no key of it is registered: register it, or give --key FILE")
    token = reply.body.decode("ascii")
    try:
        if (key := keys.get(kid_of(token))) is None:
            raise Bad("a signature by a key that is not registered for it (kid)")
        if key.revoked_since is not None:
            raise Bad("a signature by a key that is revoked")
        verify(token, key.x, ANSWER)
    except WrongSignature as wrong:
        raise Bad(str(wrong)) from None
    return None


async def claims(kit: Kit) -> None:
    await _must_sign(kit)
    for round in (1, 2):
        _must_be_about(await kit.ask("known", round=round))


async def exact_bytes(kit: Kit) -> None:
    """Written with spaces and its keys in another order, it is other bytes and another hash."""
    await _must_sign(kit)
    question = kit.question("known")
    said = json.loads(rewritten(question))
    backwards = json.dumps(dict(reversed(said.items())), indent=1, ensure_ascii=False).encode() + b"\n"
    _must_be_about(await kit.reply(kit.sent(question, backwards)), "question_sha256")


def _must_be_about(reply: Reply, *names: str) -> None:
    question = reply.sent.question
    wanted = {"department": question.department, "round": question.round, "question_sha256": reply.sent.sha256}
    if not reply.signed:
        raise NotRun("the answer is not signed: see `signed`")
    said = json.loads(payload_of(reply.body.decode("ascii")))
    wrong = [name for name in names or wanted if said.get(name) != wanted[name]]
    if wrong:
        raise Bad(f"signed, and wrong or missing: {', '.join(wrong)}")


async def _must_sign(kit: Kit) -> None:
    if kit.how.signature == "none" or (kit.how.signature == "accepted" and not (await kit.ask("known")).signed):
        raise DoesNotApply("its answers are not signed, and need not be")
