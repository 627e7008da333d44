"""The homes that a family declares, as the kiosk asks for them; the form itself leaves open what is said of one."""

from collections.abc import Iterator

from contracts.faults import Fault, fault
from intake.kiosk.draft import Draft

LONGEST = 200
"""Characters of a field: twenty homes fit into a form."""


def faults_of_homes(draft: Draft) -> tuple[Fault, ...]:
    """What is too long to be kept."""
    return tuple(_too_long(draft))


def _too_long(draft: Draft) -> Iterator[Fault]:
    for n, home in enumerate(draft.declared_housing):
        for name, typed in home.items():
            if len(typed) > LONGEST:
                place = f"/declared_housing/{n}/{name}"
                yield fault(place, "too-many-characters", limit=LONGEST, unit="characters")
