"""Decides when a case can be determined, what comes out, and what an officer may do with it. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from contracts.case.answers import Counted
from contracts.case.case import Case, NotAllowed
from contracts.case.fold import allows
from contracts.case.states import State
from contracts.events import DeterminationConfirmed, DeterminationMade, Event, HandedToOfficer, ReverificationOpened
from contracts.events.values import Finding, Outcome, OwnBan
from contracts.inquiries import Answer
from contracts.local_time import SHANGHAI
from contracts.readings import CURRENT_READING
from procedures.hainan_2025.facts import Facts
from procedures.hainan_2025.policy import POLICY
from procedures.hainan_2025.rules import RULES, conditions, may_become, silent


def decide(case: Case, now: datetime) -> tuple[Event, ...]:
    """The determination, once: as soon as every answer is in, or the overdue ones can change nothing.

    Whatever is not eligible waits for an officer, and the log says so: the family is told.
    """
    if case.state is not State.VERIFYING or case.determination is not None or not settled(case, now):
        return ()
    made = determine(case, now)
    if made.outcome == "eligible":
        return (made,)
    return (made, HandedToOfficer(application=case.application, at=now, round=made.round))


def settled(case: Case, now: datetime) -> bool:
    """Whether no answer that is still missing could change the outcome, each of them being overdue."""
    missing = frozenset(case.waiting_for)
    if not missing:
        return True
    if any((department, case.round) not in case.overdue for department in missing):
        return False
    return not awaited(facts_of(case, _day(now)))


def awaited(facts: Facts) -> frozenset[str]:
    """The silent departments that could still change the outcome; the rules are monotone, so none that stands changes.

    Ineligible stands once one rule is not met. Where one stays unknown whatever is said, only who can still say what
    would not be met is waited for.
    """
    findings = judge(facts)
    if outcome(findings) == "ineligible":
        return frozenset()
    open_rules = {finding.rule: may_become(facts, finding) for finding in findings if finding.truth == "unknown"}
    if any("met" not in truths for truths in open_rules.values()):
        open_rules = {rule: truths for rule, truths in open_rules.items() if "not_met" in truths}
    return frozenset().union(*(silent(facts, rule) for rule in open_rules))


def determine(case: Case, now: datetime) -> DeterminationMade:
    """The determination of a case that is being verified, under the law of the day of `now` in Shanghai."""
    facts = facts_of(case, _day(now))
    findings = judge(facts)
    return DeterminationMade(
        application=case.application,
        at=now,
        round=case.round,
        policy=facts.policy.name,
        as_of=facts.as_of,
        accepted_on=facts.accepted_on,
        outcome=outcome(findings),
        findings=findings,
        conditions=conditions(facts),
        used=tuple(sorted(counted.sequence for counted in facts.answers.values())),
        reading=facts.reading,
    )


def determine_again(case: Case, made: DeterminationMade) -> DeterminationMade:
    """What the answers of a case give under the days of law and by the reading of a determination that was made."""
    facts = facts_of(case, made.as_of, made.reading)
    findings = judge(facts)
    found = {"outcome": outcome(findings), "findings": findings, "conditions": conditions(facts)}
    return made.model_copy(update=found)


def judge(facts: Facts) -> tuple[Finding, ...]:
    """What every rule finds, in the order of RULES."""
    return tuple(rule(facts) for rule in RULES)


def outcome(findings: Iterable[Finding]) -> Outcome:
    """Kleene's and: one not met is ineligible, else one unknown is for a person, else eligible."""
    truths = {finding.truth for finding in findings}
    if "not_met" in truths:
        return "ineligible"
    return "review" if "unknown" in truths else "eligible"


def facts_of(case: Case, as_of: date, reading: int = CURRENT_READING) -> Facts:
    """The facts of this round; answers of other rounds, or of departments never asked, are none."""
    accepted = case.accepted
    if accepted is None:
        raise NotAllowed("the application is not accepted yet: there is nothing to determine")
    return Facts(
        persons=case.persons,
        marital_status=accepted.marital_status,
        own_income_shown=accepted.own_income_shown,
        at_a_counter=accepted.at_a_counter,
        accepted_at=accepted.at,
        accepted_on=accepted.as_of,
        as_of=as_of,
        policy=POLICY,
        answers={
            department: case.answers[department, case.round]
            for department in case.asked
            if (department, case.round) in case.answers
        },
        children_elsewhere=frozenset(case.children_elsewhere),
        own_ban=case.own_ban,
        reading=reading,
    )


def would_change(case: Case, department: str, answer: Answer) -> bool | None:
    """Whether a late or contradicting answer would have made another outcome; None where there is none."""
    made = case.determination
    if made is None or department not in case.asked:
        return None
    facts = facts_of(case, made.as_of, made.reading)
    used = {name: counted for name, counted in facts.answers.items() if counted.sequence in made.used}
    used[department] = Counted(sequence=case.sequence, answer=answer, said_at=made.at)
    return outcome(judge(replace(facts, answers=used))) != made.outcome


def confirm(
    case: Case, outcome: str, reason: str, by: str, now: datetime, seen: int | None = None
) -> DeterminationConfirmed:
    """An officer's word on a proposal; `seen` is the round that was looked at, if that is known.

    Raises NotAllowed saying what to do where nothing waits for it, or another round than that one does.
    """
    if not allows(case, DeterminationConfirmed):
        raise NotAllowed(f"{_why_not(case)}; confirm once it is in review or proposed as ineligible")
    if seen not in (None, case.round):
        raise NotAllowed(f"it is in round {case.round} now; look at what was answered in it, then confirm")
    if outcome not in ("eligible", "ineligible"):
        raise NotAllowed("confirm as eligible or as ineligible; a person's word cannot be review")
    return DeterminationConfirmed.model_validate(
        {
            "application": case.application,
            "at": now,
            "round": case.round,
            "outcome": outcome,
            "reason": reason,
            "by": by,
        }
    )


def reverify(
    case: Case,
    reason: str,
    by: str,
    now: datetime,
    answer_by: datetime,
    children_elsewhere: tuple[str, ...] = (),
    own_ban: OwnBan | None = None,
) -> ReverificationOpened:
    """A new round with fresh questions. Raises NotAllowed saying what to do where none can be opened."""
    if not allows(case, ReverificationOpened):
        raise NotAllowed(f"{_why_not(case)}; ask again while it is in review or ineligible")
    return ReverificationOpened(
        application=case.application,
        at=now,
        round=case.round + 1,
        persons=case.persons,
        asked=case.asked,
        answer_by=answer_by,
        reason=reason,
        by=by,
        children_elsewhere=children_elsewhere,
        own_ban=own_ban,
    )


def _why_not(case: Case) -> str:
    if case.state is None:
        return "there is no such application; check the number"
    if case.state is State.VERIFYING and case.determination is None:
        return f"the application still waits for {', '.join(case.waiting_for) or 'its determination'}"
    return f"the application is in state {case.state}"


def _day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
