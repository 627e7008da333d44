"""The one table of what an answer may say together: kinds × rows × persons. What contradicts itself decides nothing.

A contradiction is `cannot_determine`, so a person's matter; what is no answer, `inquiry.parse_answer` says. Pure.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from contracts.inquiries import Kind, PersonAnswer

ROWS: dict[Kind, bool] = {
    "found": True,
    "none": False,
    "not_matched": False,
    "cannot_determine": False,
    "refused": False,
    "deferred": False,
}
"""Whether rows go with the kind said of one person: with `found` at least one, with any other none."""

OF_PERSONS: dict[Kind, frozenset[Kind]] = {
    "found": frozenset({"found", "none", "not_matched", "cannot_determine", "refused"}),
    "none": frozenset({"none", "not_matched", "cannot_determine", "refused"}),
    "not_matched": frozenset({"not_matched", "cannot_determine", "refused"}),
    "cannot_determine": frozenset({"none", "not_matched", "cannot_determine", "refused"}),
    "refused": frozenset({"refused"}),
    "deferred": frozenset({"deferred"}),
}
"""Which kinds persons may have under each kind of the whole."""

SAYS_SO: dict[Kind, frozenset[Kind]] = {kind: frozenset({kind}) for kind in ROWS} | {
    "cannot_determine": frozenset({"cannot_determine", "refused"})
}
"""Of these, at least one person must have one."""

OF_EVERYBODY: frozenset[Kind] = frozenset({"none", "not_matched", "cannot_determine", "refused", "deferred"})
"""The kinds that may be said of nobody in particular, and are said of all then; `found` names who."""


def contradiction_about(kind: Kind, rows: int, with_name: bool) -> str | None:
    """What contradicts itself in what is said of one person; None if nothing does."""
    if ROWS[kind] and not rows:
        return "found, and no row says what"
    if rows and not ROWS[kind]:
        return f"{kind}, and rows beside it"
    if kind == "not_matched" and not with_name:
        return "not_matched, by a department that is asked without names"
    return None


def contradiction_of_the_whole(
    kind: Kind, persons: Sequence[Kind], others: Sequence[Kind], with_name: bool
) -> str | None:
    """Whether the kind of the whole fits the kinds said of the persons asked about, and of `others` beside them.

    If nobody asked about is named it is said of all, unless others are named.
    """
    if not persons:
        return _contradiction_about_everybody(kind, bool(others), with_name)
    if beyond := sorted({*persons, *others} - OF_PERSONS[kind]):
        return f"{kind} as a whole, and {beyond[0]} of a person"
    if not SAYS_SO[kind] & set(persons):
        return f"{kind} as a whole, and of no person"
    return None


def _contradiction_about_everybody(kind: Kind, others_named: bool, with_name: bool) -> str | None:
    if kind not in OF_EVERYBODY:
        return f"{kind}, and nobody is named"
    if kind == "not_matched" and not with_name:
        return "not_matched, by a department that is asked without names"
    if kind in ("none", "not_matched") and others_named:
        return f"{kind}, and only others are named"
    return None


def merged(entries: Iterable[PersonAnswer]) -> tuple[PersonAnswer, str | None]:
    """Several entries about one person as one: the same kind merges, with the same rows once or with other rows each.

    Two kinds contradict each other, and so do listings that share some of their rows; then the reason comes along, and
    the entry says nothing.
    """
    first, *others = entries
    if not others:
        return first, None
    if any(other.kind != first.kind for other in others):
        kinds = " and ".join(sorted({first.kind, *(other.kind for other in others)}))
        return nothing_of(first.id_number), f"one person twice, as {kinds}"
    listings = [Counter(map(_written, entry.records)) for entry in (first, *others)]
    different = [listing for n, listing in enumerate(listings) if listing not in listings[:n]]
    together = sum(different, Counter())
    if any(row in one for n, one in enumerate(different) for other in different[n + 1 :] for row in other):
        return nothing_of(first.id_number), "one person twice, with rows that stand in both and rows that do not"
    as_said = {_written(row): row for entry in (first, *others) for row in entry.records}
    rows = tuple(as_said[row] for row in together.elements())
    return first.model_copy(update={"records": rows}), None


def _written(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, default=str)


def nothing_of(id_number: str) -> PersonAnswer:
    return PersonAnswer.model_construct(id_number=id_number, kind="cannot_determine", records=())
