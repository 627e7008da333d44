"""Every act of a person that the command line sends here, and who may do it. What is not in this table nobody does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from chassis.errors import CommandRefused
from console.command_line.said import answer, asked
from console.pages.right_now import READERS
from console.sign_in.commands import commands
from console.visit import Visit
from console.who import Role
from contracts.looks import LookReason
from contracts.numbers import parse_application_number

OFFICER, OPERATIONS, HEAD = map(frozenset, ({Role.OFFICER}, {Role.OPERATIONS}, {Role.HEAD}))
UNIT, NOTARY = map(frozenset, ({Role.PROJECT_UNIT}, {Role.NOTARY}))
OF_THE_UNIT = (
    *("announce", "determine-price", "close-project", "pay", "take-bank-file", "register"),
    *("open-choosing", "call-next", "choose", "decline-choice", "miss-choice", "close-choosing"),
    *("sign-contract", "hand-over"),
)
"""From the pool to the keys; their answers name a family by its number alone."""
OF_THE_BUREAU = ("approve-price", "show-rental", "excuse-choice", "cancel-qualification", "strike")
"""What the bureau alone decides or shows (Art. 20, 25, 26(4), 32)."""
OURS = "console"
"""The service whose commands are done here."""


@dataclass(frozen=True)
class Act:
    """A command of a service, under the name of whoever is signed in."""

    service: str
    verb: str
    roles: frozenset[Role]
    look: LookReason | None = None
    """If its answer shows a family's case: why whoever does it looks."""
    by: bool = True
    """Whether the command keeps who did it."""

    @property
    def path(self) -> str:
        return f"/command-line/{self.service}/{self.verb}"

    async def take(self, visit: Visit) -> Response:
        request = await asked(visit.request)
        if self.look is not None:
            request["application"] = await looked_at(visit, request.get("application"), self.look)
        return answer(await self.send(visit, request))

    async def send(self, visit: Visit, said: dict[str, Any]) -> dict[str, Any]:
        """Under the name of whoever is signed in; the same from a page. Raises CommandRefused."""
        request = {**said, "by": visit.me.name} if self.by else said
        if self.service != OURS:
            return await visit.console.views.call(self.service, self.verb, request)
        command = next(one for one in commands(visit.console) if one.verb == self.verb)
        return await command.do(command.asks.model_validate(request))


async def looked_at(visit: Visit, typed: object, reason: str) -> str:
    """The number of a case that is there, after it stands on record that somebody looked, and why."""
    try:
        number = parse_application_number(str(typed))
    except ValueError:
        raise CommandRefused(422, "no number", "check the application number") from None
    if not await visit.console.views.history(number):
        raise CommandRefused(404, "no such application", "check the application number")
    await visit.personal(number, reason)
    return number


def _all() -> Iterator[Act]:
    yield Act("intake", "withdraw", OFFICER | HEAD, LookReason.ASKED)
    yield Act("determination", "confirm", OFFICER | HEAD, LookReason.DECIDE)
    yield Act("determination", "reverify", OFFICER | HEAD, LookReason.DECIDE)
    yield Act("publicity", "correct", OFFICER | HEAD, LookReason.DECIDE)
    yield Act("publicity", "decide-objection", OFFICER | HEAD, LookReason.OBJECTION)
    yield Act("publicity", "identify-objector", HEAD)
    yield Act("publicity", "trust-clock", OPERATIONS | HEAD)
    for verb in ("announce", "freeze", "manifest", "publish"):
        yield Act("allocation", f"draw-{verb}", UNIT | HEAD)
    for verb in ("commit", "verify", "void"):
        yield Act("allocation", f"draw-{verb}", UNIT | NOTARY | HEAD)
    yield Act("allocation", "draw-dice", UNIT | NOTARY | HEAD | OFFICER)
    for verb in ("open", "import"):
        yield Act("allocation", f"draw-{verb}", NOTARY)
    yield Act("allocation", "draw-admit", OFFICER | HEAD)
    for verb in OF_THE_UNIT:
        yield Act("allocation", verb, UNIT | OFFICER | HEAD)
    for verb in OF_THE_BUREAU:
        yield Act("allocation", verb, OFFICER | HEAD)
    for verb in ("propose-exit", "confirm-exit", "drop-exit", "hand-to-court", "ask-buy-back", "show-condition"):
        yield Act("after-care", verb, OFFICER | HEAD, LookReason.DECIDE)
    for verb in ("ask-registration", "decide-buy-back", "accept-buy-back", "change-owners"):
        yield Act("after-care", verb, OFFICER | HEAD, LookReason.DECIDE)
    yield Act("after-care", "inspect", UNIT)
    # The project unit buys back (Art. 27, 28).
    for verb in ("pay-buy-back", "record-repair"):
        yield Act("after-care", verb, UNIT | OFFICER | HEAD)
    yield Act("archive", "start-anew", OPERATIONS | HEAD)
    for service in ("verify-household", "verify-property"):
        for verb in ("pause", "resume", "register-key", "revoke-key", "end-certificate"):
            yield Act(service, verb, OPERATIONS | HEAD)
    for service in READERS:
        yield Act(service, "retry", OPERATIONS, by=False)
    for verb in ("staff-add", "staff-reset", "staff-roles", "staff-departments", "staff-subject", "staff-remove"):
        yield Act(OURS, verb, HEAD)


ACTS: tuple[Act, ...] = tuple(_all())


def act_of(service: str, verb: str) -> Act:
    """The one that a page sends, too."""
    return next(act for act in ACTS if (act.service, act.verb) == (service, verb))
