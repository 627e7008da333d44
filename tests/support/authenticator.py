"""A security key of software: what its owner's browser would post, or what a thief would make of it."""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as text

PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """`counter` None: a passkey, which counts nothing."""

    origin: str
    counter: int | None = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def made(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`."""
        numbers = self.key.public_key().public_numbers()
        x, y = (it.to_bytes(32, "big") for it in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        of_key = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(options["rp"]["id"], MADE) + of_key
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._said(self._client("webauthn.create", options), attestationObject=text(attestation))

    def signed(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`."""
        if self.counter is not None:
            self.counter += 1
        data, client = self._data(options["rpId"]), self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        return self._said(client, authenticatorData=text(data), signature=text(signature))

    def _data(self, rp_id: str, also: int = 0) -> bytes:
        flags = bytes([PRESENT | VERIFIED | also])
        return hashlib.sha256(rp_id.encode()).digest() + flags + struct.pack(">I", self.counter or 0)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _said(self, client: bytes, **response: str) -> str:
        names = {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "clientExtensionResults": {}}
        return json.dumps({**names, "response": {"clientDataJSON": text(client), **response}})
