"""Files that people write and save: UTF-8, with or without the byte order mark of Windows' editors (RFC 8259, 8.1)."""

import json
import tomllib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import Any


class NotText(ValueError):
    """What was saved is no UTF-8; the text says what to do and repeats nothing of it."""


def text_in(data: bytes) -> str:
    """The text of such a file, its lines ended by \\n. Raises NotText."""
    # Without its mark, UTF-16 of plain letters is valid UTF-8 as well: every other byte is a NUL, as in no text.
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in data:
        raise NotText("this is UTF-16, which Windows calls Unicode; save it as UTF-8")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise NotText("this is not UTF-8; save it as UTF-8") from None


def read_text(path: Path) -> str:
    """Raises OSError, or NotText naming the file."""
    try:
        return text_in(path.read_bytes())
    except NotText as error:
        raise NotText(f"{path.name}: {error}") from None


def read_toml(path: Path) -> dict[str, Any]:
    """Raises OSError, or ValueError naming the file and the line that is no TOML."""
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name} is no TOML: {error}") from None


def read_json(path: Path) -> Any:
    """Raises OSError, or ValueError naming the file and what is no JSON in it, never what it says."""
    try:
        return json.loads(read_text(path), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name} is no JSON from line {error.lineno}, column {error.colno} on") from None
    except RecursionError:
        raise ValueError(f"{path.name} is no JSON that anybody wrote: it is nested too deep") from None
    except _Twice:
        raise ValueError(f"{path.name}: a key stands twice in one object, and the last would count alone") from None


class _Twice(Exception):
    """A key came twice; it may be a person's number."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice
    return found
