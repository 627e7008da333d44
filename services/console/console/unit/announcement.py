"""An announcement as it is typed into a form: one field a matter, pools and homes a line each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from console.offers.fields import Asks, read
from contracts.projects.events import Announcement

WAYS, STOCKS = ("offline", "online"), ("new", "purchased")
FIELDS: tuple[Asks, ...] = (
    Asks("project", "token"),
    Asks("title", "line"),
    Asks("place", "line"),
    Asks("way", "choice", options=dict.fromkeys(WAYS, "")),
    Asks("stock", "choice", options=dict.fromkeys(STOCKS, "")),
    Asks("registration_opens", "day"),
    Asks("registration_closes", "day"),
    Asks("method", "words"),
)
DEPOSIT = (Asks("amount", "yuan", optional=True), Asks("working_days", "number", optional=True))
POOL, HOME = ("name", "substitutes"), ("code", "building", "floor", "area", "pool")
"""What stands in a line, in order; behind those of a pool `GROUP=HOMES` for each reserved group."""


@dataclass(frozen=True)
class Fault:
    """What is wrong at a field: the key of its text, and the words that fill it in."""

    field: str
    key: str
    words: Mapping[str, object]


@dataclass(frozen=True)
class Typed:
    """What was typed as an announcement, and every fault of it."""

    says: dict[str, Any]
    faults: tuple[Fault, ...]


def read_form(typed: Mapping[str, str]) -> Typed:
    """All faults at once; without one it is an announcement that can be sent."""
    found = read(FIELDS, typed)
    faults = [Fault(name, key, {}) for name, key in found.wrong.items()]
    says = dict(found.request)
    if typed.get("deposit") == "yes":
        deposit = read(DEPOSIT, typed)
        faults += [Fault(name, key, {}) for name, key in deposit.wrong.items()]
        says["deposit"] = deposit.request
    for field, part in (("pools", _pool), ("homes", _home)):
        lines = [line for line in typed.get(field, "").splitlines() if line.strip()]
        if not lines:
            faults.append(Fault(field, "asks.missing", {}))
        says[field] = [part([cell.strip() for cell in line.replace("，", ",").split(",")]) for line in lines]
    return Typed(says, tuple(faults) or faults_of(says))


def _pool(cells: list[str]) -> dict[str, Any]:
    named, groups = dict(zip(POOL, cells, strict=False)), [cell.partition("=") for cell in cells[len(POOL) :] if cell]
    return {**named, "reserved": [{"group": group.strip(), "homes": homes.strip()} for group, _, homes in groups]}


def _home(cells: list[str]) -> dict[str, Any]:
    beyond = {"more": cells[len(HOME) :]} if len(cells) > len(HOME) else {}
    return {**dict(zip(HOME, cells, strict=False)), **beyond}


def faults_of(says: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Every fault of an announcement by the contract of the command, a line of a list by its number."""
    try:
        Announcement.model_validate(says)
    except ValidationError as wrong:
        errors = wrong.errors(include_input=False, include_context=False, include_url=False)
        return tuple(_fault(error["loc"], error["msg"]) for error in errors)
    return ()


LINES = {"pools": "announce.wrong.pools", "homes": "announce.wrong.homes"}


def _fault(place: tuple[int | str, ...], message: str) -> Fault:
    if not place:
        return _together(message)
    field = str(place[0])
    if field in LINES and len(place) > 1:
        what = ".".join(str(step) for step in place[2:])
        return Fault(field, LINES[field], {"line": int(place[1]) + 1, "what": what})
    kinds = {one.name: one.kind for one in FIELDS}
    return Fault(field, f"asks.wrong.{kinds[field]}" if field in kinds else "announce.wrong.unknown", {"what": field})


TOGETHER: Mapping[str, tuple[str, str]] = {
    "registration closes before it opens": ("registration_closes", "announce.wrong.window"),
    "a home is listed twice": ("homes", "announce.wrong.home_twice"),
    "a pool is named twice": ("pools", "announce.wrong.pool_twice"),
    "has no home": ("pools", "announce.wrong.pool_empty"),
    "reserves more homes than it has": ("pools", "announce.wrong.reserved"),
    "belongs to a pool that is not named": ("homes", "announce.wrong.pool_unknown"),
}
"""What does not fit together, by the words of the contract."""


def _together(message: str) -> Fault:
    found = next((said for words, said in TOGETHER.items() if words in message), ("file", "announce.wrong.unknown"))
    return Fault(*found, {"what": message.removeprefix("Value error, ")})
