"""The subjects that a service writes, taken from the events themselves."""

from contracts.batches.proof import subject_of
from contracts.events import (
    EVENTS,
    AlsoAnswered,
    AnsweredByHand,
    DeferredByClerk,
    DepartmentAnswered,
    DepartmentDeferred,
    DepartmentOverdue,
    DepartmentReminded,
    Event,
)
from contracts.key_register import LIANSHEN, SECRET_KEYS

OF_A_DEPARTMENT: tuple[type[Event], ...] = (
    DepartmentAnswered,
    DepartmentDeferred,
    DeferredByClerk,
    DepartmentReminded,
    DepartmentOverdue,
    AnsweredByHand,
    AlsoAnswered,
)
"""What the service that asks a department writes about it."""

SECRETS = f"register.{SECRET_KEYS}.*"
OWN_KEYS = f"register.{LIANSHEN}.*"


def writing(*kinds: type[Event]) -> tuple[str, ...]:
    """All subjects of these kinds of events."""
    return tuple(EVENTS.subjects_of(kind) for kind in kinds)


def of_departments(*departments: str) -> tuple[str, ...]:
    """All that is written about these departments: of cases, in the register, and what they sign over batches."""
    events = tuple(_of(kind, name) for name in departments for kind in OF_A_DEPARTMENT)
    roots = (subject_of(name, "*") for name in departments)
    return (*events, *(f"register.{name}.*" for name in departments), *roots, OWN_KEYS)


def _of(kind: type[Event], department: str) -> str:
    first, _, rest = kind.tail.partition(".{department}")
    assert rest, f"{kind.__name__} names no department"
    return EVENTS.subjects_of(kind).replace(f".{first}.*", f".{first}.{department}", 1)
