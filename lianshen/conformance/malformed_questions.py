"""Scenarios about what is no question: it must not end the department, and nobody's number comes back in an error."""

import asyncio
import json
from typing import Any

from contracts.jws import WrongSignature, is_signed, payload_of
from contracts.text import has_id_number
from lianshen.conformance.kit import Kit, rewritten
from lianshen.conformance.raw_transport import Raw
from lianshen.conformance.results import Bad

DEEP = 20_000


def _no_questions(kit: Kit) -> list[bytes]:
    """Broken in many ways, each with a person's number in it where there is room for one."""
    question = kit.question("known")
    body, number = kit.sent(question).body, question.persons[0].id_number
    return [
        b"",
        number.encode(),
        b"<html><body>" + number.encode() + b"</body></html>",
        body[: len(body) // 2],
        body[:-3],
        b"\xb2\xbb" + body,
        b"[" * DEEP + b"]" * DEEP,
        b'{"persons":' + b'[{"a":' * DEEP,
        b"[]",
        b"null",
        json.dumps({"question_id": number, "persons": number}).encode(),
        rewritten(question, persons=number),
        rewritten(question, persons=[number]),
        rewritten(question, persons=[{"number": number}]),
        rewritten(question, persons=[{"id_number": {number: number}}]),
        rewritten(question, persons=[{"id_number": int(number[:17])}]),
        rewritten(question, persons={number: number}),
    ]


async def discreet(kit: Kit) -> None:
    for reply in await asyncio.gather(*map(kit.raw, _no_questions(kit))):
        if reply is not None and repeats_a_number(reply):
            raise Bad("an error that repeats the ID number it was asked with")


async def no_question(kit: Kit) -> None:
    await asyncio.gather(*map(kit.raw, _no_questions(kit)))
    await kit.ask("known")


async def broken_signature(kit: Kit) -> str:
    sent = kit.sent(kit.question("known"))
    good = sent.signature or "eyJhbGciOiJFZERTQSJ9..AAAA"
    refused = []
    for signature in (good[:-4] + "AAAA", "no.signature", "x" * 4000):
        refused.append(refuses(await kit.raw(sent.body, signature)))
    await kit.ask("known")
    return (
        "refused" if all(refused) else "not refused: it answers whoever asks" if not any(refused) else "some refused"
    )


def refuses(reply: Raw | None) -> bool:
    """Whether a question was refused: by silence, by a status, or by an answer of that kind, signed or not."""
    if reply is None or reply.status >= 400:
        return True
    said = _said(reply)
    return isinstance(said, dict) and said.get("kind") == "refused"


def repeats_a_number(reply: Raw) -> bool:
    """Whether what explains an error holds an ID number; the numbers that an answer is about are none of it."""
    said = _said(reply)
    if isinstance(said, dict) and "kind" in said:
        return has_id_number("\n".join([*reply.headers.values(), str(said.get("note"))]))
    return has_id_number(f"{reply.text()}\n{json.dumps(said, ensure_ascii=False) if is_signed(reply.body) else ''}")


def _said(reply: Raw) -> Any:
    """The JSON that came, within its signature where there is one; None where it is none."""
    try:
        return json.loads(payload_of(reply.body.strip().decode("ascii")) if is_signed(reply.body) else reply.body)
    except (ValueError, RecursionError, WrongSignature):
        return None
