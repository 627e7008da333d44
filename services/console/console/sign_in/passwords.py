"""Passwords: which are taken, and their Argon2 hashes (RFC 9106, its second recommended choice)."""

import asyncio
import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST, DIFFERENT = 12, 200, 5


def too_weak(password: str, account: str) -> str | None:
    """The key of the text that says why it is not taken; None if it is (NIST SP 800-63B, 3.1.1.2: length)."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        return "staff.password_short"
    if len(plain) > LONGEST:
        return "staff.password_long"
    if len(set(plain)) < DIFFERENT or account.casefold() in plain.casefold():
        return "staff.password_guessed"
    return None


def _plain(password: str) -> str:
    """The same password from every keyboard (NIST SP 800-63B: NFKC before it is hashed)."""
    return unicodedata.normalize("NFKC", password)


@dataclass
class Passwords:
    """Hashes and compares beside the event loop, two at a time: each takes 64 MiB."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    at_once: int = 2

    @cached_property
    def _turn(self) -> asyncio.Semaphore:
        return asyncio.Semaphore(self.at_once)

    @cached_property
    def _nobodys(self) -> str:
        return self.hasher.hash(secrets.token_hex(16))

    async def hash(self, password: str) -> str:
        async with self._turn:
            return await asyncio.to_thread(self.hasher.hash, _plain(password))

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the password of this hash; as slow for an account that there is not."""
        async with self._turn:
            return await asyncio.to_thread(self._fits, _plain(password)[: LONGEST + 1], kept or self._nobodys)

    def _fits(self, password: str, kept: str) -> bool:
        try:
            return self.hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
