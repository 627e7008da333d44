"""`ask-now`: one open question is sent again at once, because a person wants to know whether its department is back.

Its durable would send it, too, but by its own attempts. Nothing is written but an answer, and the first one of a round
counts, whoever fetched it.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chassis.commands import Command
from chassis.errors import CommandRefused, Later
from chassis.telemetry.spans import DEPARTMENT, span
from contracts.case.case import Case
from contracts.inquiries import Round
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from inquiry.deferral import promise_in_force
from inquiry.department_client import DepartmentClient
from inquiry.department_faults import Kind

WITHIN = 3.5
"""Seconds that a person waits for it; the question itself may take longer."""
RESULTS: Mapping[Kind, str] = {"silent": "silent", "no answer": "no_answer", "not believed": "not_believed"}


class AskNow(Frozen):
    """One question of a case."""

    application: ApplicationNumber
    department: str
    round: Round


@dataclass
class Attempt:
    """One question of one case, on its way or not yet."""

    asking: DepartmentClient
    case: Case
    sent: bool = False

    async def send(self) -> str:
        """What came of it."""
        self.sent = True
        # Its own span: whoever wanted to know may not have waited for the end.
        attributes = {DEPARTMENT: self.asking.name}
        with span(f"ask {self.asking.name}", application=self.case.application, attributes=attributes):
            return await self._ask_and_record()

    async def _ask_and_record(self) -> str:
        asking, question = self.asking, self.asking.as_sent(self.case, self.case.round)
        await asking.register.known()
        try:
            heard = await asking.ask(question)
        except Later:
            fault = asking.faults.of_questions.get(question.question.question_id)
            return RESULTS[fault.kind if fault else "silent"]
        try:
            await asking.record(self.case.application, question.question, heard)
        except Later:
            return "deferred"
        return "answered"


@dataclass
class AskingNow:
    """A department that does not answer is probed by one question at a time, as its durable probes it."""

    askings: Mapping[str, DepartmentClient]
    _probing: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _in_vain: Counter[str] = field(default_factory=Counter)
    _running: set[asyncio.Task[str]] = field(default_factory=set)

    def command(self) -> Command[AskNow]:
        return Command("ask-now", AskNow, self.do)

    async def do(self, asked: AskNow) -> dict[str, Any]:
        asking = self.askings.get(asked.department)
        if asking is None:
            raise CommandRefused(404, "no such department", f"this service asks {', '.join(self.askings)}")
        case = await asking.journal.load(asked.application)
        _may_be_asked(asking, case, asked)
        attempt = Attempt(asking, case)
        task = asyncio.create_task(self._asked(attempt))
        self._running.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait({task}, timeout=WITHIN)
        return {"result": task.result() if done else "on_its_way" if attempt.sent else "waits"}

    def _ended(self, task: "asyncio.Task[str]") -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits for it raises it; nobody may wait any more

    async def _asked(self, attempt: Attempt) -> str:
        name, breaker = attempt.asking.name, attempt.asking.breaker
        before = self._in_vain[name]
        if breaker.is_open:
            async with self._probing[name]:
                if self._in_vain[name] != before:
                    return "left_alone"
                if breaker.is_open:
                    said = await attempt.send()
                    self._in_vain[name] += breaker.is_open
                    return said
        return await attempt.send()


def _may_be_asked(asking: DepartmentClient, case: Case, asked: AskNow) -> None:
    """Raises CommandRefused."""
    name = asking.name
    if case.round != asked.round or name not in case.waiting_for:
        raise CommandRefused(409, "nothing to ask", f"the case does not wait for {name} in that round")
    if asking.by_clerk:
        raise CommandRefused(409, "by clerk", f"{name} is answered for by its clerk")
    if asking.breaker.held:
        raise CommandRefused(409, "not asked now", f"{name} is not asked now: {asking.breaker.held}")
    question = asking.as_sent(case, case.round).question
    newest = asking.questions.promised.get(question.question_id)
    if promise_in_force(case, question, newest, asking.journal.clock.now()):
        raise CommandRefused(409, "promised", f"{name} has promised to answer later, and is not asked before")
