"""python -m tests.law --families N --stories M --seed S: the law read twice, and where the readings part."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tests.law.branches import DETERMINATION, INTAKE, Branch, print_table, seldom, unlisted
from tests.law.differences import Differences, family_kind, show_families, show_stories, story_kind
from tests.law.engine import determine
from tests.law.facts import Facts
from tests.law.generate import families
from tests.law.intake import Story, run
from tests.law.stories import stories

FLOOR = 200  # times each branch is to be reached, in as many families or stories as follow
ENOUGH_FAMILIES, ENOUGH_STORIES = 100_000, 20_000
Thing = TypeVar("Thing")


def main() -> int:
    """1 on any difference, or on a branch that was reached too seldom to say that there is none."""
    parser = argparse.ArgumentParser(prog="python -m tests.law", description=__doc__)
    parser.add_argument("--families", type=int, default=2_000)
    parser.add_argument("--stories", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--explain", action="store_true", help="say which branches the law took in each difference")
    wanted = parser.parse_args()

    in_families, family_counts = read_families(wanted.families, wanted.seed)
    in_stories, story_counts = read_stories(wanted.stories, wanted.seed)
    print_table(f"{wanted.families} families", DETERMINATION, family_counts)
    print_table(f"{wanted.stories} stories", INTAKE, story_counts)
    show_families(in_families, wanted.explain)
    show_stories(in_stories, wanted.explain)
    rare = rarely(DETERMINATION, family_counts, wanted.families >= ENOUGH_FAMILIES)
    rare += rarely(INTAKE, story_counts, wanted.stories >= ENOUGH_STORIES)
    found = in_families.counts.total() + in_stories.counts.total()
    print(f"\n{found} differences, {len(rare)} branches reached too seldom")
    return 1 if found or rare else 0


def read_families(count: int, seed: int) -> tuple[Differences[Facts], Counter[str]]:
    """Both readings of every family."""
    differences, counts = Differences[Facts](), Counter[str]()
    for facts in with_progress(families(seed, count), count, "families"):
        law = determine(facts)
        counts.update(set(law.because))
        differences.add(family_kind(facts, law), facts)
    return differences, counts


def read_stories(count: int, seed: int) -> tuple[Differences[Story], Counter[str]]:
    """Both readings of every story."""
    differences, counts = Differences[Story](), Counter[str]()
    for story in with_progress(stories(seed, count), count, "stories"):
        law = run(story)
        counts.update(name for output in law for name in set(output.because))
        differences.add(story_kind(story, law), story)
    return differences, counts


def rarely(branches: tuple[Branch, ...], counts: Counter[str], enough: bool) -> list[str]:
    """Branches reached too seldom, where enough was read to expect them; and names that no sentence stands for."""
    rare = [branch.name for branch in seldom(branches, counts, FLOOR)] if enough else []
    for name in (*rare, *sorted(unlisted(branches, counts))):
        print(f"reached {counts[name]} times, or in no list: {name}")
    return [*rare, *unlisted(branches, counts)]


def with_progress(things: Iterable[Thing], count: int, what: str) -> Iterator[Thing]:
    """A line every few seconds, to standard error."""
    started = said = time.monotonic()
    for number, thing in enumerate(things):
        yield thing
        if (now := time.monotonic()) - said > 5:
            said = now
            print(f"{number + 1} of {count} {what}, {now - started:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
