"""Signs what a simulated department answers: a JWS over the answer and what it answers to (RFC 7515, RFC 8037)."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import jwt.api_jws

TYP = "lianshen-answer+jws"
Sign = Callable[[dict[str, Any], dict[str, Any], bytes], bytes]
"""(answer, question, the question's bytes as they came) → the signed answer."""


class NoKey(ValueError):
    """The key file is none that signs."""


def signing_with(key_file: Path) -> Sign:
    """Signs with a private JWK (OKP, Ed25519). Raises NoKey."""
    try:
        jwk = jwt.PyJWK.from_json(key_file.read_text(encoding="utf-8-sig"), algorithm="EdDSA")
    except (OSError, ValueError, jwt.exceptions.PyJWTError):
        raise NoKey(f"{key_file.name} is no private Ed25519 key as a JWK") from None
    header = {"kid": jwk.key_id, "typ": TYP}

    def sign(answer: dict[str, Any], question: dict[str, Any], asked: bytes) -> bytes:
        claims = {
            "department": question["department"],
            "round": question["round"],
            "question_sha256": hashlib.sha256(asked).hexdigest(),
        }
        payload = json.dumps({**answer, **claims}, ensure_ascii=False).encode()
        return jwt.api_jws.encode(payload, jwk.key, "EdDSA", headers=header).encode()

    return sign
