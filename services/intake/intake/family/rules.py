"""Each rule and what was found of it, as its household is told. Pure.

What a rule found against a family, or left open, is a proposal until a person decided: till then its values and
sources are shown, and that an officer looks at it, not the machine's word (ADR 0012).
"""

from dataclasses import dataclass
from typing import Literal

from contracts.case.case import Case
from contracts.case.states import CLOSED
from contracts.events.values import Finding, Ground, Truth
from procedures.hainan_2025.rules import ARTICLES, READS

Mark = Truth | Literal["officer", "waiting"]
MARKS: dict[Mark, tuple[str, str]] = {
    "met": ("family.rule.met", "good"),
    "not_met": ("family.rule.not_met", "bad"),
    "unknown": ("family.rule.unknown", "care"),
    "officer": ("family.rule.officer", "care"),
    "waiting": ("family.rule.waiting", ""),
}
"""What is said of a rule, and the look of it; never by colour alone."""


@dataclass(frozen=True)
class RuleLine:
    """One rule: its article, what is said of it, and on what that rests."""

    rule: str
    article: str
    mark: Mark
    finding: Finding | None = None
    ground: Ground | None = None
    reads: tuple[str, ...] = ()
    """The departments that it waits for."""

    @property
    def says(self) -> str:
        return MARKS[self.mark][0]

    @property
    def look(self) -> str:
        return MARKS[self.mark][1]


def is_decided(case: Case) -> bool:
    """Whether what was found may be told: a machine decides for a family; all else is a person's word."""
    return case.outcome == "eligible" or case.confirmation is not None


def rule_lines(case: Case) -> tuple[RuleLine, ...]:
    """In the order of the measures; of a refusal, its grounds."""
    if case.refused is not None:
        return tuple(RuleLine(it.rule, it.article, "not_met", ground=it) for it in case.refused.grounds)
    if case.determination is None:
        waits = set(case.waiting_for)
        unheard = case.state not in CLOSED
        return tuple(
            RuleLine(rule, article, "waiting", reads=tuple(it for it in READS[rule] if it in waits and unheard))
            for rule, article in ARTICLES.items()
        )
    return tuple(_found(case, finding) for finding in case.determination.findings)


def _found(case: Case, finding: Finding) -> RuleLine:
    told = finding.truth == "met" or is_decided(case)
    return RuleLine(finding.rule, finding.article, finding.truth if told else "officer", finding)
