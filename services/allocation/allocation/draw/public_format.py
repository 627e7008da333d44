"""The format of a public number: a regular expression of character classes and counts, so that it has one spelling.

`[0-9]{6}`, `\\d{2} \\d{2}`, `[0-9]{4,5}\\.[0-9]{2}`: plain characters, classes, `\\d` (ASCII digits), marks after a
backslash, and counts. No groups, choices, anchors, negation, `.`, `+`, `*` or `?`. Python and browsers read this part
of their languages alike, and at most three counts that vary keep no engine busy.
"""

import re

LONGEST_FORMAT = 100
"""Characters."""
LONGEST_TEXT = 200
MOST_THAT_VARY = 3
_ESCAPED = r"\\[\^$.|?*+(){}\[\]\\d]"
_PLAIN = r"[^\^$.|?*+(){}\[\]\\]"
_IN_CLASS = r"[^\[\]\\^|&~{}]"
_COUNT = r"\{[0-9]{1,3}(?:,[0-9]{1,3})?\}"
_KNOWN = re.compile(rf"(?:(?:{_PLAIN}|{_ESCAPED}|\[(?:{_IN_CLASS}|{_ESCAPED})+\])(?:{_COUNT})?)*")
_VARIES = re.compile(r"\{[0-9]+,")
_SET_OPERATION = "--"
"""Python will read it as a difference of classes one day."""


def is_usable(public_format: str) -> bool:
    """Whether it is of that part of the language, and no count or range ends before it begins."""
    if len(public_format) > LONGEST_FORMAT or _SET_OPERATION in public_format:
        return False
    if _KNOWN.fullmatch(public_format) is None or len(_VARIES.findall(public_format)) > MOST_THAT_VARY:
        return False
    try:
        re.compile(public_format)
    except re.error:
        return False
    return True


def is_in_format(text: str, public_format: str) -> bool:
    """Whether the whole text matches a format that is usable."""
    return len(text) <= LONGEST_TEXT and re.fullmatch(public_format, text, re.ASCII) is not None
