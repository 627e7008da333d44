"""The second factor: a code of this half minute (RFC 6238), two of them in a row, or a recovery code."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno

from contracts.numbers import ALPHABET, MEANT
from contracts.text import typed_number

ISSUER = "Lianshen"
STEP, SLACK = 30, 1
"""Seconds of a code, and how many codes a telephone's clock may be off."""
RECOVERY_CODES, RECOVERY_LENGTH = 10, 16
"""Sixteen characters are 80 bits: nobody guesses one, however often he tries."""
CODES = re.compile(r"([0-9]{6})([0-9]{6})?")


def new_seed() -> str:
    return pyotp.random_base32()


def qr_of(account: str, seed: str) -> str:
    """The picture that an authenticator reads, as a `data:` address of an SVG: it is loaded from nowhere."""
    address = pyotp.TOTP(seed).provisioning_uri(name=account, issuer_name=ISSUER)
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def new_recovery_codes() -> tuple[str, ...]:
    return tuple(_in_groups(_random()) for _ in range(RECOVERY_CODES))


def _random() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))


def _in_groups(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4))


def hash_of(recovery_code: str) -> str:
    """As it is kept. A slow hash would add nothing to 80 random bits."""
    return hashlib.sha256(_plain(recovery_code).encode()).hexdigest()


def _plain(typed: str) -> str:
    return typed_number(typed)


@dataclass(frozen=True)
class Typed:
    """What stood in the field of the second factor."""

    codes: tuple[str, ...]
    """One, or two in a row; none if it is a recovery code."""
    recovery: str

    @classmethod
    def read(cls, text: str) -> "Typed":
        plain = _plain(text)
        if found := CODES.fullmatch(plain):
            return cls(tuple(code for code in found.groups() if code), "")
        return cls((), plain.translate(MEANT))


def step_of(codes: tuple[str, ...], seed: str, now: datetime) -> int | None:
    """The step of time whose code comes last; None if these are not the codes of now, or there is no authenticator.

    `now` is what the machine shows: a telephone knows of no rehearsal.
    """
    if not seed:
        return None
    newest = int(now.timestamp()) // STEP
    for last in range(newest - SLACK, newest + SLACK + 1):
        wanted = "".join(_codes(seed, last - len(codes) + 1, last))
        if codes and hmac.compare_digest(wanted, "".join(codes)):
            return last
    return None


def _codes(seed: str, first: int, last: int) -> Iterator[str]:
    totp = pyotp.TOTP(seed, interval=STEP)
    return (totp.generate_otp(step) for step in range(first, last + 1))
