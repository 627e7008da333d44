"""A form with files (RFC 7578), as a browser sends it, read within limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from starlette.requests import Request

from chassis.http.body import BodyRefused, read_body
from chassis.http.pages.posted import MOST_FIELDS, WITHIN, Posted

MEDIA_TYPE = "multipart/form-data"
MOST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class WithFiles:
    """What was typed, and the files that were chosen, by the names of their fields; no name of a file is kept."""

    typed: Posted
    files: Mapping[str, bytes]


async def read_with_files(request: Request, most: int = MOST_BYTES, within: float = WITHIN) -> WithFiles:
    """Raises BodyRefused: 408 too slow, 413 too large, 415 no form with files, 400 none that can be read."""
    body = await read_body(request, (MEDIA_TYPE,), most, within)
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode("latin-1")
    whole = message_from_bytes(head + body)
    if not whole.is_multipart() or whole.defects:
        raise BodyRefused(400)
    parts = [part for part in whole.get_payload() if isinstance(part, Message)]
    if len(parts) > MOST_FIELDS:
        raise BodyRefused(400)
    typed: list[tuple[str, str]] = []
    files: dict[str, bytes] = {}
    for part in parts:
        name, content = _named(part), part.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise BodyRefused(400)
        if part.get_filename() is None:
            typed.append((name, _text(content)))
        elif content:
            files.setdefault(name, content)
    return WithFiles(Posted(tuple(typed)), files)


def _named(part: Message) -> str:
    name = part.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise BodyRefused(400)
    return name


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise BodyRefused(400) from None
