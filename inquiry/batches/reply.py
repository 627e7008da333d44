"""Reads what came back to a batch: for each question what was said, with what proves it, or nothing. Pure.

Nothing here is believed yet: `inquiry.verify_answer` holds each answer against its question and the signed root.
"""

import json
from typing import Any

from contracts.batches.merkle import Path, leaf_hash, tree
from contracts.batches.proof import InBatch, Said
from contracts.inquiries import MAX_ANSWER_BYTES
from contracts.jws import is_signed


class NoBatch(Exception):
    """What came back is no reply to a batch of so many questions."""


def read_batch(body: bytes, asked: int | None = None) -> list[Said | None]:
    """What was said to each question, in their order; None where it has to be asked alone. Raises NoBatch."""
    answers, root = _parts(body)
    if asked is not None and len(answers) != asked:
        raise NoBatch("it has another number of answers than there were questions")
    texts = [_bytes_of(answer) for answer in answers]
    if root is None:
        return [None if text is None or len(text) > MAX_ANSWER_BYTES else text for text in texts]
    leaves = [leaf_hash(text) for text in texts if text is not None]
    places = enumerate(tree(leaves)[1] if leaves else ())
    return [None if text is None else _under(root, len(leaves), text, *next(places)) for text in texts]


def _under(root: str, count: int, text: bytes, index: int, path: Path) -> Said | None:
    if len(text) > MAX_ANSWER_BYTES:
        return None
    return text if is_signed(text) else InBatch(text, root, index, count, path)


def _parts(body: bytes) -> tuple[list[Any], str | None]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise NoBatch("it is not JSON") from None
    answers, root = (said.get("answers"), said.get("root")) if isinstance(said, dict) else (None, None)
    if not isinstance(answers, list):
        raise NoBatch("it has no list of answers")
    if root is not None and not (isinstance(root, str) and root.isascii() and is_signed(root.encode())):
        raise NoBatch("its root is not signed (a compact JWS)")
    return answers, root


def _bytes_of(answer: Any) -> bytes | None:
    """An answer is text; an error, and what no file could hold, is none."""
    try:
        return answer.encode() if isinstance(answer, str) else None
    except UnicodeEncodeError:
        return None
