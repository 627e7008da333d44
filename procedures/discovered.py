"""Finds the departments of a service: every file of its `departments` folder is one, so another is one more file."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

from procedures.department import Department


def departments_in(package: str, path: Iterable[str]) -> tuple[Department, ...]:
    """By the service that asks, then by the file's name. Raises ValueError for a file that defines none, or two."""
    found = []
    for module in iter_modules(path):
        values = vars(import_module(f"{package}.{module.name}")).values()
        here = [value for value in values if isinstance(value, Department)]
        if len(here) != 1:
            raise ValueError(f"{package}.{module.name} must define one Department; it defines {len(here)}")
        found += here
    return tuple(sorted(found, key=lambda department: department.asked_by))
