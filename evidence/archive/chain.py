"""The chain of the archive: one line a record, each holding on to the line before it. Pure.

A line is `{"n":SEQUENCE,"h":SHA-256 of the record,"e":the record, encrypted,"c":CHAIN}`; its chain value is the
SHA-256 of the chain value before it and of all that stands before its own `"c"`. Who has no key can check all of it.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from contracts.jws import HEAD, Signer, verify

GENESIS = "0" * 64
"""What the first line holds on to."""
OF_THE_REPLY = frozenset(
    {
        *("Nats-Stream", "Nats-Subject", "Nats-Sequence", "Nats-Time-Stamp"),
        *("Nats-Num-Pending", "Nats-Last-Sequence", "Nats-UpTo-Sequence"),
    }
)
"""Headers that the server adds when it is asked for a record; they are none of it."""
_COMPACT = json.JSONEncoder(separators=(",", ":")).encode


class Torn(ValueError):
    """A line that is no whole line of an archive."""


@dataclass(frozen=True)
class ChainLine:
    """One record as it stands in the archive."""

    sequence: int
    sha256: str
    sealed: str
    chain: str

    @property
    def text(self) -> str:
        return f'{_held(self.sequence, self.sha256, self.sealed)},"c":"{self.chain}"}}'


def record_bytes(subject: str, stored_at: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A record of the log as bytes that only it has; `stored_at` is the server's time, to the nanosecond.

    One line of JSON, in which no line ends, then the body as it is.
    """
    kept = sorted(item for item in headers.items() if item[0] not in OF_THE_REPLY)
    return _COMPACT([subject, stored_at, kept]).encode() + b"\n" + body


@dataclass(frozen=True)
class Archived:
    """A record as it was in the log."""

    subject: str
    stored_at: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def bytes(self) -> bytes:
        return record_bytes(self.subject, self.stored_at, self.headers, self.body)


def read_record(record: bytes) -> Archived:
    """What `record_bytes` made a record of. Raises Torn."""
    line, _, body = record.partition(b"\n")
    try:
        subject, stored_at, headers = json.loads(line)
        return Archived(subject, stored_at, dict(headers), body)
    except (ValueError, TypeError):
        raise Torn("this is no record of an archive") from None


def next_line(sequence: int, record: bytes, before: str, box: Aead) -> ChainLine:
    """The line that follows the chain value `before`."""
    digest = hashlib.sha256(record).hexdigest()
    nonce = _nonce(sequence, digest)
    # As `box.encrypt` does it, without the parts that it keeps beside.
    encrypted = nonce + encrypt(record, str(sequence).encode(), nonce, bytes(box))
    sealed = binascii.b2a_base64(encrypted, newline=False).decode("ascii")
    return ChainLine(sequence, digest, sealed, _chained(before, _held(sequence, digest, sealed)))


def read_line(text: str) -> ChainLine:
    """Raises Torn unless this is exactly a line as `Line.text` writes it."""
    if not text.isascii():
        raise Torn("an archive has no such character")
    try:
        said = json.loads(text)
        line = ChainLine(said["n"], said["h"], said["e"], said["c"])
    except (ValueError, LookupError, TypeError):
        raise Torn("this is no line of an archive") from None
    if line.text != text or not isinstance(line.sequence, int):
        raise Torn("this line is written another way than the archive writes")
    return line


def follows(line: ChainLine, before: str) -> bool:
    """Whether a line holds on to this chain value, and to all that it says."""
    return line.chain == _chained(before, _held(line.sequence, line.sha256, line.sealed))


def decrypt(line: ChainLine, box: Aead) -> bytes:
    """The record in a line. Raises Torn where the key or the line is not the right one."""
    try:
        record = bytes(box.decrypt(base64.b64decode(line.sealed), str(line.sequence).encode()))
    except (CryptoError, ValueError):
        raise Torn(f"record {line.sequence} cannot be decrypted with this key") from None
    if hashlib.sha256(record).hexdigest() != line.sha256:
        raise Torn(f"record {line.sequence} is not the one its hash is of")
    return record


@dataclass(frozen=True)
class Head:
    """How far the chain went at an instant, under the seal."""

    sequence: int
    chain: str
    at: datetime


def sealed_head(head: Head, seal: Signer) -> str:
    body = {"sequence": head.sequence, "chain": head.chain, "at": head.at.isoformat()}
    return seal.sign(json.dumps(body).encode(), HEAD)


def read_head(token: str, x: str) -> Head:
    """Raises WrongSignature where it is not under this key."""
    body = json.loads(verify(token, x, HEAD))
    return Head(int(body["sequence"]), str(body["chain"]), datetime.fromisoformat(body["at"]))


def _held(sequence: int, digest: str, sealed: str) -> str:
    return f'{{"n":{sequence},"h":"{digest}","e":"{sealed}"'


def _chained(before: str, held: str) -> str:
    digest = hashlib.sha256(before.encode("ascii"))
    digest.update(held.encode("ascii"))
    return digest.hexdigest()


def _nonce(sequence: int, digest: str) -> bytes:
    """Never twice for different records: it is made from the record itself."""
    return hashlib.sha256(f"archive nonce {sequence} {digest}".encode()).digest()[: Aead.NONCE_SIZE]
