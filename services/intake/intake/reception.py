"""What every way in has in common: a form is taken in once, however often it is sent, and nobody waits for ever."""

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import TypeVar

import nats.errors

from chassis.clock import WALL, Clock
from chassis.errors import ChassisError, CommandRefused
from chassis.http.pages.attempts import Attempts
from chassis.telemetry.metrics import SIGN_IN_FAILURES
from chassis.telemetry.spans import about
from contracts.application import ApplicationForm, Supplement
from contracts.case.case import Case
from contracts.events.values import FAMILY
from contracts.faults import Fault, fault
from contracts.local_time import SHANGHAI
from contracts.numbers import application_number, parse_application_number
from intake.body_hash import is_body_of
from intake.read_bodies import read_form, read_replay
from intake.receipts import is_receipt, receipt_secret
from intake.submission import ApplicationDesk, KeyReused
from procedures.hainan_2025.view import CaseView

KEY = re.compile(r"[\x21-\x7e]{1,200}")
"""What an Idempotency-Key may be."""
Done = TypeVar("Done")


class FormFaulty(Exception):
    """A form that opens no case; everything wrong with it, at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("the form has faults")
        self.faults = faults


class NotNow(Exception):
    """There was no definite answer in time: the same may be sent again under the same key, and happens once."""


@dataclass(frozen=True)
class Reception:
    """The desk as it is reached over HTTP, by programs and from pages; wired once."""

    desk: ApplicationDesk
    number_key: bytes
    receipt_key: bytes
    answer_within: float
    """Seconds."""
    clock: Clock = WALL
    attempts: Attempts = field(default_factory=Attempts)
    under_way: dict[str, asyncio.Task[Case]] = field(default_factory=dict)
    """The applications that are being taken in at this moment, by number."""

    def __post_init__(self) -> None:
        for app, slowed in product(("intake", "family"), ("yes", "no")):
            SIGN_IN_FAILURES.labels(app, slowed)

    async def take(self, key: str, body: bytes) -> Case:
        """Opens a case; the same key opens the same case. Raises FormFaulty, KeyReused, NotNow, CommandRefused.

        What was taken in once is taken in, whatever rule or list of projects is new. Only then it costs a read.
        """
        number = self.number_of(key)
        about(number)
        form = self.read(body)
        if isinstance(form, ApplicationForm):
            self._refuse_while_closed()
            return await self.in_time(self._once(number, form))
        sent_before = read_replay(body)
        case = None if sent_before is None else await self.in_time(self.desk.replayed(number, sent_before))
        if case is None:
            raise FormFaulty(form)
        return case

    def read(self, body: bytes) -> ApplicationForm | tuple[Fault, ...]:
        """The form in a body, or everything wrong with it."""
        form = read_form(body, self.today())
        if isinstance(form, ApplicationForm) and form.project not in self.desk.projects:
            open_ones = ", ".join(self.desk.projects) or "none"
            return (fault("/project", "no-such-project", projects=open_ones),)
        return form

    async def load(self, application: str) -> Case | None:
        """A case as it stands; None where nobody has heard of it. Raises NotNow."""
        case = await self.in_time(self.desk.journal.load(application))
        return None if case.state is None else case

    async def supplement(self, application: str, handed_in: Supplement) -> Case:
        """Raises CommandRefused 404, 409, NotAskedFor; NotNow."""
        self._refuse_while_closed()
        return await self.in_time(self.desk.supplement(application, handed_in, self.clock.now()))

    async def withdraw(self, application: str, reason: str) -> Case:
        """At the family's wish, by itself (Art. 24). Raises CommandRefused 404, 409; NotNow."""
        self._refuse_while_closed()
        return await self.in_time(self.desk.withdraw(application, reason, FAMILY, self.clock.now()))

    def number_of(self, key: str) -> str:
        """The number of the case that a key opens, or has opened."""
        return application_number(key, self.number_key)

    def secret_of(self, case: Case) -> str:
        return receipt_secret(self.receipt_key, case.application)

    def permitted(self, number: str, secret: str) -> str | None:
        """The number as stored, if the secret is that of its receipt. Raises ValueError for what is no number."""
        application = parse_application_number(number)
        if not is_receipt(self.receipt_key, application, secret):
            return None
        about(application)
        return application

    def refused(self, app: str, address: str) -> int:
        """Counts a wrong secret; says for how many seconds its address is slowed, 0 if it is not.

        A secret has a hundred bits, so no rate of guessing finds one; it is checked by one HMAC that costs the same
        whether there is the number or not, before anything is read. So a right one passes from a slowed address, too:
        families share the address of a kiosk or of a carrier, and numbers stand on the public board. A wrong one
        learns no more by 429 than by 404.
        """
        now = self.clock.now()
        wait = self.attempts.wait(address, now)
        self.attempts.count(address, now)
        SIGN_IN_FAILURES.labels(app, "yes" if wait else "no").inc()
        return wait

    def view(self, case: Case) -> CaseView:
        view: CaseView = self.desk.procedures.of(case).view(case)
        return view

    def today(self) -> date:
        return self.clock.now().astimezone(SHANGHAI).date()

    async def in_time(self, work: Awaitable[Done]) -> Done:
        """Raises NotNow where the bus is away or too slow; what is refused for a reason goes through."""
        try:
            async with asyncio.timeout(self.answer_within):
                return await work
        except CommandRefused:
            raise
        except (TimeoutError, ChassisError, nats.errors.Error):
            raise NotNow from None

    def _refuse_while_closed(self) -> None:
        """Raises NotNow where the log takes nothing until it is restarted: nobody waits in vain."""
        if self.desk.journal.appends.closed:
            raise NotNow

    async def _once(self, number: str, form: ApplicationForm) -> Case:
        """Fifty identical posts at once are one piece of work; a caller that leaves does not end it."""
        if (others := self.under_way.get(number)) is not None:
            try:
                case = await asyncio.shield(others)
            except KeyReused:
                # Theirs is not the body that opened the case; this one may be.
                case = await self.desk.journal.load(number)
            if not is_body_of(form, case.body_sha256):
                raise KeyReused
            return case
        work = asyncio.create_task(self.desk.take(number, form, self.clock.now()))
        self.under_way[number] = work
        work.add_done_callback(lambda done: self.under_way.pop(number, None))
        return await asyncio.shield(work)
