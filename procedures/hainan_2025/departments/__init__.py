"""The departments that this procedure asks: every file here is one. For another, add a file, and its name to the
policy."""

from procedures.department import Department
from procedures.discovered import departments_in

DEPARTMENTS = departments_in(__name__, __path__)


def asked_by(service: str) -> tuple[Department, ...]:
    """The departments that one service asks."""
    return tuple(department for department in DEPARTMENTS if department.asked_by == service)
