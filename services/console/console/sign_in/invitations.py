"""Links by which somebody sets their own secrets: good once, for a quarter of an hour."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.sign_in.staff import Secrets, Staff, Taken
from console.who import Role, SignedIn

GOOD_FOR = timedelta(minutes=15)


class Over(LookupError):
    """A link that was used, is too old, or never was."""


class SomebodyIsHere(Exception):
    """The first link is for a console at which nobody has an account yet."""


@dataclass(frozen=True)
class Invitation:
    """For whom a link is: account and name are empty in the first one, whose taker chooses them."""

    account: str
    name: str
    roles: frozenset[Role]

    @property
    def is_first(self) -> bool:
        return not self.account


FIRST = Invitation("", "", frozenset(Role))
"""Whoever sets the system up may do everything, until somebody else takes roles from them."""


COMMAND_LINE = "the command line"
"""Who invites to the first account: whoever has this machine."""


@dataclass(frozen=True)
class Joining:
    """What is known so far of somebody who took a link; in memory, until the second factor works."""

    token: str = field(repr=False)
    who: SignedIn
    password: str = field(repr=False)
    """Its hash."""
    seed: str = field(repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)
    """Recovery codes, until they are shown."""
    is_set_up: bool = False
    """Whether the account is there already."""


@dataclass(frozen=True)
class Invitations:
    """The links that are out; only a hash of each is kept."""

    staff: Staff

    def first(self, now: datetime) -> str:
        """The token of a link for the first account, in place of the one before. Raises SomebodyIsHere."""
        if self.staff.all():
            raise SomebodyIsHere
        return self.invite(FIRST, COMMAND_LINE, now)

    def invite(self, who: Invitation, by: str, now: datetime) -> str:
        """The token of a link for this account, new or to be given new secrets; older links to it are over."""
        token = secrets.token_urlsafe(32)
        row = _hash(token), who.account, who.name, " ".join(sorted(who.roles)), (now + GOOD_FOR).isoformat()
        with self.staff.whole():
            self.staff.db.execute("DELETE FROM invitation WHERE account = ?", (who.account,))
            self.staff.db.execute("INSERT INTO invitation VALUES (?, ?, ?, ?, ?)", row)
            self.staff.invited(who.account, by, now)
        return token

    def look(self, token: str, now: datetime) -> Invitation:
        """Whom a link is for; it stays good. Raises Over."""
        found = self.staff.db.execute(
            "SELECT account, name, roles, ends FROM invitation WHERE hash = ?", (_hash(token),)
        ).fetchone()
        if found is None or datetime.fromisoformat(found[3]) <= now:
            raise Over
        invitation = Invitation(found[0], found[1], frozenset(map(Role, found[2].split())))
        if invitation.is_first and self.staff.all():
            raise Over
        return invitation

    def take(self, token: str, who: SignedIn, kept: Secrets, now: datetime) -> None:
        """Uses the link up: the account is made, or has new secrets. Raises Over or Taken; then nothing changed."""
        with self.staff.whole():
            invitation = self.look(token, now)
            self.staff.db.execute("DELETE FROM invitation WHERE hash = ?", (_hash(token),))
            if self.staff.of(who.account) is None:
                self.staff.add(who, kept, now)
            elif invitation.is_first:
                raise Taken("somebody has this account")
            else:
                self.staff.replace(who.account, kept, now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
