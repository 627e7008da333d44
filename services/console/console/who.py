"""Who is signed in, and the roles there are."""

import re
from dataclasses import dataclass
from enum import StrEnum

from contracts.text import readable, visible

ACCOUNT = r"^[a-z][a-z0-9._-]{1,39}$"
"""By which a person signs in."""
LONGEST_NAME = 40


class Role(StrEnum):
    """What a person is here for; an account may have several."""

    VIEWER = "viewer"
    CLERK = "clerk"
    OFFICER = "officer"
    OPERATIONS = "operations"
    HEAD = "head"
    PROJECT_UNIT = "project-unit"
    NOTARY = "notary"


@dataclass(frozen=True)
class SignedIn:
    """A person at a browser. No two have the same account, and no two the same name."""

    account: str
    name: str
    """As it stands in events, behind what this person decided."""
    roles: frozenset[Role]
    departments: frozenset[str] = frozenset()
    """For which a clerk answers."""

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether one of these roles is theirs."""
        return bool(self.roles & roles)


def is_name(typed: str) -> bool:
    """Whether a person or a thing may be called so: readable, and no longer than a line of a table takes."""
    try:
        return len(readable(visible(typed))) <= LONGEST_NAME
    except ValueError:
        return False


def is_account(typed: str) -> bool:
    """Whether somebody could have it; a line end after it makes it another one."""
    return re.fullmatch(ACCOUNT.strip("^$"), typed) is not None
