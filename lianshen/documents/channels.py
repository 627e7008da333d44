"""Everything that crosses the bus, as one table: events, questions, what departments may call, commands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client
from pydantic import BaseModel

from chassis.consume.retry import all_commands
from chassis.process.service import Parts
from contracts.batches.messages import AnswerBatch, QuestionBatch
from contracts.events import EVENTS
from contracts.events.registry import Registry
from contracts.inquiries import Answer, DepartmentNotice, Question
from contracts.key_register import ENTRIES
from contracts.model import Frozen
from lianshen.catalog import DEPARTMENTS
from lianshen.documents.asyncapi_departments import SIGNED_ANSWER, DeliveryReply

QUERY = "department.{department}.query.v1"
BATCH = "department.{department}.batch.v1"
NOTICE = "department.{department}.notice.v1"
"""What a department listens on (`inquiry.attachments.bus`); a test compares the two."""
OFFERED = {
    "answer.{department}.v1": ("DepartmentDelivery", "Where a department brings an answer that it had deferred."),
    "questions.{department}.v1": ("ClerksList", "What waits for the clerk of a department that has no system."),
    "housing.closed-management.query.v1": (
        "ClosedManagementQuery",
        "Where the real-estate register asks whether a unit may be sold on the market (Art. 27).",
    ),
    "housing.ban.query.v1": ("BanQuery", "Where the housing bureau asks which bans of ours bind (Art. 32)."),
}
"""What a department may call."""

PARAMETERS = {
    "application": "an application number, like YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E; it tells nothing about anybody",
    "department": "a department's name, as the policy has it",
    "round": "the round of questions, from 1; a re-verification opens the next one",
    "n": "which one of its kind in this case or of its holder, from 1",
    "opening": "which time that it was looked at who raised an objection, from 1",
    "step": "which reminder of a question, from 1",
    "holder": "a department's name, or lianshen",
    "hash8": "the first eight hex digits of the SHA-256 of the answer",
    "cause": "the event that asked for the notice, as one token: publicity-opened-1",
    "days": "how many days are left",
    "channel": "the way a notice goes, such as sms",
}
"""What each `{name}` of an address means; an event with a new one needs a sentence here."""


class CommandProblem(Frozen):
    """Why a command was not done; status as in HTTP."""

    status: int
    title: str
    detail: str


class CommandReply(Frozen):
    """What a command answers: `ok` or `problem`, never both."""

    ok: dict[str, Any] | None = None
    problem: CommandProblem | None = None


@dataclass(frozen=True)
class Channel:
    """One address and what Lianshen does on it; one without an address is the inbox of a request."""

    name: str
    address: str | None
    model: type[BaseModel]
    about: str | None
    action: str | None = None
    reply: str | None = None

    @property
    def is_event(self) -> bool:
        return self.model.__name__ in EVENTS.by_name | ENTRIES.by_name

    @property
    def messages(self) -> tuple[str, ...]:
        """An answer may be signed, wherever it is sent."""
        return (self.model.__name__, *((SIGNED_ANSWER,) if self.model is Answer else ()))

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        names = re.findall(r"\{(\w+)\}", self.address or "")
        return {name: self._parameter(name) for name in names}

    def _parameter(self, name: str) -> dict[str, Any]:
        parameter: dict[str, Any] = {"description": PARAMETERS[name]}
        if self.is_event:
            return parameter | {"location": f"$message.payload#/{name}"}
        return parameter | {"enum": sorted(DEPARTMENTS)}


def channels(services: Mapping[str, Parts]) -> tuple[Channel, ...]:
    """In the order of the story; the commands are those that the services serve."""
    return (*_facts(EVENTS), *_departments(services), *_facts(ENTRIES), *_commands(services))


def _facts(registry: Registry[Any]) -> Iterator[Channel]:
    for kind, address in registry.addresses.items():
        yield Channel(kind.__name__, address, kind, kind.__doc__, "send")


def _departments(services: Mapping[str, Parts]) -> Iterator[Channel]:
    yield Channel("DepartmentQuery", QUERY, Question, Question.__doc__, "send", "DepartmentReply")
    yield Channel("DepartmentReply", None, Answer, "The reply subject of a question.")
    yield Channel("DepartmentBatch", BATCH, QuestionBatch, QuestionBatch.__doc__, "send", "DepartmentBatchReply")
    yield Channel("DepartmentBatchReply", None, AnswerBatch, "The reply subject of a batch.")
    yield Channel("DepartmentNotice", NOTICE, DepartmentNotice, DepartmentNotice.__doc__, "send")
    commands = [command for parts in services.values() for command in parts.commands]
    for address, command in {_of_any_department(it.subject): it for it in commands if it.subject}.items():
        name, about = OFFERED[address]
        reply = "DeliveryReply" if command.asks is Answer else "CommandReply"
        yield Channel(name, address, command.asks, about, "receive", reply)
    yield Channel("DeliveryReply", None, DeliveryReply, "The reply subject of an answer that was brought.")


def _commands(services: Mapping[str, Parts]) -> Iterator[Channel]:
    for service, parts in services.items():
        for command in all_commands(Client(), service, parts.commands, parts.listens):
            if command.subject is None:
                name = f"command.{service}.{command.verb}"
                yield Channel(name, name, command.asks, command.asks.__doc__, "receive", "CommandReply")
    yield Channel("CommandReply", None, CommandReply, "The reply subject of a command.")


def _of_any_department(subject: str) -> str:
    """`answer.tax.v1` as `answer.{department}.v1`."""
    if subject in OFFERED:
        return subject
    return ".".join("{department}" if token in DEPARTMENTS else token for token in subject.split("."))
