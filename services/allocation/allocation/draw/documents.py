"""The five files of a draw: their names, and JSON as it is read and written in them."""

import json
import re
from collections.abc import Mapping
from itertools import accumulate
from typing import Any, Final

from allocation.draw.faults import need

RULES: Final = "rules.json"
ENTRANTS: Final = "entrants.csv"
MANIFEST: Final = "manifest.json"
REVEAL: Final = "reveal.json"
RESULT: Final = "result.json"
NAMES: Final = (RULES, ENTRANTS, MANIFEST, REVEAL, RESULT)
"""In the order in which they are posted, and checked."""
DEEPEST = 20
"""Objects and lists within each other; ours need five, and readers of JSON differ in how many they stand."""
DIGITS = 16
"""Of a whole number as many are read: more than any that is allowed has, fewer than Python refuses to read."""
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def written(value: Any) -> bytes:
    """The one way a file of a draw is written."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def read_documents(files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the JSON files hold, by name. Raises DoesNotHold."""
    twice: list[str] = []
    values: dict[str, Any] = {}
    for name in (RULES, MANIFEST, REVEAL, RESULT):
        try:
            values[name] = _read(name, files[name], twice)
        except ValueError:
            need(False, "not-json", f"{name} is not JSON in UTF-8 without a BOM")
    need(not twice, "key-twice", f"{next(iter(twice), '')} has a key twice in one object")
    return values


def _read(name: str, body: bytes, twice: list[str]) -> Any:
    """Raises ValueError. Adds the name to `twice` where a key is; a later file that is no JSON is told before."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice.append(name)
        return found

    text = body.decode("utf-8")
    try:
        value = json.loads(text, object_pairs_hook=once, parse_int=_whole, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deep") from None
    # Only now: on text that is no JSON the expression could take its time.
    if _depth(text) > DEEPEST:
        raise ValueError("nested too deep")
    return value


def _depth(text: str) -> int:
    brackets = (_STEP[mark] for mark in _TEXT.sub("", text) if mark in _STEP)
    return max(accumulate(brackets), default=0)


def _whole(digits: str) -> int:
    return int(digits[:DIGITS])


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
