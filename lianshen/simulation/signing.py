"""Signs what a simulated department answers: a JWS over the answer and what it answers to (RFC 7515, RFC 8037)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contracts.jws import ANSWER, Signer, sha256
from contracts.text_file import read_text

Sign = Callable[[dict[str, Any], dict[str, Any], bytes], bytes]
"""(answer, question, the question's bytes as they came) → the signed answer."""


class NoKey(ValueError):
    """The key file is none that signs."""


def signing_with(key_file: Path) -> Sign:
    """Signs with a private JWK (OKP, Ed25519). Raises NoKey."""
    try:
        signer = Signer.from_jwk(read_text(key_file))
    except (OSError, ValueError):
        raise NoKey(f"{key_file.name} is no private Ed25519 key as a JWK") from None

    def sign(answer: dict[str, Any], question: dict[str, Any], asked: bytes) -> bytes:
        claims = {"department": question["department"], "round": question["round"], "question_sha256": sha256(asked)}
        return signer.sign(json.dumps({**answer, **claims}, ensure_ascii=False).encode(), ANSWER).encode()

    return sign
