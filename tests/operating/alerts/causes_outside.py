"""Departments that fail, cases that wait and channels that are dead, as alerts are for them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

from archive.counting import Counting
from notify.channels import ChannelUnavailable

from chassis.clock import WALL
from chassis.errors import Later
from chassis.log.journal import Journal
from chassis.log.key_register import FollowedRegister
from contracts.events import Event
from contracts.jws import ANSWER, Signer
from contracts.key_register import Register
from inquiry.attachments import Attachment, Unreachable
from inquiry.department_client import DepartmentClient
from inquiry.questions import question_for, to_send
from procedures.hainan_2025.departments.tax import TAX
from tests.contracts.examples import ACCEPTED, NUMBER, OVERDUE, PERSONS, SUBMITTED
from tests.contracts.test_case import REVIEW
from tests.evidence.test_standing import stored
from tests.family.household import Household
from tests.notify.test_a_channel_that_fails import Broken, tell
from tests.operating.alerts.cause import Cause

WEEK = timedelta(days=7)


def secrets_tried() -> Cause:
    """A program that does not stop when it is told to wait."""
    household = Household()

    async def tried(times: int) -> None:
        for _ in range(times):
            await household.sign_in(NUMBER, "A" * 20)

    # Under the same address for as long as this lasts: the five that are usual come first.
    return Cause(lambda: asyncio.run(tried(30)), {"app": "family"}, before=lambda: asyncio.run(tried(5)))


# --- departments -------------------------------------------------------------------------------------------------


@dataclass
class Department:
    """The tax office as it answers, or does not; under a name of its own, so that no other test has counted for it."""

    name: str
    says: Callable[[], bytes]

    def __post_init__(self) -> None:
        self.asking = DepartmentClient(
            replace(TAX, name=self.name),
            cast(Journal, SimpleNamespace(clock=WALL)),
            bytes(32),
            cast(FollowedRegister, SimpleNamespace(newest=Register({}))),
        )
        self.asking.attachment = cast(Attachment, self)
        self.asked = 0

    async def ask(self, *_: object) -> bytes:
        return self.says()

    def is_asked(self) -> None:
        for _ in range(10):
            self.asked += 1
            now = datetime.now(UTC)
            number = f"case-{self.asked}"
            question = question_for(
                self.asking.department, bytes(32), number, 1, PERSONS, now, now + timedelta(days=7)
            )
            try:
                asyncio.run(self.asking.ask(to_send(question, None)))
            except Later:
                continue
            raise AssertionError("it is to give no answer that can be used")

    def cause(self) -> Cause:
        return Cause(self.is_asked, {"department": self.name})


def silence() -> bytes:
    raise Unreachable("no answer in time")


def department_silent() -> Cause:
    return Department("silent-one", silence).cause()


def department_rubbish() -> Cause:
    return Department("rubbish-one", lambda: b'{"kind": "perhaps"}').cause()


def department_not_believed() -> Cause:
    forger = Signer.from_seed(bytes(range(32)))
    return Department("forged-one", lambda: forger.sign(b"{}", ANSWER).encode()).cause()


class Counted:
    """The archive's counts over a case, as it stood some days ago."""

    def __init__(self, *events: Event) -> None:
        self.counting = Counting(())
        self.counting._behind = False
        self.events = events

    def show(self) -> None:
        self.counting.show(datetime.now(UTC))

    def days_ago(self, days: float) -> None:
        at = datetime.now(UTC) - timedelta(days=days)
        sequence = self.counting._standing.sequence
        told = [event.model_copy(update={"at": at}) for event in self.events]
        self.counting.take([stored(event, sequence + n) for n, event in enumerate(told, start=1)])
        self.show()


def backlog() -> Cause:
    counted = Counted(SUBMITTED, ACCEPTED)
    return Cause(lambda: counted.days_ago(2.1), {"department": "tax"}, before=lambda: fresh(counted))


def fresh(counted: Counted) -> None:
    """The same case, of this hour."""
    Counted(*counted.events).days_ago(0.04)


def overdue() -> Cause:
    counted = Counted(SUBMITTED, ACCEPTED, OVERDUE)
    in_time = Counted(SUBMITTED, ACCEPTED)
    return Cause(lambda: counted.days_ago(1), {"department": OVERDUE.department}, before=lambda: in_time.days_ago(1))


def officers_awaited() -> Cause:
    counted = Counted(SUBMITTED, ACCEPTED, REVIEW)
    return Cause(lambda: counted.days_ago(5.1), {"state": "review"}, before=lambda: fresh(counted))


# --- families ----------------------------------------------------------------------------------------------------


def notices_fail() -> Cause:
    def told_nobody() -> None:
        asyncio.run(tell(mail=Broken(ChannelUnavailable("the mail server is away"))))

    return Cause(told_nobody, {"channel": "mail", "result": "failed"}, before=told_nobody)
