"""Signs what a simulated department answers: a JWS over the answer and what it answers to (RFC 7515, RFC 8037)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.batches.merkle import leaf_hash, tree
from contracts.batches.proof import ANSWERS
from contracts.jws import ANSWER, Signer, sha256
from contracts.text_file import read_text


@dataclass(frozen=True)
class Sign:
    """By one private key: an answer alone, or once over the answers of a batch."""

    signer: Signer

    def __call__(self, answer: dict[str, Any], question: dict[str, Any], asked: bytes) -> bytes:
        """The signed answer to a question; `asked` are its bytes as they came."""
        return self.signer.sign(self.claimed(answer, question, asked).encode(), ANSWER).encode()

    def claimed(self, answer: dict[str, Any], question: dict[str, Any], asked: bytes) -> str:
        """What is signed: the answer, and to what it is one."""
        claims = {"department": question["department"], "round": question["round"], "question_sha256": sha256(asked)}
        return json.dumps({**answer, **claims}, ensure_ascii=False)

    def root(self, department: str, answers: Sequence[bytes]) -> str:
        """The signature over the tree of a batch's answers."""
        root, _ = tree([leaf_hash(answer) for answer in answers])
        said = {"department": department, "count": len(answers), "root": root.hex()}
        return self.signer.sign(json.dumps(said).encode(), ANSWERS)


class NoKey(ValueError):
    """The key file is none that signs."""


def signing_with(key_file: Path) -> Sign:
    """Signs with a private JWK (OKP, Ed25519). Raises NoKey."""
    try:
        signer = Signer.from_jwk(read_text(key_file))
    except (OSError, ValueError):
        raise NoKey(f"{key_file.name} is no private Ed25519 key as a JWK") from None
    return Sign(signer)
