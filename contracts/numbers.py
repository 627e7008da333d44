"""Application numbers: read out over a telephone, typed without a mistake, telling nothing.

Twenty-five characters of Crockford's base 32 (125 bits of an HMAC) and a check character, in groups:
`YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E`. I, L and O typed for 1, 1 and 0 are understood, and so is any width and dash that
Word, a PDF or an input method makes of it; U does not occur.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from contracts.text import typed_number

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT = str.maketrans({"I": "1", "L": "1", "O": "0"})
LENGTH = 25


def check_character(body: str) -> str:
    """Luhn's sum over base 32: finds every single mistyped character and most neighbours swapped."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (1 if place % 2 else 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def in_groups(body: str, check: str) -> str:
    """As it is read out."""
    groups = [body[start : start + 5] for start in range(0, LENGTH, 5)]
    return "-".join([*groups, check])


def base32(digest: bytes, characters: int) -> str:
    """The first `characters` × 5 bits of a digest in the alphabet above."""
    number = int.from_bytes(digest, "big") >> (len(digest) * 8 - characters * 5)
    return "".join(ALPHABET[number >> shift & 31] for shift in range((characters - 1) * 5, -1, -5))


def application_number(idempotency_key: str, key: bytes) -> str:
    """The number of the case that a kiosk's Idempotency-Key opens: the same key, the same case."""
    body = base32(hmac.digest(key, idempotency_key.encode(), hashlib.sha256), LENGTH)
    return in_groups(body, check_character(body))


@lru_cache(maxsize=4096)  # one case's number is read some thirty times while the case is decided
def parse_application_number(typed: str) -> str:
    """The number as stored. Raises ValueError saying what to check."""
    plain = typed_number(typed).translate(MEANT)
    if len(plain) != LENGTH + 1 or any(character not in ALPHABET for character in plain):
        raise ValueError("an application number has 26 letters and digits, like YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E")
    if check_character(plain[:-1]) != plain[-1]:
        raise ValueError("the last character does not fit the others: the number was mistyped")
    return in_groups(plain[:-1], plain[-1])


ApplicationNumber = Annotated[
    str,
    AfterValidator(parse_application_number),
    WithJsonSchema({"type": "string", "pattern": "^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]$"}),
]
