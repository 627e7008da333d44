"""One application a family in a project: a claim under a keyed hash, for applicant and spouse (Art. 26(1)).

A claim holds the number of the application that has it; it is set in the same batch as the case, by compare-and-set
on its own last sequence, and taken over when its holder is closed. Only intake has the key.
"""

import hashlib
import hmac
from typing import Literal

from chassis.history import History
from chassis.journal import Claim
from contracts.application import ApplicationForm

KEY_VERSION = "v1"
Who = Literal["applicant", "spouse"]


class Claims:
    """The claims of one deployment. `key` is intake's alone."""

    def __init__(self, key: bytes, history: History) -> None:
        self._key = key
        self._history = history

    def subjects(self, form: ApplicationForm) -> dict[Who, str]:
        """Where the claims of a family stand; nothing in a subject leads back to a person."""
        numbers: dict[Who, str] = {"applicant": form.applicant.id_number}
        if form.spouse is not None:
            numbers["spouse"] = form.spouse.id_number
        return {who: self._subject(form.project, number) for who, number in numbers.items()}

    def _subject(self, project: str, id_number: str) -> str:
        digest = hmac.digest(self._key, f"{project}|{id_number}".encode(), hashlib.sha256)
        return f"claim.{KEY_VERSION}.{digest.hex()[:40]}"

    def unread(self, form: ApplicationForm, application: str) -> list[Claim]:
        """Claims for a family nobody has heard of: the usual case, without a read."""
        return [Claim(subject, application, 0) for subject in self.subjects(form).values()]

    async def read(self, form: ApplicationForm, application: str) -> tuple[list[Claim], frozenset[Who]]:
        """Claims as the log has them now, and who of the family is held by another open case."""
        claims: list[Claim] = []
        elsewhere: set[Who] = set()
        for who, subject in self.subjects(form).items():
            stored = await self._history.last(subject)
            claims.append(Claim(subject, application, stored.sequence if stored else 0))
            holder = stored.body.decode() if stored else application
            if holder != application and (await self._history.load(holder)).is_open:
                elsewhere.add(who)
        return claims, frozenset(elsewhere)
