"""The departments this service asks: every file here is one. For another, add a file, and its name to the policy."""

from chassis.discovered import departments_in

DEPARTMENTS = departments_in(__name__, __path__)
