"""The entries of the register that operations staff make for a department: keys, pauses, certificates. Pure.

Each decides on the entries so far; None means that nothing has to change.
"""

from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, TypeAdapter

from chassis.errors import CommandRefused
from contracts.events.values import Officer, Reason
from contracts.inquiries import DepartmentName
from contracts.jws import CERTIFICATE, Jws, KeyId, PublicBytes, Sha256, WrongSignature, kid_of, thumbprint, verify
from contracts.key_register import (
    CLOCKS_DIFFER,
    AskingPaused,
    AskingResumed,
    CertificateEnded,
    DepartmentCertified,
    Holding,
    KeyRegistered,
    KeyRevoked,
    RegisterEvent,
)
from contracts.model import Frozen

KEYS_COUNT_FOR = timedelta(days=730)
MOST_AHEAD = timedelta(minutes=2)
"""A key that is replaced may count so much longer, for what is on its way; clocks differ."""


class RegisterKey(Frozen):
    """From now on, what this key signs is the department's word."""

    department: DepartmentName
    x: PublicBytes
    not_after: AwareDatetime | None = None
    by: Officer


class RevokeKey(Frozen):
    """The key signs nothing any more that reaches us at `since` (now, where nothing is said) or later.

    `department` may be `lianshen`: a key of our own.
    """

    department: DepartmentName
    kid: KeyId
    since: AwareDatetime | None = None
    reason: Reason
    by: Officer


class Pause(Frozen):
    """The department is asked nothing for a while, or asked again."""

    department: DepartmentName
    reason: Reason
    by: Officer


class Certify(Frozen):
    """The department went through the conformance kit; the certificate is under our seal."""

    department: DepartmentName
    certificate: Jws
    by: Officer


class EndCertificate(Frozen):
    """The department's certificate counts no more."""

    department: DepartmentName
    reason: Reason
    by: Officer


Request = RegisterKey | RevokeKey | Pause | Certify | EndCertificate


class CertificateScope(BaseModel):
    """The part of a certificate that admits: for whom it is, until when, and for which contract."""

    department: str
    expires_at: AwareDatetime
    contract_sha256: Sha256


_scope: TypeAdapter[CertificateScope] = TypeAdapter(CertificateScope)


def register_key(asked: RegisterKey, holding: Holding, now: datetime) -> RegisterEvent | None:
    kid = thumbprint(asked.x)
    if (known := holding.keys.get(kid)) is not None:
        if known.revoked_since is not None:
            raise CommandRefused(409, "this key was revoked", "make a new one: a revoked key never counts again")
        return None
    return KeyRegistered(
        **_entry(asked, holding, now),
        kid=kid,
        x=asked.x,
        use="answer",
        not_before=now - CLOCKS_DIFFER,
        not_after=asked.not_after or now + KEYS_COUNT_FOR,
    )


def revoke_key(asked: RevokeKey, holding: Holding, now: datetime) -> RegisterEvent | None:
    key = holding.keys.get(asked.kid)
    if key is None:
        raise CommandRefused(404, "no such key", f"{asked.department} has no key of this id")
    since = asked.since or now
    if since > now + MOST_AHEAD:
        raise CommandRefused(422, "too far ahead", "since: a revocation counts from now on, or from earlier")
    if key.revoked_since is not None and key.revoked_since <= since:
        return None
    return KeyRevoked(**_entry(asked, holding, now), kid=asked.kid, since=since, reason=asked.reason)


def pause(asked: Pause, holding: Holding, now: datetime) -> RegisterEvent | None:
    return None if holding.paused else AskingPaused(**_entry(asked, holding, now), reason=asked.reason)


def resume(asked: Pause, holding: Holding, now: datetime) -> RegisterEvent | None:
    return AskingResumed(**_entry(asked, holding, now), reason=asked.reason) if holding.paused else None


def certify(asked: Certify, scope: CertificateScope, holding: Holding, now: datetime) -> RegisterEvent | None:
    return DepartmentCertified(
        **_entry(asked, holding, now),
        certificate=asked.certificate,
        expires_at=scope.expires_at,
        contract_sha256=scope.contract_sha256,
    )


def end_certificate(asked: EndCertificate, holding: Holding, now: datetime) -> RegisterEvent | None:
    return CertificateEnded(**_entry(asked, holding, now), reason=asked.reason) if holding.certified else None


def scope_of(asked: Certify, ours: Holding, now: datetime) -> CertificateScope:
    """Whom and what the certificate admits. Raises CommandRefused unless our seal and this department are in it."""
    try:
        key = ours.keys.get(kid_of(asked.certificate))
        if key is None or key.use != "seal" or not key.counts_at(now):
            raise CommandRefused(
                403, "not our seal", "the certificate is under a key that is not registered as our seal"
            )
        scope = _scope.validate_json(verify(asked.certificate, key.x, CERTIFICATE))
    except (WrongSignature, ValueError) as wrong:
        detail = str(wrong) if isinstance(wrong, WrongSignature) else "its content is no certificate"
        raise CommandRefused(403, "not our certificate", detail) from None
    if scope.department != asked.department:
        raise CommandRefused(409, "another department's", f"the certificate is not {asked.department}'s")
    return scope


def _entry(asked: Request, holding: Holding, now: datetime) -> dict[str, Any]:
    return {"holder": asked.department, "n": holding.n + 1, "at": now, "by": asked.by}
