"""Looks that a law keeps from the household for now: a policy, and for each entry the reason of it. Pure.

The Personal Information Protection Law lets an authority keep silent where a law orders secrecy (Art. 18) or where
telling would defeat a duty of its own (Art. 35). What is kept silent here is recorded and audited like every look, and
is shown from the day on which its entry ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Secrecy:
    """Looks of one reason are kept secret from a day on, because of a law."""

    reason: str
    """The look's, from the closed list of reasons."""
    since: date
    because: str
    until: date | None = None
    """The first day on which they are shown; None as long as nobody has set one."""


KEPT_SECRET: tuple[Secrecy, ...] = ()
"""Every one there is. None: no law is known that keeps a look at such an application from its own household."""


def reasons_kept_secret(day: date, policy: Iterable[Secrecy] = KEPT_SECRET) -> frozenset[str]:
    return frozenset(it.reason for it in policy if it.since <= day and (it.until is None or day < it.until))
