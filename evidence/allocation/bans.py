"""A5: no ban except from a cancelled qualification (Art. 32), each with its end; and it binds at the counter. Pure.

Bans stand under a keyed hash, which leads back to nobody; the case that a ban names says whom it binds.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from contracts.bans import BanImposed
from contracts.case.case import Case, Recorded
from contracts.events import ApplicationAccepted, Event


class BanList:
    """The bans by the case that they come from, and whom they bind."""

    def __init__(self) -> None:
        self._of_case: defaultdict[str, list[BanImposed]] = defaultdict(list)
        self._binding: defaultdict[str, list[BanImposed]] = defaultdict(list)

    def take(self, item: Recorded[BanImposed], cases: Mapping[str, Case]) -> Iterator[str]:
        ban = item.event
        self._of_case[ban.application].append(ban)
        case = cases.get(ban.application)
        if case is None or case.form is None:
            yield f"A5 a ban from {ban.application}, which is no case of this log"
        else:
            self._binding[case.form.applicant.id_number].append(ban)
        if ban.until <= ban.since:
            yield f"A5 a ban from {ban.since} that ends on {ban.until}"

    def of_case(self, event: Event) -> Iterator[str]:
        """What the record held when it was taken up; that the bureau denies it is for a person, and stands there."""
        if not isinstance(event, ApplicationAccepted):
            return
        applicants = (person.id_number for person in event.persons if person.role == "applicant")
        binding = self._longest(next(applicants, ""), event.as_of)
        said = event.own_ban.until if event.own_ban is not None else None
        if binding is not None and said is None:
            yield f"A5 accepted as of {event.as_of}, and a ban from {binding.application} binds until {binding.until}"
        elif said != (binding and binding.until):
            yield f"A5 accepted with a ban until {said}, which is not the one of the log"

    def _longest(self, id_number: str, on: date) -> BanImposed | None:
        bound = [ban for ban in self._binding.get(id_number, ()) if ban.since <= on < ban.until]
        return max(bound, key=lambda ban: ban.until, default=None)

    def at_rest(self, case: Case) -> Iterator[str]:
        """Ban and cancellation are written in one batch, in either order."""
        cancelled = case.allocation.cancelled
        bans = [(ban.since, ban.until) for ban in self._of_case.get(case.application, ())]
        due = [(cancelled.ban_from, cancelled.ban_until)] if cancelled is not None else []
        if bans and not due:
            yield "A5 a ban names this case, and its qualification was not cancelled"
        elif bans != due:
            yield f"A5 cancelled with a ban until {due[0][1]}, and {len(bans)} bans stand that are not all this one"
