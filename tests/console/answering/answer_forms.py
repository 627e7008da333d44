"""A form of an answer as a browser posts it."""

from typing import Any


def typed(*persons: tuple[str, list[dict[str, str]]], **more: str) -> dict[str, str]:
    """Each person's kind and rows, and what else is posted, such as the button."""
    fields: dict[str, Any] = dict(more)
    for n, (kind, rows) in enumerate(persons):
        fields[f"p{n}-rows"] = str(len(rows))
        if kind:
            fields[f"p{n}-kind"] = kind
        fields |= {f"p{n}-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()}
    return fields
