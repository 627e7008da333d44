"""Commands by which operations staff manage a department: its state, who is overdue, pause, keys, certificate.

Whatever changes something becomes an entry of the register, with who and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nats.aio.client import Client

from chassis.commands import Command
from chassis.errors import CommandRefused
from chassis.log.journal import Journal
from chassis.log.key_register import Decide, FollowedRegister, enter
from contracts.key_register import (
    LIANSHEN,
)
from contracts.model import Frozen
from inquiry import register_changes as changes
from inquiry.attachments.live import Attachments
from inquiry.deadlines import Deadlines
from inquiry.department_client import DepartmentClient
from inquiry.department_state import as_listed, state_of
from inquiry.register_changes import Certify, EndCertificate, Pause, RegisterKey, RevokeKey

MOST_LISTED = 200
"""Open questions that are counted or listed at once, the oldest first."""


class Nothing(Frozen):
    """A command that asks for nothing but its own answer."""


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
        now = self._now()
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
        return await self._enter(asked.department, lambda holding: changes.register_key(asked, holding, self._now()))

    async def revoke_key(self, asked: RevokeKey) -> dict[str, Any]:
        return await self._enter(
            asked.department, lambda holding: changes.revoke_key(asked, holding, self._now()), (LIANSHEN,)
        )

    async def pause(self, asked: Pause) -> dict[str, Any]:
        return await self._enter(asked.department, lambda holding: changes.pause(asked, holding, self._now()))

    async def resume(self, asked: Pause) -> dict[str, Any]:
        return await self._enter(asked.department, lambda holding: changes.resume(asked, holding, self._now()))

    async def certify(self, asked: Certify) -> dict[str, Any]:
        ours = (await self.register.look()).of(LIANSHEN)
        scope = changes.scope_of(asked, ours, self._now())
        return await self._enter(asked.department, lambda holding: changes.certify(asked, scope, holding, self._now()))

    async def end_certificate(self, asked: EndCertificate) -> dict[str, Any]:
        return await self._enter(
            asked.department, lambda holding: changes.end_certificate(asked, holding, self._now())
        )

    def _now(self) -> datetime:
        return self.journal.clock.now()

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
    await enter(journal, nc, department, lambda holding: changes.end_certificate(asked, holding, journal.clock.now()))
