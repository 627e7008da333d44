"""Every way we know for a value to be dirty, by the kind of value its contract has (procedures/codes.py)."""

import re
from collections.abc import Iterator
from typing import Any

from procedures.codes import Meaning
from tests.rules.rules_world import MAN

NEXT_TO_IT = {
    "tab": "\t",
    "ideographic space": "\u3000",
    "no-break space": "\u00a0",
    "NUL": "\x00",
    "zero-width space": "\u200b",
    "byte-order mark": "\ufeff",
}
WIDE = str.maketrans({chr(point): chr(point + 0xFEE0) for point in range(0x21, 0x7F)})
FOR_NOTHING = ("0", "-", "--", "?", "-1", "N/A", "NULL", "null", "None", "无", "不详", "unknown", "nan", "00000000")
FOR_NO_NUMBER = (0, -1, "1.50303E+17")
FOR_NO_DAY = ("9999-12-31", "1900-01-01", "1970-01-01", "0001-01-01", "0000-00-00")
SENTINELS: dict[str, Any] = {f"sentinel {value!r}": value for value in (*FOR_NOTHING, *FOR_NO_NUMBER, *FOR_NO_DAY)}
"""What registers write where they know nothing."""
UNREADABLE = {"half of a surrogate pair": "\ud800", "replacement character": "150\ufffd303", "lines": "a\r\nb\x1b[2K"}
EMPTY: dict[str, Any] = {
    "empty": "",
    "null": None,
    "blank": "  ",
    "ideographic blank": "\u3000",
    "invisible": "\u200b",
}
ABSENT = "absent"
UNDERSTOOD = ("space after", "space before", *(name for name in NEXT_TO_IT if name != "NUL"), "full width")
"""Of a text these make no other value; a NUL is no blank."""

NEAR: dict[str, dict[str, Any]] = {
    "day": {
        "with a time": "{}T00:00:00",
        "with a time and a zone": "{} 00:00:00+08:00",
        "DD.MM.YYYY": "01.02.2026",
        "YYYYMMDD": "20260101",
        "slashes": "2026/01/01",
        "short": "2026-1-1",
        "no such day": "2026-02-30",
        "Chinese": "2026年1月1日",
        "a day of a spreadsheet": 46023,
        "in milliseconds": 1767225600000,
        "before everything": "1900-12-31",
        "after everything": "2200-01-01",
    },
    "area in m²": {
        "with its unit": "{}㎡",
        "with m2": "{} m2",
        "thousands": "1,200",
        "decimal comma": "{},5",
        "exponent": "1e3",
        "nothing": "0.00",
        "nothing as number": 0.0,
        "below nothing": -5,
        "below nothing as text": "-5",
        "too large": 1e9,
        "NaN": "NaN",
        "infinity": "Infinity",
        "too many digits": "0." + "3" * 30,
        "plus": "+{}",
    },
    "yes or no": {
        "word": "yes",
        "true as text": "true",
        "True as text": "True",
        "one": 1,
        "nought": 0,
        "Y": "Y",
        "是": "是",
        "1": "1",
    },
    "person": {
        "15 digits": "{15}",
        "a wrong digit": "{wrong}",
        "15 digits that are nobody's": "150303851315001",
        "17 characters": "{17}",
        "19 characters": "{}0",
        "a name": "王建国",
        "with blanks within": "{blanks}",
        "with dashes": "{dashes}",
        "masked": "{masked}",
        "two numbers": "{};{}",
        "as a number": "{int}",
        "a company's": "91350100M000100Y43",
    },
    "one of": {"a near miss": "{near}", "one letter less": "{less}", "in Chinese": "住宅", "with a point": "{}."},
    "like": {
        "12 digits": "150303000000",
        "a letter for a digit": "{letter}",
        "one character less": "{less}",
        "one character more": "{}9999999999",
        "a name": "海南区",
        "with its name": "{} 海南区",
        "a point and nought": "{}.0",
        "Arabic digits": "١٥٠٣٠٣",
    },
}


def ways(meaning: Meaning, clean: Any) -> Iterator[tuple[str, Any]]:
    """Each way by its name, and the value; `clean` is what the case says there, or a usual value."""
    text = clean if isinstance(clean, str) else str(clean).lower()
    yield from (("space after", f"{text} "), ("space before", f" {text}"), ("full width", text.translate(WIDE)))
    yield from ((name, f"{text}{mark}") for name, mark in NEXT_TO_IT.items())
    yield from (("NUL before", f"\x00{text}"), ("zero-width within", f"{text[:1]}\u200b{text[1:]}"))
    yield from _of_another_type(meaning, text, clean)
    yield "too long", text * 70
    yield "far too long", "x" * 5000
    if meaning.name == "text":
        return
    yield from SENTINELS.items()
    yield from UNREADABLE.items()
    yield "other case", text.swapcase() if text.swapcase() != text else f"{text}x"
    yield "an unknown word", "住建局"
    if meaning.name != "person":
        yield "somebody's number", MAN
    for name, pattern in NEAR[meaning.name].items():
        value = _near(pattern, text) if isinstance(pattern, str) else pattern
        other = meaning.name == "like" and re.fullmatch(meaning.of, str(value))
        yield name, f"{text}#" if other else value  # by its pattern that would be another code, and no dirt


def _of_another_type(meaning: Meaning, text: str, clean: Any) -> Iterator[tuple[str, Any]]:
    """The same value as JSON writes another type: a number of an area is an area, and so no other value."""
    whole = int(text) if text.isascii() and text.isdigit() else 1
    area = meaning.name == "area in m²"
    yield from (("int", whole), ("float", float(whole)), ("bool", clean if meaning.name == "yes or no" else True))
    yield from (("list", [clean]), ("empty list", []), ("object", {"value": clean}), ("a pair", [clean, clean]))
    if not area and meaning.name != "yes or no":
        yield "a large number", 10**25


def _near(pattern: str, text: str) -> Any:
    wrong = text[:16] + str((int(text[16]) + 1) % 10) + text[17:] if text[16:17].isdigit() else f"{text}x"
    special = {
        "{wrong}": wrong,
        "{15}": text[:6] + text[8:17],
        "{17}": text[:17],
        "{blanks}": f"{text[:6]} {text[6:14]} {text[14:]}",
        "{dashes}": f"{text[:6]}-{text[6:14]}-{text[14:]}",
        "{masked}": f"{text[:4]}**********{text[14:]}",
        "{int}": int(text[:17] or "1") if text[:17].isdigit() else 1,
        "{near}": text[:-1] + ("s" if text[-1:] != "s" else "z"),
        "{less}": text[:-1] or "x",
        "{letter}": text.replace("0", "O") if "0" in text else f"{text}l",
    }
    return special[pattern] if pattern in special else pattern.replace("{}", text)
