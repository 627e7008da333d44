"""Cases that have every answer and no determination: nothing waits for them, and they wait for nothing."""

from collections.abc import Iterable

from evidence.audit import RESTS
from lianshen.doctor.finding import Finding

MEND = "determination decides them again while it runs, within the hour; if they stay, its log says why it cannot"


def about_resting(violations: Iterable[str]) -> list[Finding]:
    """One finding if the audit names any; none if all is well. Pure."""
    cases = [violation.split(":")[0] for violation in violations if RESTS in violation]
    if not cases:
        return []
    what = f"every department answered, and nothing was determined: {cases[0]}"
    return [Finding("cases that rest", False, what, cases=len(cases), mend=MEND)]
