"""A reading that is wrong in one place is found, named once, and shown by the smallest family or story."""

from dataclasses import replace

from tests.law.branches import DETERMINATION, INTAKE
from tests.law.differences import family_kind, in_words, story_in_words, story_kind
from tests.law.engine import determine
from tests.law.facts import Facts, Verdict
from tests.law.generate import families
from tests.law.intake import StepOutput, Story, run
from tests.law.shrink import shrink, smaller_family, smaller_story
from tests.law.stories import stories


def below_or_exactly_15(facts: Facts) -> Verdict:
    """A project that takes "below 15" for "15 or below"."""
    verdict = determine(facts)
    exact = "R18c.exactly_15" in verdict.because
    return replace(verdict, truths={**verdict.truths, "R18c": "met"}) if exact else verdict


def forgets_the_spouse(story: Story) -> list[StepOutput]:
    """A project that lets every second application in."""
    return [
        StepOutput("accepted") if output.grounds == {"one-application"} else output for output in run(story)
    ]  # fmt: skip


def test_a_wrong_rule_is_found_and_shrunk_to_one_person_with_one_home() -> None:
    kind = ("R18c: law not_met, project met",)
    found = next(f for f in families(1, 2000) if family_kind(f, project=below_or_exactly_15) == kind)
    small = shrink(found, lambda f: family_kind(f, project=below_or_exactly_15) == kind, smaller_family)
    assert len(list(in_words(small, explain=False))) <= 3 + 6 * len(small.members)
    assert sum(len(said.records) for a in small.answers.values() if a for said in a.persons.values()) < 12


def test_a_wrong_desk_is_found_and_shrunk_to_two_forms() -> None:
    kind = ("post: law refused, project accepted", "grounds: law ['one-application'], project []")
    found = next(s for s in stories(1, 500) if story_kind(s, project=forgets_the_spouse) == kind)
    small = shrink(found, lambda s: story_kind(s, project=forgets_the_spouse) == kind, smaller_story)
    assert [step.kind for step in small.steps] == ["post", "post"]
    assert list(story_in_words(small, explain=True))


def test_an_error_of_the_project_is_a_difference() -> None:
    def breaks(facts: Facts) -> Verdict:
        raise KeyError("use")

    facts = next(families(1, 1))
    assert family_kind(facts, project=breaks) == ("the project raised KeyError: 'use'",)


def test_every_branch_that_is_taken_stands_in_the_list_once() -> None:
    names = [branch.name for branch in DETERMINATION + INTAKE]
    assert len(names) == len(set(names))
    taken = {name for facts in families(3, 1000) for name in determine(facts).because}
    taken |= {name for story in stories(3, 200) for output in run(story) for name in output.because}
    assert taken <= set(names)


def test_the_same_seed_makes_the_same_families_and_stories() -> None:
    assert list(families(5, 20)) == list(families(5, 20))
    assert list(stories(5, 5)) == list(stories(5, 5))
