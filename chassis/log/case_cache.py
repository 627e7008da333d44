"""Cases as this process knows them: a fold that a compare-and-set may rest on without a read (ADR 0006).

What is known of a case may be behind the log, and then the compare-and-set is refused and the case is loaded. It must
never have a hole: an event unseen below its sequence would be decided over. So a case comes in whole, by a load or by
its opening, and grows only by what follows without a hole: own compare-and-sets, and the deliveries of a durable that
brings everything that can change the decision, in order.
"""

from collections import OrderedDict

from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State

MOST = 1024
MOST_PASSED = 20_000
"""Cases that are not known and that something came of; more than are delivered while a read goes on."""


class KnownCases:
    """The newest cases by application; the one untouched longest goes first."""

    def __init__(self) -> None:
        self._cases: OrderedDict[str, Case] = OrderedDict()
        self._passed: OrderedDict[str, int] = OrderedDict()
        """The newest sequence that was seen of a case which is not known: an older fold of it has a hole."""
        self.gaps = 0
        """How often something may have been missed; what was begun before the newest time is not kept."""

    def keep(self, case: Case, gaps: int | None = None) -> Case:
        """Takes a case in whole, as loaded, as opened, or as decided; unless it is behind what came meanwhile.

        `gaps` is what it was when the load or the write began.
        """
        known = self._cases.get(case.application)
        behind = case.sequence < self._passed.get(case.application, 0)
        if behind or (gaps is not None and gaps != self.gaps) or (known and known.sequence > case.sequence):
            return case
        self._passed.pop(case.application, None)
        self._cases[case.application] = case
        self._cases.move_to_end(case.application)
        while len(self._cases) > MOST:
            _, oldest = self._cases.popitem(last=False)
            self._pass(oldest.application, oldest.sequence)
        return case

    def forget(self, application: str) -> None:
        """What is written now comes after what was known: until it is, nothing is known."""
        if case := self._cases.pop(application, None):
            self._pass(application, case.sequence)

    def _pass(self, application: str, sequence: int) -> None:
        self._passed[application] = max(sequence, self._passed.pop(application, 0))
        while len(self._passed) > MOST_PASSED:
            self._passed.popitem(last=False)

    def get(self, application: str, at_least: int) -> Case | None:
        """The case, if it is known up to this sequence."""
        case = self._cases.get(application)
        return case if case is not None and case.sequence >= at_least else None

    def is_being_decided(self, application: str) -> bool | None:
        """Whether the departments are being asked about it, or its entry is about to be opened; None if unknown."""
        case = self._cases.get(application)
        return None if case is None else case.state is State.VERIFYING

    def follow(self, item: Recorded) -> None:
        """Adds a delivered event to a case whose round is known to be open; any other case is not followed."""
        case = self._cases.get(item.event.application)
        if case is None:
            self._pass(item.event.application, item.sequence)
            return
        if item.sequence <= case.sequence:
            return
        if not case.waiting_for:
            del self._cases[case.application]
            self._pass(case.application, item.sequence)
            return
        try:
            self.keep(evolve(case, item))
        except NotAllowed:
            # It is written all the same; the audit will find it.
            self.forget(case.application)

    def forget_all(self) -> None:
        """Something may have been missed: whatever is needed is loaded again."""
        for application in tuple(self._cases):
            self.forget(application)
        self.gaps += 1
