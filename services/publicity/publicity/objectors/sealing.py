"""Seals who objected to the bureau's public key, and opens it with the private one, which no service holds. Pure.

X25519 keys as JWK (RFC 8037); the sealed box of libsodium names no sender. Every box has the same length, so that
its length tells nothing.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from pydantic import Field

from contracts.jws import KeyId
from contracts.model import STORED, Frozen, when_new
from contracts.text import readable, trimmed

LENGTH = 1024
"""Bytes that are sealed: the longest name and contact fit, whatever their letters are."""
CURVE = {"kty": "OKP", "crv": "X25519"}
NO_KEY = "this is no X25519 key as a JWK (kty OKP, crv X25519); `lianshen objector key` makes one"


def _line(text: str) -> str:
    return readable(trimmed(text))


class Objector(Frozen):
    """Who objects, as they say it themselves; nobody checks it."""

    name: Annotated[str, Field(max_length=60), when_new(_line)] = ""
    contact: Annotated[str, Field(max_length=100), when_new(_line)] = ""

    @property
    def says_nothing(self) -> bool:
        return not (self.name or self.contact)


class Sealed(Frozen):
    """Who objected, for nobody but the holder of a private key."""

    kid: KeyId
    box: str


class NotOpened(ValueError):
    """A box that this key does not open; the text says why and holds nobody's data."""


@dataclass(frozen=True)
class BureauKey:
    """The public key: whoever has it can seal, and open nothing."""

    public: PublicKey

    @classmethod
    def from_jwk(cls, jwk: Any) -> "BureauKey":
        """Raises ValueError without repeating what the file holds."""
        if isinstance(jwk, dict) and "d" in jwk:
            raise ValueError("this file holds the private key, which no service may have; name that of the public one")
        return cls(PublicKey(_part_of(jwk, "x")))

    @property
    def kid(self) -> str:
        return _thumbprint(_unpadded(bytes(self.public)))

    def jwk(self) -> str:
        return json.dumps({**CURVE, "use": "enc", "kid": self.kid, "x": _unpadded(bytes(self.public))}, indent=2)

    def seal(self, objector: Objector) -> Sealed:
        said = objector.model_dump_json().encode().ljust(LENGTH)
        assert len(said) == LENGTH, "a longer box would tell how long a name is"
        return Sealed(kid=self.kid, box=_unpadded(SealedBox(self.public).encrypt(said)))


@dataclass(frozen=True)
class HeadsKey:
    """The private key, which only the head of the bureau has."""

    private: PrivateKey

    @classmethod
    def make(cls) -> "HeadsKey":
        return cls(PrivateKey.generate())

    @classmethod
    def from_jwk(cls, jwk: Any) -> "HeadsKey":
        """Raises ValueError without repeating what the file holds."""
        return cls(PrivateKey(_part_of(jwk, "d")))

    @property
    def public(self) -> BureauKey:
        return BureauKey(self.private.public_key)

    def jwk(self) -> str:
        return json.dumps({**json.loads(self.public.jwk()), "d": _unpadded(bytes(self.private))}, indent=2)

    def open(self, sealed: Sealed) -> Objector:
        """Raises NotOpened."""
        try:
            said = SealedBox(self.private).decrypt(_decoded(sealed.box))
            return Objector.model_validate_json(said, context=STORED)
        except (CryptoError, ValueError):
            raise NotOpened("this is sealed to another key, or was changed since") from None


def _part_of(jwk: Any, part: str) -> bytes:
    try:
        if (jwk["kty"], jwk["crv"]) != tuple(CURVE.values()):
            raise ValueError
        found = _decoded(jwk[part])
    except (ValueError, LookupError, TypeError):
        raise ValueError(NO_KEY) from None
    if len(found) != 32:
        raise ValueError(NO_KEY)
    return found


def _thumbprint(x: str) -> str:
    """RFC 7638."""
    return _unpadded(hashlib.sha256(f'{{"crv":"X25519","kty":"OKP","x":"{x}"}}'.encode()).digest())


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
