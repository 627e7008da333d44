"""Signatures on questions, answers, certificates and the heads of the archive: JWS with Ed25519 (RFC 7515, 8037).

A signature covers the exact bytes that were sent; nothing is put in order first. Whatever can be written in two ways
is refused, so that one changed bit of a signature is a wrong signature. Written over libsodium and not with a JWS
library, which would have to be given that rule anyway and takes twice the time (ADR 0007). Pure.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey
from pydantic import Field

ALGORITHM = "EdDSA"
QUESTION = "lianshen-question+jws"
ANSWER = "lianshen-answer+jws"
CERTIFICATE = "lianshen-certificate+jws"
HEAD = "lianshen-archive-head+jws"
SEAL = "lianshen-dossier+jws"
"""What a signature is for (header `typ`): one for a question is none for an answer."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
KeyId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="RFC 7638 thumbprint of the public key")]
PublicBytes = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="Ed25519 public key, base64url (`x`)")]
Jws = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$", max_length=400_000)]
"""Compact; detached where nothing stands between the dots (RFC 7515, appendix F)."""


class WrongSignature(Exception):
    """A signature that proves nothing; the text says why and holds nobody's data."""


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def thumbprint(x: str) -> str:
    """The id of a public key: RFC 7638 over its JWK."""
    return _unpadded(hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest())


@dataclass(frozen=True)
class Signer:
    """Who signs, by a private key; `x` is what others verify with."""

    private: SigningKey
    x: str
    kid: str

    @classmethod
    def from_seed(cls, seed: bytes) -> "Signer":
        """Raises ValueError unless the seed has 32 bytes."""
        if len(seed) != 32:
            raise ValueError("an Ed25519 key is made from 32 bytes")
        private = SigningKey(seed)
        x = _unpadded(bytes(private.verify_key))
        return cls(private, x, thumbprint(x))

    @classmethod
    def from_jwk(cls, text: str) -> "Signer":
        """From a private JWK (OKP, Ed25519). Raises ValueError without repeating what the file holds."""
        try:
            jwk = json.loads(text)
            if (jwk["kty"], jwk["crv"]) != ("OKP", "Ed25519"):
                raise ValueError
            signer = cls.from_seed(_decoded(jwk["d"]))
        except (ValueError, LookupError, TypeError, WrongSignature):
            raise ValueError("this is no private Ed25519 key as a JWK (kty OKP, crv Ed25519, d)") from None
        if jwk.get("x", signer.x) != signer.x:
            raise ValueError("the JWK's public part x does not belong to its private part d")
        return signer

    def jwk(self, seed: bytes) -> str:
        """The private key as the file that goes to its owner."""
        return json.dumps(
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": self.kid}
            | {"x": self.x, "d": _unpadded(seed)},
            indent=2,
        )

    def sign(self, payload: bytes, typ: str) -> str:
        """A compact JWS over exactly these bytes."""
        signed = f"{_header_of(self.kid, typ)}.{_unpadded(payload)}"
        return f"{signed}.{_unpadded(self.private.sign(signed.encode()).signature)}"


def public_jwk(x: str) -> str:
    """A public key as the file that verifies with any library."""
    return json.dumps(
        {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": thumbprint(x), "x": x}, indent=2
    )


def is_signed(body: bytes) -> bool:
    """Whether these bytes have the shape of a compact JWS; JSON never has it."""
    return body.count(b".") == 2 and body[:2] == b"ey"


def kid_of(token: str) -> str:
    """The key that a signature names. Raises WrongSignature."""
    kid = _header(token).get("kid")
    if not isinstance(kid, str):
        raise WrongSignature("the signature names no key (kid)")
    return kid


def payload_of(token: str) -> bytes:
    """What was signed, unverified: only to find out which question it is about. Raises WrongSignature."""
    return _decoded(_parts(token)[1])


def verify(token: str, x: str, typ: str) -> bytes:
    """The exact bytes that were signed. Raises WrongSignature."""
    header, (first, second, third) = _header(token), _parts(token)
    payload, signature = _exactly(second), _exactly(third)
    _exactly(first)
    if header.get("alg") != ALGORITHM or "crit" in header:
        raise WrongSignature("the signature is not a plain EdDSA one (header alg, crit)")
    if header.get("typ") != typ:
        raise WrongSignature(f"the signature is for something else (typ is not {typ})")
    try:
        _public(x).verify(f"{first}.{second}".encode(), signature)
    except (BadSignatureError, ValueError):
        raise WrongSignature("the signature does not fit the key it names") from None
    return payload


def without_payload(token: str) -> str:
    """A signature without what it signs, to travel beside it (RFC 7515, appendix F)."""
    header, _, signature = _parts(token)
    return f"{header}..{signature}"


def with_payload(token: str, payload: bytes) -> str:
    """A detached signature together with what it signs."""
    header, _, signature = _parts(token)
    return f"{header}.{_unpadded(payload)}.{signature}"


def _parts(token: str) -> tuple[str, str, str]:
    parts = token.split(".")
    if len(parts) != 3:
        raise WrongSignature("this is no compact JWS")
    return parts[0], parts[1], parts[2]


def _header(token: str) -> dict[str, Any]:
    return _read_header(_parts(token)[0])


@lru_cache(maxsize=64)
def _read_header(part: str) -> dict[str, Any]:
    """Every answer under one key has the same; read once."""
    try:
        header = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        raise WrongSignature("the header of the signature cannot be read") from None
    if not isinstance(header, dict):
        raise WrongSignature("the header of the signature is no object")
    return header


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, TypeError):
        raise WrongSignature("the signature is not base64url") from None


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _exactly(text: str) -> bytes:
    data = _decoded(text)
    # Base64 has idle bits at its end: the same signature must not be writable in two ways.
    if _unpadded(data) != text:
        raise WrongSignature("the signature is not written the one way there is (base64url, RFC 7515)")
    return data


@lru_cache(maxsize=64)
def _header_of(kid: str, typ: str) -> str:
    return _unpadded(json.dumps({"alg": ALGORITHM, "kid": kid, "typ": typ}).encode())


@lru_cache(maxsize=64)
def _public(x: str) -> VerifyKey:
    return VerifyKey(_decoded(x))
