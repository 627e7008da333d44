"""What must hold of every dirty answer: the clean outcome or a person's word, and a doubt that can be read."""

import unicodedata
from collections.abc import Iterator

from contracts.inquiries import Answer
from tests.dirty.bases import Base
from tests.dirty.through import Result
from tests.rules.rules_world import CHILD, MAN, OUTSIDER, WIFE

PEOPLE = (MAN, WIFE, CHILD, OUTSIDER)
BORN = tuple({number[:14] for number in PEOPLE} | {number[:6] + number[8:14] for number in PEOPLE})
"""Division and birth date, as numbers of 18 and of 15 digits begin."""


def same_or_review(base: Base, found: Result) -> Iterator[str]:
    """Why an outcome is another one; nothing where it is the clean one, or a person looks at it."""
    if found.outcome not in (base.outcome, "review"):
        yield f"{found.outcome} instead of {base.outcome}"
    if found.condition not in (base.condition, "check") and not (base.condition is None and found.outcome == "review"):
        yield f"G20 {found.condition} instead of {base.condition}"


def no_number_of_a_person(found: Result) -> Iterator[str]:
    """However it is mistyped, in width or with blanks and dashes between."""
    plain = unicodedata.normalize("NFKC", found.stored).replace(" ", "").replace("-", "")
    if any(born in plain for born in BORN):
        yield "a person's number stands in it"


def said_what_was_not_understood(base: Base, field: str, answer: Answer, found: Result) -> Iterator[str]:
    """Where a value that was not understood makes another outcome, its department, field and value stand there."""
    if (found.outcome, found.condition) == (base.outcome, base.condition):
        return
    doubts = [row["not_understood"][field] for row in rows_of(answer) if field in row.get("not_understood", {})]
    department = base.department.replace("-", " ")
    for said in doubts:
        sentence = f"{department} says '{said}' as {field} of ".casefold()
        if not any(sentence in text.casefold() for text in found.texts):
            yield f"nobody is told of {said!r}"


SAID_OF_A_PERSON = ("somebody, beside a marital status that has no spouse",)


def shown(value: object, answer: Answer, field: str, found: Result) -> Iterator[str]:
    """What was not understood is shown as it was said, in one line, escaped, and not all of it."""
    if not all(text.isprintable() for text in found.texts):
        yield "what is said of it moves the cursor, or cannot be seen"
    for row in rows_of(answer):
        said = row.get("not_understood", {}).get(field)
        if said is None:
            continue
        if len(said) > 65 + 6 * 64:
            yield f"{len(said)} characters are shown"
        if field.endswith("id_number"):
            if said not in SAID_OF_A_PERSON and "no ID number" not in said:
                yield f"{said!r} is shown of a person"
        elif isinstance(value, str) and value.isprintable() and value[:40] not in said and "*" not in said:
            yield f"{said!r} is shown of {value[:40]!r}"


def rows_of(answer: Answer) -> list[dict[str, dict[str, str]]]:
    return [row for person in answer.persons for row in person.records]
