"""JSON as commands print it: for a program, and safe on the terminal of a person."""

import json
import re
from typing import Any

from contracts.text import BIDI

_MOVES_THE_CURSOR = re.compile(f"[\x7f-\x9f{BIDI}\u2028\u2029\ud800-\udfff]")


def json_text(found: Any, indent: int | None = 2) -> str:
    """Readable, with what moves a cursor or turns a line round escaped the way JSON escapes it: the same document."""
    written = json.dumps(found, ensure_ascii=False, indent=indent, default=str)
    return _MOVES_THE_CURSOR.sub(lambda point: f"\\u{ord(point[0]):04x}", written)
