"""The AsyncAPI 3 document of the bus, made from its channels and their models."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from nats.micro.service import DEFAULT_QUEUE_GROUP
from pydantic.json_schema import models_json_schema

from chassis.commands import VERSION
from chassis.process.service import Parts
from chassis.process.settings import Settings
from lianshen.documents.asyncapi_departments import DESCRIPTIONS, HEADERS, SIGNED_ANSWER, signed_answer
from lianshen.documents.channels import Channel, channels

BINDING = {"bindingVersion": "0.1.0"}
INFO = {
    "title": "Lianshen bus",
    "version": VERSION,
    "description": (
        "What crosses the bus. An event stands in the JetStream stream CASES on a subject of its own and is written "
        "once; a department is asked by request and reply; a command is an endpoint of the NATS services API."
    ),
}


def bus_document(services: Mapping[str, Parts]) -> dict[str, Any]:
    """The document as JSON, for services as they were built."""
    table = channels(services)
    models = {channel.model for channel in table}
    _, made = models_json_schema([(it, "validation") for it in models], ref_template="#/components/schemas/{model}")
    host = urlsplit(Settings.model_fields["nats_url"].default).netloc
    return {
        "asyncapi": "3.0.0",
        "defaultContentType": "application/json",
        "info": INFO,
        "servers": {"bus": {"host": host, "protocol": "nats", "description": "as LIANSHEN_NATS_URL says"}},
        "channels": {channel.name: _channel(channel) for channel in table},
        "operations": {channel.name: _operation(channel, table) for channel in table if channel.action},
        "components": {
            "schemas": made["$defs"],
            "messages": {it.model.__name__: _message(it) for it in table} | {SIGNED_ANSWER: signed_answer()},
        },
    }


def _channel(channel: Channel) -> dict[str, Any]:
    about = " ".join(filter(None, (channel.about, DESCRIPTIONS.get(channel.name))))
    messages = {name: {"$ref": f"#/components/messages/{name}"} for name in channel.messages}
    described = {"address": channel.address, "messages": messages} | ({"description": about} if about else {})
    return described | ({"parameters": channel.parameters} if channel.parameters else {})


def _operation(channel: Channel, table: tuple[Channel, ...]) -> dict[str, Any]:
    # By the binding's specification a channel has none; an operation may name its queue group.
    queue = {"queue": DEFAULT_QUEUE_GROUP} if channel.action == "receive" else {}
    operation = _at(channel) | {"action": channel.action, "bindings": {"nats": queue | BINDING}}
    replies = [_at(other) for other in table if other.name == channel.reply]
    return operation | ({"reply": replies[0]} if replies else {})


def _at(channel: Channel) -> dict[str, Any]:
    """A channel and its messages, as an operation and a reply name them."""
    place = f"#/channels/{channel.name}"
    return {"channel": {"$ref": place}, "messages": [{"$ref": f"{place}/messages/{it}"} for it in channel.messages]}


def _message(channel: Channel) -> dict[str, Any]:
    name = channel.model.__name__
    message = {"name": name, "title": name, "payload": {"$ref": f"#/components/schemas/{name}"}}
    if name in DESCRIPTIONS:
        message["description"] = DESCRIPTIONS[name]
    headers = _headers(name) if channel.is_event else HEADERS.get(name)
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
