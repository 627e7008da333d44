"""Files that people write and save: UTF-8, with or without the byte order mark of Windows' editors (RFC 8259, 8.1)."""

import tomllib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import Any


class NotText(ValueError):
    """What was saved is no UTF-8; the text says what to do and repeats nothing of it."""


def text_in(data: bytes) -> str:
    """The text of such a file. Raises NotText."""
    # Without its mark, UTF-16 of plain letters is valid UTF-8 as well: every other byte is a NUL, as in no text.
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in data:
        raise NotText("this is UTF-16, which Windows calls Unicode; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
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
