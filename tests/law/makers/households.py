"""Households that apply, from the everyday family to those on the edge of Article 17."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from tests.law.facts import MaritalStatus
from tests.law.makers.draft import Draft
from tests.law.makers.people import a_foreign_number, a_number, a_small_x_number, born_at

IN_FORCE = date(2025, 4, 1)


def a_household(random: Random) -> Draft:
    """A form accepted on some day since the regulation is in force, and looked at some days later."""
    accepted_on = IN_FORCE + timedelta(random.randrange(1100))
    draft = Draft(random, accepted_on, accepted_on + timedelta(random.choice((0, 0, 1, 3, 7, 20, 60, 200))))
    draft.at_a_counter = random.random() < 0.3
    draft.own_income_shown = draft.at_a_counter and random.random() < 0.3
    make, _ = random.choices(HOUSEHOLDS, WEIGHTS)[0]
    make(draft)
    return draft


def _person(draft: Draft, age: int, man: bool | None = None) -> str:
    born = born_at(draft.random, age, draft.accepted_on)
    return a_number(draft.random, born, man=man)


def _applicant(draft: Draft, low: int, high: int, status: MaritalStatus, man: bool | None = None) -> None:
    draft.marital_status = status
    age = draft.random.randint(low, high)
    if draft.random.random() < 0.1:
        draft.add("applicant", a_small_x_number(draft.random, born_at(draft.random, age, draft.accepted_on)))
    else:
        draft.add("applicant", _person(draft, age, man))


def _children(draft: Draft, low: int, high: int) -> None:
    for _ in range(draft.random.randint(low, high)):
        draft.add("child", _person(draft, draft.random.randint(0, 17)))


def alone(draft: Draft) -> None:
    _applicant(draft, 23, 70, draft.random.choice(("single", "single", "divorced", "widowed")))


def alone_and_young(draft: Draft) -> None:
    """Around the ages of marriage: a man of 21 or 22, a woman of 19 or 20, a widow among them."""
    man = draft.random.random() < 0.5
    low = 21 if man else 19
    _applicant(draft, low, low + 1, draft.random.choice(("single", "single", "divorced", "widowed")), man)


def couple(draft: Draft) -> None:
    _applicant(draft, 20, 70, "married")
    born = born_at(draft.random, draft.random.randint(20, 70), draft.accepted_on)
    foreign = draft.random.random() < 0.04
    draft.add("spouse", a_foreign_number(draft.random, born) if foreign else a_number(draft.random, born))


def couple_with_children(draft: Draft) -> None:
    couple(draft)
    _children(draft, 1, 3)


def parent_with_children(draft: Draft) -> None:
    _applicant(draft, 19, 55, draft.random.choice(("single", "divorced", "widowed")))
    _children(draft, 1, 2)


def too_young(draft: Draft) -> None:
    """An applicant of 15 to 18, at a kiosk or a counter, alone or with a family of its own."""
    draft.at_a_counter = draft.random.random() < 0.7
    draft.own_income_shown = draft.random.random() < (0.7 if draft.at_a_counter else 0.2)
    married = draft.random.random() < 0.4
    _applicant(draft, 15, 18, "married" if married else "single")
    if married:
        draft.add("spouse", _person(draft, draft.random.randint(17, 24)))
    if draft.random.random() < 0.5:
        draft.add("child", _person(draft, 0))


def spouse_of_17(draft: Draft) -> None:
    _applicant(draft, 20, 30, "married")
    draft.add("spouse", _person(draft, draft.random.choice((17, 17, 18))))


def grown_child(draft: Draft) -> None:
    """A declared child of 18 or more on the day of acceptance, often from today on."""
    draft.random.choice((couple, parent_with_children))(draft)
    draft.add("child", _person(draft, draft.random.choice((18, 18, 19, 25))))


def alone_with_a_grown_child(draft: Draft) -> None:
    _applicant(draft, 19, 60, draft.random.choice(("single", "divorced", "widowed")))
    draft.add("child", _person(draft, draft.random.choice((18, 18, 30))))


def young_and_alone_with_a_grown_child(draft: Draft) -> None:
    """No such parent lives, but such a form may be written: two rules are named."""
    man = draft.random.random() < 0.5
    _applicant(draft, 18, 21 if man else 19, "divorced", man)
    draft.add("child", _person(draft, 18))


def child_about_to_be_18(draft: Draft) -> None:
    """A minor on the day of acceptance and an adult on the day of the determination."""
    draft.random.choice((couple, parent_with_children))(draft)
    draft.as_of = draft.accepted_on + timedelta(draft.random.choice((1, 2, 30)))
    born = draft.as_of - timedelta(draft.random.choice((0, 0, 1)))
    if (born.month, born.day) != (2, 29):
        draft.add("child", a_number(draft.random, born.replace(year=born.year - 18)))


def born_on_29_february(draft: Draft) -> None:
    """Eighteen on 1 March of a common year, and not on 28 February."""
    year = draft.random.choice((2026, 2027))
    draft.accepted_on = date(year, 2, 27) + timedelta(draft.random.randrange(4))
    draft.as_of = draft.accepted_on + timedelta(draft.random.randrange(3))
    born = date(draft.random.choice((2008, 2008, 2004, 1988)), 2, 29)
    draft.at_a_counter = draft.random.random() < 0.7
    draft.own_income_shown = draft.at_a_counter
    draft.marital_status = "single"
    draft.add("applicant", a_number(draft.random, born, man=draft.random.random() < 0.5))
    if draft.random.random() < 0.7:
        draft.add("child", _person(draft, 0))


HOUSEHOLDS: tuple[tuple[Callable[[Draft], None], int], ...] = (
    (alone, 20),
    (alone_and_young, 8),
    (couple, 18),
    (couple_with_children, 28),
    (parent_with_children, 12),
    (too_young, 5),
    (spouse_of_17, 3),
    (grown_child, 3),
    (alone_with_a_grown_child, 2),
    (young_and_alone_with_a_grown_child, 1),
    (child_about_to_be_18, 3),
    (born_on_29_february, 2),
)
WEIGHTS = tuple(weight for _, weight in HOUSEHOLDS)
