"""Several questions in one message, as a simulated department takes and answers them. Pure."""

import json
from collections.abc import Sequence

from lianshen.simulation.answers import NotAQuestion
from lianshen.simulation.signing import Sign

MOST = 64
"""Questions in one message, as the department shows in its metadata."""


def questions_in(body: bytes) -> list[bytes]:
    """The bytes of each question. Raises NotAQuestion for what is no batch."""
    try:
        questions = [one["question"].encode() for one in json.loads(body)["questions"]]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NotAQuestion("a batch is an object with questions, each with its JSON as a text") from None
    if not 0 < len(questions) <= MOST:
        raise NotAQuestion(f"a batch has 1 to {MOST} questions")
    return questions


def reply_to(answers: Sequence[str | None], department: str, sign: Sign | None) -> bytes:
    """The answers in the order of the questions, an error for each that is none, and the root over the others."""
    said = [answer if answer is not None else {"error": "500"} for answer in answers]
    texts = [answer.encode() for answer in answers if answer is not None]
    root = {"root": sign.root(department, texts)} if sign and texts else {}
    return json.dumps({"answers": said, **root}, ensure_ascii=False).encode()
