"""The fields of an act: what each takes, how it is typed into a page, and as what the command is given it. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from console.reasons import REASON, read_reason
from contracts.draws.events import Dice
from contracts.events.allocation import BankReference, Sha256
from contracts.events.values import SubjectToken
from contracts.local_time import SHANGHAI
from contracts.money import Yuan
from contracts.numbers import parse_application_number
from contracts.projects.events import Title

Kind = Literal[
    "line",
    "words",
    "token",
    "reference",
    "number",
    "yuan",
    "day",
    "instant",
    "choice",
    "box",
    "application",
    "hex",
    "figures",
]
Count = Annotated[int, Field(ge=1, le=999)]
INPUTS: Mapping[Kind, str] = {"day": "date", "instant": "datetime-local"}
"""How it is typed, if not as text."""
KEYS: Mapping[Kind, str] = {"yuan": "decimal", "number": "numeric", "figures": "numeric"}
"""Which keys a telephone shows."""


@dataclass(frozen=True)
class Asks:
    """One field of an act. A dot in its name leads into the request: `per_m2.land`."""

    name: str
    kind: Kind = "line"
    optional: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    """Of a choice: what the command is given, and what a person reads, which may be the key of a text."""
    value: str = ""
    """What stands there at first."""

    @property
    def choices(self) -> Mapping[str, str]:
        """With none chosen first."""
        return {"": "—", **self.options}

    @property
    def input(self) -> str:
        return INPUTS.get(self.kind, "text")

    @property
    def keys(self) -> str:
        return KEYS.get(self.kind, "")


def _yuan(typed: str) -> str:
    return str(TypeAdapter(Yuan).validate_python(typed))


def _hex(typed: str) -> str:
    """As it stands on a paper, with blanks and capitals as it may be written there."""
    return str(TypeAdapter(Sha256).validate_python("".join(typed.split()).lower()))


def _figures(typed: str) -> str:
    return str(TypeAdapter(Dice).validate_python("".join(typed.split())))


def _day(typed: str) -> str:
    return date.fromisoformat(typed).isoformat()


def _instant(typed: str) -> str:
    """A browser sends the time on the wall, without a zone: here that is Wuhai's."""
    at = datetime.fromisoformat(typed)
    return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).isoformat()


READ: Mapping[Kind, Callable[[str], Any]] = {
    "line": TypeAdapter(Title).validate_python,
    "words": lambda typed: REASON.validate_python(read_reason(typed)),
    "token": TypeAdapter(SubjectToken).validate_python,
    "reference": TypeAdapter(BankReference).validate_python,
    "number": TypeAdapter(Count).validate_python,
    "yuan": _yuan,
    "day": _day,
    "instant": _instant,
    "choice": str,
    "box": bool,
    "application": parse_application_number,
    "hex": _hex,
    "figures": _figures,
}
"""What is typed, as the command takes it. Each raises ValueError for what it never takes."""


@dataclass(frozen=True)
class Read:
    """What was typed, as a request; `wrong` maps a field to the key of the text that says what to type."""

    request: dict[str, Any]
    wrong: dict[str, str]


def read(asks: Iterable[Asks], typed: Mapping[str, str]) -> Read:
    """Every fault at once; what is left empty and may be is not sent."""
    request: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for one in asks:
        value = typed.get(one.name, "")
        if not value:
            if not one.optional:
                wrong[one.name] = "asks.missing"
            continue
        try:
            if one.kind == "choice" and value not in one.options:
                raise ValueError(one.name)
            _put(request, one.name, READ[one.kind](value))
        except (ValueError, ValidationError):
            wrong[one.name] = f"asks.wrong.{one.kind}"
    return Read(request, wrong)


def _put(request: dict[str, Any], name: str, value: Any) -> None:
    *way, last = name.split(".")
    for step in way:
        request = request.setdefault(step, {})
    request[last] = value
