"""What proves an answer of a batch: its own bytes, its path, and the root that its department signed once. Pure."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field

from contracts.batches.merkle import leaf_hash, root_by
from contracts.jws import Jws, Sha256, WrongSignature, sha256, verify
from contracts.model import Frozen

ANSWERS = "lianshen-answers+jws"
"""The `typ` of a root's signature: it is none for an answer alone."""
MOST_IN_BATCH = 256


class SignedRoot(Frozen):
    """What a department signs of a batch: whose answers, how many, and the root of the tree over them."""

    department: str
    count: Annotated[int, Field(ge=1, le=MOST_IN_BATCH, strict=True)]
    root: Sha256


class BatchProof(Frozen):
    """Where an answer stands in a batch; the root's signature is kept once, as a record beside the cases."""

    answer: str = Field(description="what the department answered, exactly as it stands in the tree")
    index: Annotated[int, Field(ge=0, lt=MOST_IN_BATCH)]
    count: Annotated[int, Field(ge=1, le=MOST_IN_BATCH)]
    path: Annotated[tuple[Sha256, ...], Field(max_length=8, description="hashes beside its way, the lowest first")]
    signed_sha256: Sha256 = Field(description="of the root's signature, by which its record is found")


@dataclass(frozen=True)
class InBatch:
    """One answer as it came in a batch, with what proves it."""

    body: bytes
    signed: str
    """The root's signature."""
    index: int
    count: int
    path: tuple[bytes, ...]

    def proof(self) -> BatchProof:
        """Raises ValueError if the body is no text."""
        return BatchProof(
            answer=self.body.decode(),
            index=self.index,
            count=self.count,
            path=tuple([beside.hex() for beside in self.path]),
            signed_sha256=sha256_of_signed(self.signed),
        )


@lru_cache(maxsize=1024)
def sha256_of_signed(token: Jws) -> str:
    """By which the record of a root's signature is found; made once a batch."""
    return sha256(token.encode())


SIGNED_ROOTS = "claim.signed."
"""How the subjects begin under which the signatures of roots stand in the log."""


def subject_of(department: str, signed_sha256: str) -> str:
    """Where a root's signature stands, once, however many answers name it."""
    return f"{SIGNED_ROOTS}{department}.{signed_sha256}"


Said = bytes | InBatch
"""What came back to a question: alone, or in a batch under a signed root."""


@lru_cache(maxsize=1024)
def signed_root(token: Jws, x: str) -> SignedRoot:
    """What a root's signature is over, under this key. Read once a batch. Raises WrongSignature."""
    try:
        said: Any = json.loads(verify(token, x, ANSWERS))
        return SignedRoot.model_validate(said)
    except (ValueError, RecursionError):
        raise WrongSignature("what was signed over the batch is no root (department, count, root)") from None


def must_lead_to(
    root: SignedRoot, department: str, said: bytes, index: int, count: int, path: tuple[bytes, ...]
) -> None:
    """Raises WrongSignature unless this answer stands there in the tree that the department signed."""
    if root.department != department:
        raise WrongSignature("the batch is signed in the name of another department")
    if root.count != count:
        raise WrongSignature("the batch has another number of answers than was signed")
    if root_by(leaf_hash(said), index, count, path) != bytes.fromhex(root.root):
        raise WrongSignature("its path does not lead to the root that was signed")
