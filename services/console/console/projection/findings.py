"""What was found under which article: the rules of a determination, the grounds of a refusal. Codes only. Pure."""

import json
from collections.abc import Iterator
from contextlib import suppress

REFUSED, TO_DO = "refused", "condition"
"""Beside what a rule finds: a ground of a refusal, and what is to be done before moving in."""

WITH_FINDINGS = frozenset({"DeterminationMade", "ApplicationRefused"})


def found(kind: str, body: bytes) -> Iterator[tuple[str, str, str]]:
    """Article, rule and what was found, one by one; nothing where a body cannot be read."""
    with suppress(ValueError, LookupError, TypeError):
        if kind == "DeterminationMade":
            said = json.loads(body)
            yield from ((one["article"], one["rule"], one["truth"]) for one in said["findings"])
            yield from ((one["article"], one["rule"], TO_DO) for one in said.get("conditions", ()))
        elif kind == "ApplicationRefused":
            yield from ((one["article"], one["rule"], REFUSED) for one in json.loads(body)["grounds"])
