"""One application a family in a project, and one family a child: claims under a keyed hash (Art. 17, 26(1)).

The claim of an applicant or spouse holds the number of the application that has it, and is taken over when its holder
is closed. That of a child refuses nobody: it lists the applications that name the child, in the order of their posts,
so that the later one is told. Both are set in the same batch as the case, by compare-and-set on their own last
sequence: of two posts at once, one is turned away and looks. Only intake has the key.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

from chassis.log.history import History
from chassis.log.journal import Claim
from contracts.application import ApplicationForm
from procedures.hainan_2025.completeness import family

ADULT, CHILD = "v1", "child-v1"
"""Versions of the key, one a kind: a child that grows up is not found again by its hash."""
Who = Literal["applicant", "spouse"]


@dataclass(frozen=True)
class Elsewhere:
    """Who of a family stands in another open case of the project."""

    adults: frozenset[Who] = frozenset()
    """As applicant or spouse there."""
    children: tuple[str, ...] = ()
    """ID numbers of children whom an earlier case names as its own."""


class Claims:
    """The claims of one deployment. `key` is intake's alone."""

    def __init__(self, key: bytes, history: History) -> None:
        self._key = key
        self._history = history

    def adults(self, form: ApplicationForm) -> dict[Who, str]:
        """Where the claims of applicant and spouse stand; nothing in a subject leads back to a person."""
        numbers: dict[Who, str] = {"applicant": form.applicant.id_number}
        if form.spouse is not None:
            numbers["spouse"] = form.spouse.id_number
        return {who: self._subject(ADULT, f"{form.project}|{number}") for who, number in numbers.items()}

    def children(self, form: ApplicationForm) -> dict[str, str]:
        """Where it is listed who names a child, by the child's ID number."""
        numbers = [person.id_number for person in family(form) if person.role == "child"]
        return {number: self._subject(CHILD, f"child|{form.project}|{number}") for number in numbers}

    def _subject(self, kind: str, person: str) -> str:
        digest = hmac.digest(self._key, person.encode(), hashlib.sha256)
        return f"claim.{kind}.{digest.hex()[:40]}"

    def unread(self, form: ApplicationForm, application: str) -> list[Claim]:
        """Claims for a family nobody has heard of: the usual case, without a read."""
        subjects = (*self.adults(form).values(), *self.children(form).values())
        return [Claim(subject, application, 0) for subject in subjects]

    async def read(self, form: ApplicationForm, application: str) -> tuple[list[Claim], Elsewhere]:
        """Claims as the log has them now, and who of the family is held, or named earlier, by another open case."""
        claims: list[Claim] = []
        adults: set[Who] = set()
        for who, subject in self.adults(form).items():
            sequence, holders = await self._stored(subject)
            claims.append(Claim(subject, application, sequence))
            if any([await self._is_open(holder) for holder in holders if holder != application]):
                adults.add(who)
        children: list[str] = []
        for number, subject in self.children(form).items():
            sequence, named_by = await self._stored(subject)
            open_ones = [other for other in named_by if other == application or await self._is_open(other)]
            listed = list(dict.fromkeys([*open_ones, application]))
            claims.append(Claim(subject, " ".join(listed), sequence))
            if listed[0] != application:
                children.append(number)
        return claims, Elsewhere(frozenset(adults), tuple(children))

    async def _stored(self, subject: str) -> tuple[int, list[str]]:
        """The last sequence of a claim, and the application numbers that it holds."""
        stored = await self._history.last(subject)
        return (stored.sequence, stored.body.decode().split()) if stored else (0, [])

    async def _is_open(self, application: str) -> bool:
        return (await self._history.load(application)).holds_claims
