"""Commands by which people look after a department: its state, who is overdue, pause, keys, certificate, clerk's list.

Whatever changes something becomes an entry of the register, with who and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from nats.aio.client import Client
from pydantic import AwareDatetime, BaseModel, TypeAdapter

from chassis.commands import Command
from chassis.errors import CommandRefused
from chassis.log.journal import Journal
from chassis.log.key_register import Decide, FollowedRegister, enter
from contracts.events.values import Officer, Reason
from contracts.inquiries import DepartmentName
from contracts.jws import CERTIFICATE, Jws, KeyId, PublicBytes, Sha256, WrongSignature, kid_of, thumbprint, verify
from contracts.key_register import (
    CLOCKS_DIFFER,
    LIANSHEN,
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
from inquiry.attachments.live import Attachments
from inquiry.deadlines import Deadlines
from inquiry.department_client import DepartmentClient
from inquiry.department_state import as_listed, state_of

KEYS_COUNT_FOR = timedelta(days=730)
MOST_AHEAD = timedelta(minutes=2)
"""A key that is replaced may count so much longer, for what is on its way; clocks differ."""
MOST_LISTED = 200
"""Open questions that are counted or listed at once, the oldest first."""


class Nothing(Frozen):
    """A command that asks for nothing but its own answer."""


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


class Admission(BaseModel):
    """The part of a certificate that admits: for whom it is, until when, and for which contract."""

    department: str
    expires_at: AwareDatetime
    contract_sha256: Sha256


_admission: TypeAdapter[Admission] = TypeAdapter(Admission)


@dataclass(frozen=True)
class DepartmentCommands:
    """What a service takes about the departments that it asks."""

    askings: Mapping[str, DepartmentClient]
    deadlines: Deadlines
    register: FollowedRegister
    journal: Journal
    nc: Client
    attachments: Attachments

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("departments", Nothing, self.departments),
            Command("overdue", Nothing, self.overdue),
            Command("register-key", RegisterKey, self.register_key),
            Command("revoke-key", RevokeKey, self.revoke_key),
            Command("pause", Pause, self.pause),
            Command("resume", Pause, self.resume),
            Command("certify", Certify, self.certify),
            Command("end-certificate", EndCertificate, self.end_certificate),
        )

    async def departments(self, _: Nothing) -> dict[str, Any]:
        await self.attachments.look()
        known = await self.register.known()
        silent = await self.deadlines.silent(most=MOST_LISTED)
        now = datetime.now(UTC)
        return {
            "departments": [
                state_of(asking, known.of(name), [item for item in silent if item.department == name], now)
                | {"at_least": len(silent) >= MOST_LISTED, "departments_file": self.attachments.wrong}
                for name, asking in self.askings.items()
            ]
        }

    async def overdue(self, _: Nothing) -> dict[str, Any]:
        return {"overdue": [as_listed(item) for item in await self.deadlines.silent(overdue_only=True)]}

    async def register_key(self, asked: RegisterKey) -> dict[str, Any]:
        return await self._enter(asked.department, lambda holding: _key(asked, holding, datetime.now(UTC)))

    async def revoke_key(self, asked: RevokeKey) -> dict[str, Any]:
        return await self._enter(
            asked.department, lambda holding: _revoked(asked, holding, datetime.now(UTC)), (LIANSHEN,)
        )

    async def pause(self, asked: Pause) -> dict[str, Any]:
        def decide(holding: Holding) -> RegisterEvent | None:
            return None if holding.paused else AskingPaused(**_entry(asked, holding), reason=asked.reason)

        return await self._enter(asked.department, decide)

    async def resume(self, asked: Pause) -> dict[str, Any]:
        def decide(holding: Holding) -> RegisterEvent | None:
            return AskingResumed(**_entry(asked, holding), reason=asked.reason) if holding.paused else None

        return await self._enter(asked.department, decide)

    async def certify(self, asked: Certify) -> dict[str, Any]:
        ours = (await self.register.look()).of(LIANSHEN)
        admits = _admitted(asked, ours, datetime.now(UTC))

        def decide(holding: Holding) -> RegisterEvent | None:
            return DepartmentCertified(
                **_entry(asked, holding),
                certificate=asked.certificate,
                expires_at=admits.expires_at,
                contract_sha256=admits.contract_sha256,
            )

        return await self._enter(asked.department, decide)

    async def end_certificate(self, asked: EndCertificate) -> dict[str, Any]:
        return await self._enter(asked.department, lambda holding: _end(asked, holding))

    async def _enter(self, department: str, decide: Decide, others: tuple[str, ...] = ()) -> dict[str, Any]:
        if department not in self.askings and department not in others:
            raise CommandRefused(404, "no such department", f"this service asks {', '.join(self.askings)}")
        event = await enter(self.journal, self.nc, department, decide)
        await self.register.look()
        return {"department": department, "changed": event is not None}


def clerks_list(asking: DepartmentClient, deadlines: Deadlines) -> Command[Nothing]:
    """`questions.<department>.v1`: what waits for its clerk, as the department would be asked it."""

    async def questions(_: Nothing) -> dict[str, Any]:
        if not asking.by_clerk:
            raise CommandRefused(
                409, "not by clerk", f"{asking.name} is asked by machine; a clerk's list is kept for none"
            )
        found = []
        for item in await deadlines.silent(asking.name, most=MOST_LISTED):
            sent = asking.as_sent(item.case, item.round)
            found.append(
                sent.question.model_dump(mode="json", exclude_none=True)
                | {"question_sha256": sent.sha256, "overdue": item.overdue, "reminded": item.reminded}
            )
        return {"questions": found}

    return Command(f"questions-{asking.name}", Nothing, questions, subject=f"questions.{asking.name}.v1")


async def end_certificate(journal: Journal, nc: Client, department: str, reason: str, by: str) -> None:
    """Enters that a department's certificate counts no more, if it has one."""
    asked = EndCertificate(department=department, reason=reason, by=by)
    await enter(journal, nc, department, lambda holding: _end(asked, holding))


