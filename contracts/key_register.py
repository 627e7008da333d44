"""Who may be believed: the keys, certificates and pauses of departments, as events on the log beside the cases.

They stand on `register.<holder>.<n>`, counted from 1 and written once; a holder is a department, or `lianshen` itself.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, TypeAlias, assert_never, get_args

from pydantic import AwareDatetime, Field, model_validator

from contracts.events.registry import Registry
from contracts.events.values import Officer, Reason
from contracts.inquiries import DepartmentName
from contracts.jws import Jws, KeyId, PublicBytes, Sha256, WrongSignature, payload_of, thumbprint
from contracts.model import Frozen

LIANSHEN = "lianshen"
"""The holder of Lianshen's own keys."""

SECRET_KEYS = "secret-keys"
"""The holder of the fingerprints of the keys that the log is written with. Who may write them may register no key."""

CLOCKS_DIFFER = timedelta(minutes=1)
"""A key counts so much before its registration: whose clock says when an answer came is not whose clock wrote that."""

Use = Literal["question", "answer", "seal"]
"""What a key signs: our questions; a department's answers; our archive heads, dossiers and certificates."""


class RegisterEntry(Frozen):
    """One entry of a holder: who made it, and when."""

    tail: ClassVar[str] = "{n}"
    holder: DepartmentName
    n: Annotated[int, Field(ge=1, le=9999)]
    at: AwareDatetime
    by: Officer


class KeyRegistered(RegisterEntry):
    """From `not_before` to `not_after`, what this key signs is the holder's word."""

    kid: KeyId
    x: PublicBytes
    use: Use
    not_before: AwareDatetime
    not_after: AwareDatetime

    @model_validator(mode="after")
    def _named_by_itself(self) -> "KeyRegistered":
        if self.kid != thumbprint(self.x):
            raise ValueError("kid is not the thumbprint of x (RFC 7638)")
        return self


class KeyRevoked(RegisterEntry):
    """What the key signed is believed no more where it reached the log at `since` or later."""

    kid: KeyId
    since: AwareDatetime
    reason: Reason


class AskingPaused(RegisterEntry):
    """The department is asked nothing until asking is resumed; its questions wait, and their deadlines run."""

    reason: Reason


class AskingResumed(RegisterEntry):
    """The department is asked again, first what has waited."""

    reason: Reason


class DepartmentCertified(RegisterEntry):
    """The department went through the conformance kit; the certificate says which scenarios, under our seal."""

    certificate: Jws
    expires_at: AwareDatetime
    contract_sha256: Sha256


class CertificateEnded(RegisterEntry):
    """What was certified is so no more: another way to attach, a check that failed, credentials that were revoked."""

    reason: Reason


class SecretKeysRecorded(RegisterEntry):
    """From here on the log is written with these secret keys, and a start with another one is refused."""

    fingerprints: dict[DepartmentName, Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]]
    """By the key's name (chassis/process/key_fingerprints.py)."""
    reason: Reason | None = None
    """Of whoever replaced a key."""


RegisterEvent: TypeAlias = (
    KeyRegistered
    | KeyRevoked
    | AskingPaused
    | AskingResumed
    | DepartmentCertified
    | CertificateEnded
    | SecretKeysRecorded
)
"""Every event of the register."""

REGISTER: tuple[type[RegisterEvent], ...] = get_args(RegisterEvent)
ENTRIES: Registry[RegisterEvent] = Registry("register.{holder}", REGISTER)


@dataclass(frozen=True)
class Key:
    """A public key and when it counts."""

    kid: str
    x: str
    use: Use
    not_before: datetime
    not_after: datetime
    revoked_since: datetime | None = None

    def counts_at(self, instant: datetime) -> bool:
        """Whether what reached us at this instant under this key is believed."""
        revoked = self.revoked_since is not None and instant >= self.revoked_since
        return self.not_before <= instant < self.not_after and not revoked


@dataclass(frozen=True)
class Holding:
    """What the register says of one holder; `n` is the number of its newest entry."""

    n: int = 0
    keys: dict[str, Key] = field(default_factory=dict)
    paused: AskingPaused | None = None
    certified: DepartmentCertified | None = None
    secrets: dict[str, str] = field(default_factory=dict)
    """The fingerprint of each secret key, as recorded last."""

    def is_certified_at(
        self, instant: datetime, contracts: Collection[str] | None = None, way: str | None = None
    ) -> bool:
        """Whether it has a certificate that counts: over one of these contracts (hashes) and for this way to attach,
        if they are given."""
        if self.certified is None or instant >= self.certified.expires_at:
            return False
        if way is not None and self.certified_way not in (way, None):
            return False
        return contracts is None or self.certified.contract_sha256 in contracts

    @property
    def certified_way(self) -> str | None:
        """How the department was attached when it was checked; None if it has no certificate that says so."""
        try:
            said = json.loads(payload_of(self.certified.certificate)) if self.certified else None
        except (ValueError, WrongSignature):
            return None
        return said.get("attached_by") if isinstance(said, dict) else None

    def signs_at(self, instant: datetime, use: Use) -> bool:
        """Whether the holder has a key that counts now."""
        return any(key.use == use and key.counts_at(instant) for key in self.keys.values())


@dataclass(frozen=True)
class Register:
    """All holders by name."""

    holders: dict[str, Holding] = field(default_factory=dict)

    def of(self, holder: str) -> Holding:
        return self.holders.get(holder, Holding())


def fold_register(events: Iterable[RegisterEvent]) -> Register:
    """The register that its entries amount to; each holder's in the order of its own numbers."""
    holders: dict[str, Holding] = {}
    for event in sorted(events, key=lambda event: (event.holder, event.n)):
        holders[event.holder] = evolve(holders.get(event.holder, Holding()), event)
    return Register(holders)


def evolve(holding: Holding, event: RegisterEvent) -> Holding:
    """What the register says of a holder after one more entry."""
    holding = replace(holding, n=event.n)
    match event:
        case KeyRegistered():
            key = Key(event.kid, event.x, event.use, event.not_before, event.not_after)
            # A key that was revoked stays so: registered again, it would bring back what it signed.
            return replace(holding, keys={event.kid: key, **holding.keys})
        case KeyRevoked():
            return replace(holding, keys=_revoked(holding.keys, event))
        case AskingPaused():
            return replace(holding, paused=event)
        case AskingResumed():
            return replace(holding, paused=None)
        case DepartmentCertified():
            return replace(holding, certified=event)
        case CertificateEnded():
            return replace(holding, certified=None)
        case SecretKeysRecorded():
            return replace(holding, secrets={**holding.secrets, **event.fingerprints})
    assert_never(event)


def _revoked(keys: dict[str, Key], event: KeyRevoked) -> dict[str, Key]:
    """The first instant counts, if a key is revoked twice; a key that is not there cannot be."""
    if event.kid not in keys:
        return keys
    key = keys[event.kid]
    since = min(event.since, key.revoked_since or event.since)
    return {**keys, event.kid: replace(key, revoked_since=since)}
