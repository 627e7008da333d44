"""Files that somebody made to break a checker: bytes, values, names and expressions of every unpleasant kind."""

import json
import random
from typing import Any

from allocation.draw.documents import ENTRANTS, NAMES, RESULT, REVEAL, RULES

from tests.draws.made_up import Files, made_up
from tests.draws.tampering import seal

JSON_MARKS = r'" \ \u0000 \ud800 [ { ] } , : 999999999999999999999'
BYTES = (*(it.encode() for it in JSON_MARKS.split()), b"\0", b"\xff", b"\r", b"\n")
NUMBERS = (-1, 0, 0.0, 1.0, 1.5, 1e308, 10**15, 10**16, 10**40, float("nan"), float("inf"))
STRINGS = ("", "x", "ab", "a\nb", "\x7f", "\x85", "\ud800", "\ud83d\ude00", "０", "\u2028", "9" * 5000, "__proto__")
NESTED = ([], {}, [[]], [None], [["a", 1, 2]], [["a"]], ["ab"], {"a": 1}, [{"a": 1, "b": 2}])
VALUES: tuple[Any, ...] = (None, True, False, *NUMBERS, *STRINGS, *NESTED)
OF_A_FORMAT = r"[0-9] [a-z ] {2} {1,3} {3,1} {,2} {1000} \d \. \n ( ) | * + . ^ $ a - -- [a-] [-a] [z-a] [a-\d] [\d-a]"
MORE = r"[&&] [||] [\]\[] 红 [红-蓝] [[] [a-b-c] [.] [0-9] [0-9] [0-9]"
TEXTS = ("", "7", "07", "12", "123", "a", "-", "红", "\U0001f600", "7\n", "٣", "０７", "a" * 201, "\ud800")
LINES = tuple(f"{it}\n".encode() for it in ("", ",,", "a,b", "a,b,c,d", "a,A-60,none\r", " ,A-60,x", "甲,A-60,x", "~"))


def hostile(number: int) -> Files:
    """The same number, the same files."""
    chance = random.Random(number)
    files = made_up(number, most_entrants=6)
    for _ in range(chance.choice((1, 1, 2))):
        files = chance.choice((_bytes, _value, _value, _key, _format, _line, _nested))(files, chance)
    return seal_if_possible(files) if chance.random() < 0.8 else files


def seal_if_possible(files: Files) -> Files:
    try:
        return seal(files)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return files


def _bytes(files: Files, chance: random.Random) -> Files:
    name = chance.choice(NAMES)
    body, at = files[name], chance.randint(0, len(files[name]))
    return {**files, name: body[:at] + chance.choice(BYTES) + body[at + chance.randint(0, 2) :]}


def _value(files: Files, chance: random.Random) -> Files:
    """Any value of any file, the whole one seldom."""
    name = chance.choice((RULES, RULES, REVEAL, RESULT, NAMES[2]))
    try:
        value = json.loads(files[name])
    except (ValueError, RecursionError):
        return files
    holders = list(_holders(value))
    if not holders or chance.random() < 0.1:
        return {**files, name: _written(chance.choice(VALUES))}
    holder, key = chance.choice(holders)
    if chance.random() < 0.2:
        del holder[key]
    else:
        holder[key] = chance.choice(VALUES)
    return {**files, name: _written(value)}


def _key(files: Files, chance: random.Random) -> Files:
    """One more key, new or there already, in any object."""
    name = chance.choice((RULES, REVEAL, RESULT, NAMES[2]))
    text = files[name].decode("utf-8", "replace")
    opened = [at for at, mark in enumerate(text) if mark == "{"]
    if not opened:
        return files
    at = chance.choice(opened) + 1
    key = chance.choice(("homes", "h\\u006fmes", "drawn", "notary", "__proto__", "dice", "\\ud800", "A-60"))
    made = f'{text[:at]}"{key}": {_text(chance.choice(VALUES))}, {text[at:]}'
    return {**files, name: made.encode("utf-8", "backslashreplace")}


def _format(files: Files, chance: random.Random) -> Files:
    try:
        rules, reveal = json.loads(files[RULES]), json.loads(files[REVEAL])
        parts = chance.choices(f"{OF_A_FORMAT} {MORE}".split(), k=chance.choice((1, 1, 2, 3, 40)))
        rules["public_format"] = "".join(parts)
        reveal["public"] = chance.choice(TEXTS)
    except (ValueError, TypeError, RecursionError):
        return files
    return {**files, RULES: _written(rules), REVEAL: _written(reveal)}


def _line(files: Files, chance: random.Random) -> Files:
    lines = files[ENTRANTS].splitlines(keepends=True)
    at = chance.randint(0, len(lines))
    added = chance.choice((*LINES, b"a,A-60", *lines))
    made = [*lines[:at], added, *lines[at:]]
    return {**files, ENTRANTS: b"".join(sorted(made) if chance.random() < 0.5 else made)}


def _nested(files: Files, chance: random.Random) -> Files:
    depth = chance.choice((18, 19, 20, 21, 500, 5_000, 100_000))
    value = (b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth, b"[" * depth)
    name = chance.choice((RULES, REVEAL, RESULT, NAMES[2]))
    return {**files, name: files[name].replace(b"{", b'{"deep": ' + chance.choice(value) + b",", 1)}


def _holders(value: Any) -> list[tuple[Any, Any]]:
    """Every container with every key or place of it; without recursion, since `_nested` may have been there before."""
    found, left = [], [value]
    while left:
        if isinstance(holder := left.pop(), dict | list):
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            found += [(holder, key) for key in keys]
            left += [holder[key] for key in reversed(keys)]
    return found


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _written(value: Any) -> bytes:
    """Half a character as an escape: UTF-8 has none."""
    return _text(value).encode("utf-8", "backslashreplace")