def _end(asked: EndCertificate, holding: Holding) -> RegisterEvent | None:
    return CertificateEnded(**_entry(asked, holding), reason=asked.reason) if holding.certified else None


def _entry(asked: RegisterKey | RevokeKey | Pause | Certify | EndCertificate, holding: Holding) -> dict[str, Any]:
    return {"holder": asked.department, "n": holding.n + 1, "at": datetime.now(UTC), "by": asked.by}


def _key(asked: RegisterKey, holding: Holding, now: datetime) -> RegisterEvent | None:
    kid = thumbprint(asked.x)
    if (known := holding.keys.get(kid)) is not None:
        if known.revoked_since is not None:
            raise CommandRefused(409, "this key was revoked", "make a new one: a revoked key never counts again")
        return None
    return KeyRegistered(
        **_entry(asked, holding),
        kid=kid,
        x=asked.x,
        use="answer",
        not_before=now - CLOCKS_DIFFER,
        not_after=asked.not_after or now + KEYS_COUNT_FOR,
    )


def _revoked(asked: RevokeKey, holding: Holding, now: datetime) -> RegisterEvent | None:
    key = holding.keys.get(asked.kid)
    if key is None:
        raise CommandRefused(404, "no such key", f"{asked.department} has no key of this id")
    since = asked.since or now
    if since > now + MOST_AHEAD:
        raise CommandRefused(422, "too far ahead", "since: a revocation counts from now on, or from earlier")
    if key.revoked_since is not None and key.revoked_since <= since:
        return None
    return KeyRevoked(**_entry(asked, holding), kid=asked.kid, since=since, reason=asked.reason)


def _admitted(asked: Certify, ours: Holding, now: datetime) -> Admission:
    try:
        key = ours.keys.get(kid_of(asked.certificate))
        if key is None or key.use != "seal" or not key.counts_at(now):
            raise CommandRefused(
                403, "not our seal", "the certificate is under a key that is not registered as our seal"
            )
        admits = _admission.validate_json(verify(asked.certificate, key.x, CERTIFICATE))
    except (WrongSignature, ValueError) as wrong:
        detail = str(wrong) if isinstance(wrong, WrongSignature) else "its content is no certificate"
        raise CommandRefused(403, "not our certificate", detail) from None
    if admits.department != asked.department:
        raise CommandRefused(409, "another department's", f"the certificate is not {asked.department}'s")
    return admits
