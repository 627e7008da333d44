"""Where the two readings part: found, sorted by kind, made small, and shown."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from tests.law import bridge, bridge_intake
from tests.law.engine import determine
from tests.law.facts import RULES, Facts, Verdict
from tests.law.intake import StepOutput, Story, run
from tests.law.shrink import shrink, smaller_family, smaller_story

Thing = TypeVar("Thing", Facts, Story)
Kind = tuple[str, ...]
"""What differs, law first: ("R18c: law met, project unknown", …). Equal kinds are one finding."""
SHOWN = 5


def verdict_kind(law: Verdict, project: Verdict) -> Kind:
    """How two verdicts differ; empty where they agree."""
    pairs: list[tuple[str, Any, Any]] = [("outcome", law.outcome, project.outcome)]
    pairs += [(rule, law.truths.get(rule), project.truths.get(rule)) for rule in RULES]
    pairs += [("conditions", law.conditions, project.conditions)]
    # Whether it waits decides when there is an outcome; whom it names beside those, if it does, changes nothing.
    pairs += [("waits", bool(law.waits_for), bool(project.waits_for))]
    return tuple(f"{what}: law {ours}, project {theirs}" for what, ours, theirs in pairs if ours != theirs)


def family_kind(
    facts: Facts, law: Verdict | None = None, project: Callable[[Facts], Verdict] = bridge.project_verdict
) -> Kind:
    """How the project's determination differs from the law's."""
    try:
        theirs = project(facts)
    except Exception as error:  # whatever the project cannot take is a finding
        return (f"the project raised {type(error).__name__}: {str(error)[:100]}",)
    return verdict_kind(law or determine(facts), theirs)


def story_kind(
    story: Story,
    law: list[StepOutput] | None = None,
    project: Callable[[Story], list[StepOutput]] = bridge_intake.project_story,
) -> Kind:
    """How the project's intake differs in the first step in which it does."""
    ours = law or run(story)
    try:
        theirs = project(story)
    except Exception as error:  # as above
        return (f"the project raised {type(error).__name__}: {str(error)[:100]}",)
    for step, mine, other in zip(story.steps, ours, theirs, strict=True):
        if mine != other:
            return _step_kind(step.kind, mine, other)
    return ()


def _step_kind(what: str, mine: StepOutput, other: StepOutput) -> Kind:
    kind = [what] if mine.state == other.state else [f"{what}: law {mine.state}, project {other.state}"]
    for name in ("grounds", "gaps", "notes"):
        ours, theirs = getattr(mine, name), getattr(other, name)
        if name == "gaps":  # not the numbers, or every family would be a kind of its own
            ours, theirs = ({"entry" if gap[0].isdigit() else gap for gap in gaps} for gaps in (ours, theirs))
        if getattr(mine, name) != getattr(other, name):
            kind.append(f"{name}: law {sorted(ours)}, project {sorted(theirs)}")
    return tuple(kind)


@dataclass
class Differences(Generic[Thing]):
    """What was found so far: how often each kind, and the first of each."""

    counts: Counter[Kind] = field(default_factory=Counter)
    first: dict[Kind, Thing] = field(default_factory=dict)

    def add(self, kind: Kind, thing: Thing) -> None:
        if kind:
            self.counts[kind] += 1
            self.first.setdefault(kind, thing)

    def show(
        self,
        kind_of: Callable[[Thing], Kind],
        smaller: Callable[[Thing], Iterator[Thing]],
        say: Callable[[Thing], Iterator[str]],
    ) -> None:
        """The most frequent kinds, each with its smallest example."""
        for kind, count in self.counts.most_common(SHOWN):
            print(f"\nDIFFERENCE, {count} times:", *kind, sep="\n  ")
            small = shrink(self.first[kind], partial(_is_of, kind, kind_of), smaller)
            print("  smallest example:", *say(small), sep="\n    ")
        if len(self.counts) > SHOWN:
            print(f"\n… and {len(self.counts) - SHOWN} kinds more")


def _is_of(kind: Kind, kind_of: Callable[[Thing], Kind], thing: Thing) -> bool:
    return kind_of(thing) == kind


def show_families(differences: Differences[Facts], explain: bool) -> None:
    differences.show(family_kind, smaller_family, lambda facts: in_words(facts, explain))


def show_stories(differences: Differences[Story], explain: bool) -> None:
    differences.show(story_kind, smaller_story, lambda story: story_in_words(story, explain))


def in_words(facts: Facts, explain: bool) -> Iterator[str]:
    """A case as one would read it out."""
    for member in facts.members:
        yield f"{member.role} {member.id_number}"
    yield f"declared {facts.marital_status}, accepted {facts.accepted_on}, determined {facts.as_of}"
    yield f"counter {facts.at_a_counter}, own income {facts.own_income_shown}"
    yield from (f"in another open case: {number}" for number in facts.children_elsewhere)
    for department, answer in facts.answers.items():
        if answer is None:
            yield f"{department}: silent"
            continue
        for number, said in answer.persons.items():
            yield f"{department}: {number} {said.kind} {said.records or ''}"
    if explain:
        yield from (f"because {name}" for name in determine(facts).because)


def story_in_words(story: Story, explain: bool) -> Iterator[str]:
    """A story, step by step, with what the law makes of each."""
    yield f"registration {story.opens} to {story.closes}"
    for number, (step, output) in enumerate(zip(story.steps, run(story), strict=True)):
        yield f"{number}. {step.day} {step.kind}" + ("" if step.case is None else f" of case {step.case}")
        if step.form is not None:
            yield from (f"   {member.role} {member.id_number}" for member in step.form.members)
            yield f"   {step.form.marital_status}, counter {step.form.at_a_counter}, {sorted(step.form.documents)}"
            yield f"   entries {sorted(step.form.consents)}"
        if step.documents or step.consents:
            yield f"   brings {sorted(step.documents)} {sorted(step.consents)}"
        yield f"   bureau {step.bureau}"
        found = [sorted(part) for part in (output.grounds, output.gaps, output.notes) if part]
        yield f"   law: {output.state} {found}" + (f" because {output.because}" if explain else "")
