"""What an SMS gateway's 2xx reply says: many answer 200 and put their "no" into a field of the body. Pure."""

import json
import re
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 64 * 1024
"""Bytes of a reply that are read; none that says yes or no is longer."""
_CODE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
MOST_DIGITS = 6
"""Digits of a code that is shown: a phone or ID number has more."""


@dataclass(frozen=True)
class DeliveredIf:
    """One field of the reply's JSON body and the value by which it says that the message was taken.

    `Code=OK`, or with dots and places into what is nested: `Response.SendStatusSet.0.Code=Ok`.
    """

    path: tuple[str, ...]
    value: str

    @classmethod
    def parse(cls, setting: str) -> "DeliveredIf":
        field, _, value = setting.partition("=")
        return cls(tuple(field.split(".")), value)

    def refusal(self, body: bytes) -> str | None:
        """None where the reply says yes, else what it says instead: its code if that is one, nothing else of it."""
        field = ".".join(self.path)
        try:
            found = _at(json.loads(body, object_pairs_hook=_once), self.path)
        except (ValueError, RecursionError):
            return "with no JSON that can be read"
        except LookupError:
            return f"without the field {field}"
        said = found if isinstance(found, str) else json.dumps(found)
        if said == self.value:
            return None
        return f"and {field} {said if is_code(said) else '(something that is no code)'}, not {self.value}"


def is_code(said: str) -> bool:
    """Whether it may stand in the log of the case: short, of plain characters, and no number of a person."""
    return bool(_CODE.fullmatch(said)) and sum(character.isdigit() for character in said) <= MOST_DIGITS


def _at(found: Any, path: tuple[str, ...]) -> Any:
    """Raises LookupError where there is no such field, or where it holds no single value."""
    for step in path:
        if isinstance(found, list):
            if not step.isdecimal():
                raise LookupError(step)
            found = found[int(step)]
        elif isinstance(found, dict):
            found = found[step]
        else:
            raise LookupError(step)
    if isinstance(found, dict | list):
        raise LookupError("not one value")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice, and two readers would read two things")
    return found
