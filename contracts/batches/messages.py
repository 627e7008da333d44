"""What crosses the bus for a batch: questions and answers, each exactly as it is sent or signed alone."""

from typing import Annotated

from pydantic import Field

from contracts.batches.proof import MOST_IN_BATCH
from contracts.jws import Jws
from contracts.model import Frozen


class QuestionInBatch(Frozen):
    """One question of a batch; its own bytes, our own signature of it."""

    question: str = Field(description="the JSON of a question, exactly as it is sent alone; hash and verify its UTF-8")
    signature: Jws | None = Field(default=None, description="ours, detached from the question's bytes")
    traceparent: str | None = Field(default=None, description="W3C Trace Context; a trace of this question alone")


class QuestionBatch(Frozen):
    """Several questions in one message, each about another case."""

    questions: Annotated[tuple[QuestionInBatch, ...], Field(min_length=1, max_length=MOST_IN_BATCH)]


class NoAnswerInBatch(Frozen):
    """One question of a batch has no answer now: it is asked again, alone."""

    error: Annotated[str, Field(pattern="^[0-9]{1,5}$", description="as Nats-Service-Error-Code: 400, 403, 500 …")]


class AnswerBatch(Frozen):
    """The answers in the order of the questions, and one signature over all of them."""

    answers: tuple[str | NoAnswerInBatch, ...] = Field(
        description="JSON as it is answered alone; signed, with the claims of AnswerClaims in it"
    )
    root: Jws | None = Field(
        default=None,
        description="over department, count and root: of the tree over all answers that are text, in their order",
    )
