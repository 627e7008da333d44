"""How each department is attached: by the bus unless `departments_file` says otherwise (TOML, one table a name).

[tax]
by = "http"
url = "https://tax.example/lianshen/query"
token_file = "/run/secrets/tax"            # or certificate and private_key for mutual TLS
signature = "required"

[housing]
by = "clerk"

A path that is not absolute begins in the folder of this file.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from nats.aio.client import Client
from pydantic import Field, PositiveInt, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from chassis.bus_tls import THIS_MACHINE
from contracts.inquiries import DepartmentName
from contracts.model import Frozen
from contracts.text_file import text_in
from inquiry.attachments import Attachment
from inquiry.attachments.bus import BusAttachment, Late
from inquiry.attachments.clerk import ClerkAttachment
from inquiry.attachments.http import HttpAttachment
from inquiry.attachments.tls import tls_context
from inquiry.attachments.token_file import TokenFile
from inquiry.verify_answer import SignaturePolicy

Way = Literal["bus", "http", "clerk"]
Seconds = Annotated[float, Field(gt=0, le=30, description="a department that takes longer answers `deferred`")]
FILES = ("token_file", "callback_token_file", "ca_file", "certificate", "private_key")
ONLY_BY_HTTP = ("url", "notice_url", *FILES)


class AttachmentConfig(Frozen):
    """One department's table; the default is the bus."""

    by: Way = "bus"
    url: str | None = None
    notice_url: str | None = None
    """Where reminders and "stop" are posted; without one, it is told nothing."""
    token_file: Path | None = None
    """The bearer token that we present; read again when it changed."""
    callback_token_file: Path | None = None
    """The bearer token that the department presents when it brings a later answer."""
    ca_file: Path | None = None
    """The department's own CA: where it is named, no other is trusted."""
    certificate: Path | None = None
    private_key: Path | None = None
    signature: SignaturePolicy = "accepted"
    timeout_seconds: Seconds = 10.0
    concurrency: PositiveInt = 256


_tables: TypeAdapter[dict[str, AttachmentConfig]] = TypeAdapter(dict[DepartmentName, AttachmentConfig])


def read_attachments(path: Path | None) -> dict[str, AttachmentConfig]:
    """Raises ValueError naming the file's table and key that is wrong, and what may stand there."""
    if path is None:
        return {}
    try:
        return attachments_in(text_in(path.read_bytes()), path.parent)
    except ValueError as wrong:
        raise ValueError(f"{path.name}: {wrong}") from None


def attachments_in(text: str, folder: Path) -> dict[str, AttachmentConfig]:
    """The tables of a departments file that lies in `folder`. Raises ValueError."""
    try:
        attached = _tables.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"this is no TOML: {error}") from None
    except ValidationError as error:
        raise ValueError(_told(error.errors(include_input=False)[0])) from None
    for name, table in attached.items():
        if wrong := _wrong_together(table):
            raise ValueError(f"{name}.{wrong}")
    return {name: _in_folder(table, folder) for name, table in attached.items()}


def _told(first: ErrorDetails) -> str:
    place = ".".join(str(step) for step in first["loc"] if step != "[key]")
    if first["loc"][-1] == "[key]":
        return f"{place}: no name of a department; small letters, digits and hyphens"
    if first["type"] == "extra_forbidden":
        return f"{place}: there is no such key; there are {', '.join(AttachmentConfig.model_fields)}"
    if first["type"] in ("model_type", "model_attributes_type"):
        return f"{place}: this stands in no table; a department is a table like [tax]"
    return f"{place}: {first['msg'].replace('Input should be', 'it must be')}"


def _wrong_together(table: AttachmentConfig) -> str | None:
    """What is wrong between the keys of one table, beginning with a key."""
    if table.by != "http":
        beyond = next((key for key in ONLY_BY_HTTP if getattr(table, key) is not None), None)
        return f'{beyond} goes with by = "http", and this table says "{table.by}"' if beyond else None
    if not table.url:
        return "url is missing; an HTTP department needs its address"
    for key in ("url", "notice_url"):
        address = getattr(table, key)
        if address is not None and not _is_safe(address):
            return f"{key} must begin with https://, or lead to this machine (http://127.0.0.1…); without a password"
    if (table.certificate is None) != (table.private_key is None):
        return "certificate and private_key go together"
    return None


def _is_safe(address: str) -> bool:
    """Personal data leaves this machine under TLS or not at all."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in THIS_MACHINE)


def _in_folder(table: AttachmentConfig, folder: Path) -> AttachmentConfig:
    named = {key: getattr(table, key) for key in FILES}
    return table.model_copy(update={key: folder / path for key, path in named.items() if path is not None})


def attach(nc: Client, department: str, how: AttachmentConfig, late: Late) -> Attachment:
    """The attachment of one department. Raises ValueError naming the files of its table that cannot be used."""
    if how.by == "bus":
        return BusAttachment(nc, department, late)
    if how.by == "clerk":
        return ClerkAttachment()
    assert how.url is not None
    certificate = (how.certificate, how.private_key) if how.certificate and how.private_key else None
    try:
        token = TokenFile(how.token_file) if how.token_file else None
    except (OSError, ValueError) as wrong:
        raise ValueError(f"{department}.token_file cannot be used: {_brief(wrong)}") from None
    try:
        tls = tls_context(how.ca_file, certificate)
    except OSError as wrong:
        raise ValueError(
            f"{department}: ca_file, certificate or private_key cannot be used: {_brief(wrong)}"
        ) from None
    return HttpAttachment(how.url, token, tls, how.notice_url)


def _brief(wrong: Exception) -> str:
    """Without the path, which is the machine's own matter."""
    return (wrong.strerror if isinstance(wrong, OSError) else None) or str(wrong)
