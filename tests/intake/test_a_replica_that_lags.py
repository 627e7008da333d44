"""What a family is told of its case is what was just written, even if a replica that is behind answers reads."""

import json

from contracts.case.case import Case
from contracts.case.fold import fold
from contracts.events import Event
from tests.bus.wire import a_notice
from tests.intake.in_memory import Intake, Memory
from tests.intake.test_a_supplement import CHILD, MISSING_CONSENT, consent, opened


class ThreeReplicas(Memory):
    """Writes of other cases come between, a notice in flight is seen by no compare-and-set, and reads are behind."""

    known: int | None = None
    """The newest sequence that the replica knows which answers reads; None for all."""

    async def decide(self, case: Case, *events: Event) -> Case:
        self.sequence += 7
        self._store([a_notice(case.application)])
        self.known = self.sequence
        return await super().decide(fold(self.cases[case.application], case.application), *events)

    async def load(self, application: str, at_least: int = 0) -> Case:
        history = self.cases.get(application, ())
        case = fold([it for it in history if self.known is None or it.sequence <= self.known], application)
        return case if case.sequence >= at_least else await super().load(application)


def test_a_withdrawal_is_answered_with_a_case_that_is_withdrawn() -> None:
    intake = Intake(ThreeReplicas())
    reply = intake.withdraw(opened(intake, MISSING_CONSENT))
    assert reply.json()["application"]["state"] == "withdrawn"


def test_a_supplement_is_answered_with_the_case_that_it_completes() -> None:
    intake = Intake(ThreeReplicas())
    handed_in = json.dumps({"consents": [consent(CHILD)]}).encode()
    reply = intake.supplement(opened(intake, MISSING_CONSENT), handed_in)
    assert reply.json()["application"]["state"] == "verifying"
