"""Draw numbers: under which a family stands in a draw's files for ever, told to nobody else.

A keyed hash of project and application, in the shape of an application number but with another check character:
neither passes for the other, so that a number of the public list never gets into a file of a draw by mistake.
"""

import hashlib
import hmac

from contracts.numbers import ALPHABET, LENGTH, MEANT, base32, check_character, in_groups
from contracts.text import typed_number

_SHIFT = 16
"""Of the check character."""


def draw_number(application: str, project: str, key: bytes) -> str:
    """Who has the key can find an application's number again; without it the number tells nothing."""
    said = f"lianshen-draw-number\n{project}\n{application}\n".encode()
    body = base32(hmac.digest(key, said, hashlib.sha256), LENGTH)
    return in_groups(body, _check(body))


def parse_draw_number(typed: str) -> str:
    """The number as it stands in the files. Raises ValueError saying what to check."""
    plain = typed_number(typed).translate(MEANT)
    if len(plain) != LENGTH + 1 or any(character not in ALPHABET for character in plain):
        raise ValueError("a draw number has 26 letters and digits, like 5G59S-2S1KK-E59RM-Z9J92-V81E5-M")
    body, check = plain[:-1], plain[-1]
    if check == check_character(body):
        raise ValueError("this is the number of an application; the draw number stands on the receipt of the draw")
    if check != _check(body):
        raise ValueError("the last character does not fit the others: the number was mistyped")
    return in_groups(body, check)


def _check(body: str) -> str:
    return ALPHABET[(ALPHABET.index(check_character(body)) + _SHIFT) % len(ALPHABET)]
