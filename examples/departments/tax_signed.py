"""The same department, with signed answers: a JWS by PyJWT over the answer and exactly what it answers to.

NATS_URL=… SEED=…/tax.seed REGISTER=…/tax.csv SIGNING_KEY=…/tax.jwk python examples/departments/tax_signed.py
"""

import asyncio
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import jwt
import jwt.api_jws
import tax  # type: ignore[import-not-found]  # the file beside this one

KEY = jwt.PyJWK.from_json(Path(os.environ["SIGNING_KEY"]).read_text(encoding="utf-8-sig"), algorithm="EdDSA")


def claimed(asked: bytes) -> bytes:
    """The answer, and to exactly what it is one."""
    question, answer = json.loads(asked), json.loads(tax.answer_to(asked))
    claims = {
        "department": question["department"],
        "round": question["round"],
        "question_sha256": hashlib.sha256(asked).hexdigest(),  # of the bytes as they came
    }
    return json.dumps(answer | claims).encode()


def signed(said: bytes, typ: str) -> str:
    return jwt.api_jws.encode(said, KEY.key, "EdDSA", headers={"kid": KEY.key_id, "typ": typ})


def answer_to(asked: bytes) -> bytes:
    return signed(claimed(asked), "lianshen-answer+jws").encode()


def answers_to(asked: list[str]) -> dict[str, Any]:
    """Several in one message: one signature over the root of the tree over all answers (RFC 9162)."""
    answers = [tax.answer_or_error(claimed, question) for question in asked]
    leaves = [hashlib.sha256(b"\0" + answer.encode()).digest() for answer in answers if isinstance(answer, str)]
    if not leaves:
        return {"answers": answers}
    root = {"department": "tax", "count": len(leaves), "root": root_of(leaves).hex()}
    return {"answers": answers, "root": signed(json.dumps(root).encode(), "lianshen-answers+jws")}


def root_of(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1  # the largest power of two below
    return hashlib.sha256(b"\1" + root_of(leaves[:left]) + root_of(leaves[left:])).digest()


if __name__ == "__main__":
    asyncio.run(tax.serve(answer_to, answers_to))
