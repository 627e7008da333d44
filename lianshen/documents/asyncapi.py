"""The AsyncAPI document of the bus: drafted by FastStream from the models, then mended where FastStream is silent.

FastStream 0.7 says nothing of address parameters and replies; it writes a NATS binding of its own and a correlation id
that nobody sends; and it describes what is received only by the signature of a FastStream handler, of which there are
none here (ADR 0002). So every line is drafted as a publisher, and gets its direction afterwards.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from faststream.nats import NatsBroker
from faststream.specification import AsyncAPI
from nats.micro.service import DEFAULT_QUEUE_GROUP
from pydantic import BaseModel

from chassis.commands import VERSION, Command
from chassis.consume.retry import Retry
from chassis.process.process import Parts
from chassis.process.settings import Settings
from contracts.events import EVENTS, STORY, Event
from contracts.inquiries import Answer, DepartmentNotice, Question
from contracts.key_register import REGISTER, RegisterEvent
from contracts.model import Frozen
from lianshen.catalog import DEPARTMENTS
from lianshen.documents.asyncapi_departments import DESCRIPTIONS, HEADERS, SIGNED_ANSWER, DeliveryReply, signed_answer

BINDING_VERSION = "0.1.0"
QUERY = "department.{department}.query.v1"
NOTICE = "department.{department}.notice.v1"
"""What a department listens on (`inquiry.attachments.bus`); a test compares the two."""
ENTRY = "register.{holder}.{n}"
OFFERED = {
    "answer.{department}.v1": ("DepartmentDelivery", "Where a department brings an answer that it had deferred."),
    "questions.{department}.v1": ("ClerksList", "What waits for the clerk of a department that has no system."),
}
"""What a department may call."""

DESCRIPTION = (
    "What crosses the bus. An event stands in the JetStream stream CASES on a subject of its own and is written once; "
    "a department is asked by request and reply; a command is an endpoint of the NATS services API."
)
PARAMETERS = {
    "application": "an application number, like YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E; it tells nothing about anybody",
    "department": "a department's name, as the policy has it",
    "round": "the round of questions, from 1; a re-verification opens the next one",
    "n": "which one of its kind in this case or of its holder, from 1",
    "step": "which reminder of a question, from 1",
    "holder": "a department's name, or lianshen",
    "hash8": "the first eight hex digits of the SHA-256 of the answer",
    "cause": "the event that asked for the notice, as one token: publicity-opened-1",
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
class Line:
    """One channel and what Lianshen does on it; a channel without an address is the inbox of a request."""

    name: str
    address: str | None
    model: type[BaseModel]
    about: str | None
    action: str | None = None
    reply: str | None = None

    @property
    def is_event(self) -> bool:
        return issubclass(self.model, Event | RegisterEvent)

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


def address_of(kind: type[Event]) -> str:
    """The bus filter of one kind of event with its wildcards named: `case.{application}.determined.{round}`."""
    names = iter(("application", *re.findall(r"\{(\w+)\}", kind.tail)))
    return re.sub(r"\*", lambda _: f"{{{next(names)}}}", EVENTS.subjects_of(kind))


def lines(services: Mapping[str, Parts]) -> Iterator[Line]:
    """Everything on the bus, in the order of the story; the commands as the services were built with them."""
    for kind in STORY:
        yield Line(kind.__name__, address_of(kind), kind, kind.__doc__, "send")
    yield Line("DepartmentQuery", QUERY, Question, Question.__doc__, "send", "DepartmentReply")
    yield Line("DepartmentReply", None, Answer, "The reply subject of a question.")
    yield Line("DepartmentNotice", NOTICE, DepartmentNotice, DepartmentNotice.__doc__, "send")
    offered = {_of_any_department(command.subject): command for command in _commands(services) if command.subject}
    for address, command in sorted(offered.items()):
        name, about = OFFERED[address]
        reply = "DeliveryReply" if command.asks is Answer else "CommandReply"
        yield Line(name, address, command.asks, about, "receive", reply)
    yield Line("DeliveryReply", None, DeliveryReply, "The reply subject of an answer that was brought.")
    for entry in REGISTER:
        yield Line(entry.__name__, ENTRY, entry, entry.__doc__, "send")
    for service, parts in services.items():
        own = {command.verb: command.asks for command in parts.commands if command.subject is None}
        for verb, asks in ({"retry": Retry} | own).items():
            name = f"command.{service}.{verb}"
            yield Line(name, name, asks, asks.__doc__, "receive", "CommandReply")
    yield Line("CommandReply", None, CommandReply, "The reply subject of a command.")


def _commands(services: Mapping[str, Parts]) -> Iterator[Command]:
    for parts in services.values():
        yield from parts.commands


def _of_any_department(subject: str) -> str:
    """`answer.tax.v1` as `answer.{department}.v1`."""
    return ".".join("{department}" if token in DEPARTMENTS else token for token in subject.split("."))


def bus_document(services: Mapping[str, Parts]) -> dict[str, Any]:
    """The AsyncAPI 3 document, as JSON."""
    broker = NatsBroker(Settings.model_fields["nats_url"].default)
    table = tuple(lines(services))
    for line in table:
        broker.publisher(line.address or line.name, schema=line.model, title=line.name, description=line.about)
    draft: dict[str, Any] = (
        AsyncAPI(broker, title="Lianshen bus", version=VERSION, description=DESCRIPTION, schema_version="3.0.0")
        .to_specification()
        .to_jsonable()
    )
    (server,) = draft["servers"].values()
    return draft | {
        "servers": {"bus": {"host": server["host"], "protocol": "nats", "description": "as LIANSHEN_NATS_URL says"}},
        "channels": {line.name: _channel(line, draft["channels"][line.name]) for line in table},
        "operations": {line.name: _operation(line, table) for line in table if line.action},
        "components": {
            "schemas": draft["components"]["schemas"],
            "messages": {line.model.__name__: _message(line) for line in table} | {SIGNED_ANSWER: signed_answer()},
        },
    }


def _channel(line: Line, drafted: dict[str, Any]) -> dict[str, Any]:
    kept = {key: drafted[key] for key in ("description",) if key in drafted}
    if (more := DESCRIPTIONS.get(line.name)) is not None:
        kept = {"description": " ".join(filter(None, (kept.get("description"), more)))}
    messages = {name: {"$ref": f"#/components/messages/{name}"} for name in line.messages}
    said = {"address": line.address, "messages": messages}
    return kept | said | ({"parameters": line.parameters} if line.parameters else {})


def _operation(line: Line, table: tuple[Line, ...]) -> dict[str, Any]:
    # By the binding's specification a channel has none; an operation may name its queue group.
    queue = {"queue": DEFAULT_QUEUE_GROUP} if line.action == "receive" else {}
    operation = _at(line) | {
        "action": line.action,
        "bindings": {"nats": queue | {"bindingVersion": BINDING_VERSION}},
    }
    replies = [_at(other) for other in table if other.name == line.reply]
    return operation | ({"reply": replies[0]} if replies else {})


def _at(line: Line) -> dict[str, Any]:
    """A line's channel and message, as an operation and a reply name them."""
    channel = f"#/channels/{line.name}"
    messages = [{"$ref": f"{channel}/messages/{name}"} for name in line.messages]
    return {"channel": {"$ref": channel}, "messages": messages}


def _message(line: Line) -> dict[str, Any]:
    name = line.model.__name__
    message = {"name": name, "title": name, "payload": {"$ref": f"#/components/schemas/{name}"}}
    if name in DESCRIPTIONS:
        message["description"] = DESCRIPTIONS[name]
    headers = _headers(name) if line.is_event else HEADERS.get(name)
    return message | ({"headers": headers} if headers else {})


def _headers(name: str) -> dict[str, Any]:
    """What stands beside an event in the log (`chassis.log.journal`)."""
    return {
        "type": "object",
        "required": ["ce-id", "ce-time", "ce-type"],
        "properties": {
            "ce-id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "ce-time": {"type": "string", "format": "date-time"},
            "ce-type": {"const": name},
            "traceparent": {"type": "string", "description": "W3C Trace Context"},
        },
    }
