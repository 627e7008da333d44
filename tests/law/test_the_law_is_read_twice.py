"""The project's reading of the law, and one from the text alone: no family and no story that they part over.

Here 5,000 families and 400 stories; `make test-nightly` reads 100,000 and 20,000, others every night.
"""

from tests.law.__main__ import read_families, read_stories
from tests.law.differences import show_families, show_stories


def test_both_readings_say_the_same_of_5000_families() -> None:
    differences, branches = read_families(5_000, seed=2)
    show_families(differences, explain=True)
    assert differences.counts.total() == 0
    assert {"outcome.eligible", "outcome.review", "outcome.ineligible"} <= branches.keys()


def test_both_readings_say_the_same_of_400_stories_at_the_desk() -> None:
    differences, branches = read_stories(400, seed=2)
    show_stories(differences, explain=True)
    assert differences.counts.total() == 0
    assert {"intake.accepted", "intake.withdrawn", "intake.refused_one-application"} <= branches.keys()
