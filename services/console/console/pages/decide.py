"""An officer decides: first what the family would be told, then the command, under the signed-in name."""

from dataclasses import astuple, dataclass
from typing import Any

from fastapi import Response

from chassis.errors import CommandRefused
from chassis.http.pages.posted import Posted
from console.pages.case import find, page_of
from console.pages.opened import seen
from console.pages.shown import shown
from console.reasons import read_reason, wrong_reason
from console.refusals import in_words
from console.visit import Visit
from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import evolve, fold
from contracts.events import DeterminationConfirmed, Event, ObjectionDecided
from contracts.looks import LookReason
from procedures.hainan_2025.letters import Desk, Letter, render
from procedures.hainan_2025.notices import notice_for
from procedures.hainan_2025.titles import ENQUIRIES

OUTCOMES = ("eligible", "ineligible", "reverify")
OBJECTION = ("upheld", "dismissed")


@dataclass(frozen=True)
class Wish:
    """What somebody chose on the page of a case."""

    outcome: str
    reason: str
    n: int
    """Of the objection; 0 for a determination."""
    sequence: str
    """Of the newest record when the case was shown."""

    @property
    def command(self) -> tuple[str, str]:
        """The service and its verb."""
        if self.n:
            return "publicity", "decide-objection"
        return "determination", "reverify" if self.outcome == "reverify" else "confirm"

    def request(self, case: Case, by: str) -> dict[str, Any]:
        said: dict[str, Any] = {"application": case.application, "reason": self.reason, "by": by}
        if self.n:
            return {**said, "n": self.n, "upheld": self.outcome == "upheld"}
        return said if self.outcome == "reverify" else {**said, "outcome": self.outcome, "round": case.round}


async def decide(visit: Visit) -> Response:
    found, posted = await find(visit), await visit.posted()
    if not found.history:
        return visit.fault(503) if found.away else visit.fault(404, "case.no_such")
    case = fold(found.history, found.number)
    wish = _wish(posted, case)
    if wish is None:
        return visit.fault(404)
    why = LookReason.OBJECTION if wish.n else LookReason.DECIDE
    await visit.personal(found.number, why)

    def again(status: int, errors: dict[str, str]) -> Response:
        return page_of(visit, found, status, opened=seen(visit, found, why), errors=errors, typed=wish)

    if errors := _faults(visit, wish):
        return again(422, errors)
    if wish.sequence != str(case.sequence):
        return again(409, {"outcome": visit.say("decide.moved")})
    preview = (found.number, *astuple(wish))
    previews = visit.console.previews
    if not posted.has("sure") or not previews.was_shown(posted.one("mark"), visit.me, *preview):
        letter, mark = letter_of(visit, case, wish), previews.mark(visit.me, *preview)
        return shown(visit, "decide.html", number=found.number, wish=wish, letter=letter, mark=mark)
    try:
        await visit.console.views.call(*wish.command, wish.request(case, visit.me.name))
    except CommandRefused as refused:
        return again(refused.status, {"outcome": visit.say("decide.refused", detail=in_words(visit, refused))})
    return visit.go_to(f"/cases/{found.number}?done=yes")


def _wish(posted: Posted, case: Case) -> Wish | None:
    """None if it is about an objection that was never raised."""
    n = {"": 0, **{str(one.n): one.n for one in case.objections}}.get(posted.one("n"))
    reason = read_reason(posted.one("reason"))
    return None if n is None else Wish(posted.one("outcome"), reason, n, posted.one("sequence"))


def _faults(visit: Visit, wish: Wish) -> dict[str, str]:
    faults = {}
    if wish.outcome not in (OBJECTION if wish.n else OUTCOMES):
        faults["outcome"] = visit.say("decide.no_outcome")
    if wrong := wrong_reason(wish.reason):
        faults["why"] = visit.say(wrong)
    return faults


def letter_of(visit: Visit, case: Case, wish: Wish) -> Letter | None:
    """What the family would be told by this very decision; None if nothing, or if it is not possible any more."""
    event = _event(visit, case, wish)
    if event is None:
        return None
    try:
        after = evolve(case, Recorded(case.sequence + 1, event, "", visit.now))
    except NotAllowed:
        return None
    procedures = visit.console.views.procedures
    notice = notice_for(procedures.of(case).notices, after, event)
    desk = Desk(ENQUIRIES.zh, ENQUIRIES.en, visit.console.views.calendar, visit.console.clock.drill, procedures)
    return render(notice, after, event, case.publicity, desk) if notice else None


def _event(visit: Visit, case: Case, wish: Wish) -> Event | None:
    said = {"application": case.application, "at": visit.now, "reason": wish.reason, "by": visit.me.name}
    if wish.n:
        return ObjectionDecided.model_validate({**said, "n": wish.n, "upheld": wish.outcome == "upheld"})
    if wish.outcome == "reverify":
        return None
    return DeterminationConfirmed.model_validate({**said, "round": case.round, "outcome": wish.outcome})
