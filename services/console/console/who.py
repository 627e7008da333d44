"""Who is signed in, and the roles there are."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is here for; an account may have several."""

    VIEWER = "viewer"
    CLERK = "clerk"
    OFFICER = "officer"
    OPERATIONS = "operations"
    HEAD = "head"


@dataclass(frozen=True)
class SignedIn:
    """A person at a browser. No two have the same account, and no two the same name."""

    account: str
    name: str
    """As it stands in events, behind what this person decided."""
    roles: frozenset[Role]

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether one of these roles is theirs."""
        return bool(self.roles & roles)
