"""The accounts of the bus that are not a process's or a department's."""

LOG = "LOG"
"""The account that holds the log."""
OPERATOR = "OPERATOR"
CHECK = "CHECK"
SYSTEM = "SYS"
NOWHERE = "NOWHERE"
