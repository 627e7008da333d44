"""The departments that this procedure asks: every file here is one. For another, add a file, and its name to the
policy."""

from procedures.discovered import departments_in

DEPARTMENTS = departments_in(__name__, __path__)
BY_NAME = {department.name: department for department in DEPARTMENTS}
