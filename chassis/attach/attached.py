"""How each department is attached: by the bus unless `departments_file` says otherwise (TOML, one table a name).

[tax]
by = "http"
url = "https://tax.example/lianshen/query"
token_file = "/run/secrets/tax"        # or certificate and key for mutual TLS
timeout_seconds = 10
concurrency = 32
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from nats.aio.client import Client
from pydantic import Field, PositiveInt, SecretStr, TypeAdapter, ValidationError

from chassis.attach import Attachment
from chassis.attach.bus import BusAttachment, Late
from chassis.attach.http import HttpAttachment
from contracts.model import Frozen

Seconds = Annotated[float, Field(gt=0, le=30, description="a department that takes longer answers `deferred`")]


class Attached(Frozen):
    """One department's table; the default is the bus."""

    by: Literal["bus", "http"] = "bus"
    url: str | None = None
    token_file: Path | None = None
    certificate: Path | None = None
    private_key: Path | None = None
    timeout_seconds: Seconds = 10.0
    concurrency: PositiveInt = 256


def read_attached(path: Path | None) -> dict[str, Attached]:
    """Raises ValueError naming the file's table and key that is wrong."""
    if path is None:
        return {}
    with path.open("rb") as file:
        tables = tomllib.load(file)
    try:
        attached = TypeAdapter(dict[str, Attached]).validate_python(tables)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ValueError(f"{path.name}: {place}: {first['msg']}") from None
    for name, table in attached.items():
        if table.by == "http" and not table.url:
            raise ValueError(f"{path.name}: {name}.url is missing; an HTTP department needs its address")
    return attached


def attach(nc: Client, department: str, how: Attached, late: Late) -> Attachment:
    """The attachment of one department."""
    if how.by == "bus":
        return BusAttachment(nc, department, late)
    assert how.url is not None
    token = SecretStr(how.token_file.read_text().strip()) if how.token_file else None
    certificate = (how.certificate, how.private_key) if how.certificate and how.private_key else None
    return HttpAttachment(how.url, token, certificate)
