"""From a body to a form, a supplement or a withdrawal, or to everything wrong with it.

Pure. Nothing here repeats what was sent: it may be a person's, and a fault is shown, printed and kept.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json

from contracts.application import (
    Applicant,
    ApplicationForm,
    Consent,
    Member,
    Residence,
    Supplement,
    faults_between_fields,
)
from contracts.events.values import Reason
from contracts.faults import FAULTS, Fault, Faulty, fault
from contracts.model import STORED, Frozen
from contracts.people import valid_id_number

DEEPEST = 20
"""Objects and lists within each other; a form has three levels."""
MOST_FAULTS = 300
"""Enough for every field of a large family; the answer to a body of nonsense stays small."""
MORE = fault("", "more-faults")

CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown-field",
    "string_type": "not-text",
    "bool_type": "not-boolean",
    "tuple_type": "not-list",
    "model_type": "not-object",
    "dict_type": "not-object",
    "too_long": "too-many-items",
    "too_short": "too-few-items",
    "string_too_long": "too-many-characters",
    "string_too_short": "too-few-characters",
}
"""The code of a fault by the type of pydantic's error, where the type alone says it."""

NO_NUMBER = object()
FIELD_NAME = re.compile(r"(?!.*[0-9]{6})[!-~]{1,64}")
"""A key that can be said in a pointer: not long, and no person's name or number."""
Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]


class Withdrawal(Frozen):
    """Why the family takes its application back; it need not say."""

    reason: Reason = "at the family's wish"


def read_form(body: bytes, today: date) -> ApplicationForm | tuple[Fault, ...]:
    """The form in a body, or everything wrong with it; `today` in Asia/Shanghai. Never raises."""
    return _read(body, ApplicationForm, lambda form: faults_between_fields(form, today))


def read_replay(body: bytes) -> ApplicationForm | None:
    """The form in a body by the rules that stored events are read by: it may have come before a rule was new."""
    form = _read(body, ApplicationForm, lambda form: (), STORED)
    return None if isinstance(form, tuple) else form


def read_supplement(body: bytes) -> Supplement | tuple[Fault, ...]:
    """The supplement in a body, or everything wrong with it. Never raises."""
    return _read(body, Supplement, lambda form: ())


def read_withdrawal(body: bytes) -> Withdrawal | tuple[Fault, ...]:
    """The withdrawal in a body, which may be empty, or everything wrong with it. Never raises."""
    return _read(body or b"{}", Withdrawal, lambda form: ())


def faults_from(errors: Sequence[ErrorDetails]) -> tuple[Fault, ...]:
    """Pydantic's errors as places and sentences."""
    return _listed(map(_fault, errors))


def _read(
    body: bytes,
    model: type[Model],
    between_fields: Callable[[Any], tuple[Fault, ...]],
    context: dict[str, bool] | None = None,
) -> Model | tuple[Fault, ...]:
    try:
        text = body.decode("utf-8-sig")
        # Pydantic's parser goes first: it bounds its depth by itself, where Python's would use up the stack.
        form = model.model_validate_json(text, strict=True, context=context)
    except UnicodeDecodeError as error:
        return (fault("", "not-utf-8", byte=error.start + 1),)
    except ValidationError as error:
        return _faults_of_no_form(text, error, between_fields)
    return _listed((*_silently_taken(text), *between_fields(form))) or form


def _faults_of_no_form(
    text: str, error: ValidationError, between_fields: Callable[[Any], tuple[Fault, ...]]
) -> tuple[Fault, ...]:
    try:
        raw = from_json(text)
    except ValueError as malformed:
        return (_malformed(str(malformed)),)
    errors = faults_from(error.errors(include_input=False, include_url=False))
    return _listed((*errors, *_silently_taken(text), *between_fields(_family_in(raw))))


def _family_in(raw: Any) -> ApplicationForm:
    """The people of a form as far as they can be read, so that no fault has to wait for another."""
    form = raw if isinstance(raw, dict) else {}
    people = [form.get("applicant"), *_first(20, form.get("members"))]
    first, *family = (_person_in(person, n) for n, person in enumerate(people))
    return ApplicationForm.model_construct(
        project="",
        channel="",
        applicant=Applicant.model_construct(name="", id_number=first.id_number, phone="", marital_status="single"),
        members=tuple(family),
        residence=Residence.model_construct(division="", address=""),
        documents=(),
        consents=tuple(_consent_in(consent) for consent in _first(40, form.get("consents"))),
    )


def _first(most: int, items: Any) -> list[Any]:
    """As many as a form may have; what follows them is refused unread."""
    return items[:most] if isinstance(items, list) else []


def _person_in(raw: Any, n: int) -> Member:
    """One of them; for a number that is none stands one that nobody has (there is no province 00)."""
    person = raw if isinstance(raw, dict) else {}
    number, relation = _number_in(person) or f"{n:06}200001010000", person.get("relation")
    return Member.model_construct(name="", id_number=number, relation=relation if isinstance(relation, str) else "")


def _consent_in(raw: Any) -> Consent:
    number = _number_in(raw if isinstance(raw, dict) else {})
    return Consent.model_construct(id_number=number or "", given=True, text_version="")


def _number_in(person: dict[str, Any]) -> str | None:
    number = person.get("id_number")
    try:
        return valid_id_number(number) if isinstance(number, str) else None
    except ValueError:
        return None


def _silently_taken(text: str) -> Iterator[Fault]:
    """What a parser takes without a word: a key twice, a number that is none, endless nesting."""
    places: list[tuple[Place, Any]] = [((), value) for value in (_parsed(text),) if _is_looked_at(value)]
    for place, value in places:  # grows while it is read, so that depth costs no stack
        if value is NO_NUMBER:
            yield fault(_pointer(place), "not-a-number")
        elif isinstance(value, list) and len(place) >= DEEPEST:
            yield fault(_pointer(place), "too-deep", levels=DEEPEST)
        elif isinstance(value, _Object):
            if len({key for key, _ in value}) < len(value):
                yield from _keys_twice(place, value)
            places += [((*place, key), item) for key, item in value if _is_looked_at(item)]
        else:
            places += [((*place, n), item) for n, item in enumerate(value) if _is_looked_at(item)]


def _is_looked_at(value: Any) -> bool:
    return isinstance(value, list) or value is NO_NUMBER


def _keys_twice(place: Place, pairs: "_Object") -> Iterator[Fault]:
    for key, times in Counter(key for key, _ in pairs).items():
        if times > 1:
            yield fault(_pointer((*place, key)), "field-twice")


class _Object(list[tuple[str, Any]]):
    """A JSON object as its pairs: a dict would have forgotten a key that came twice."""


def _parsed(text: str) -> Any:
    """Well-formed JSON with its objects as pairs, and NO_NUMBER for NaN, infinities and 1e400."""

    def number(written: str) -> object:
        return float(written) if math.isfinite(float(written)) else NO_NUMBER

    return json.loads(text, object_pairs_hook=_Object, parse_float=number, parse_constant=number)


def _listed(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    found = tuple(dict.fromkeys(faults))
    return found if len(found) <= MOST_FAULTS else (*found[:MOST_FAULTS], MORE)


def _pointer(place: Place) -> str:
    """A JSON pointer (RFC 6901), as far as it can be said: a key that may be a person's stays unsaid."""
    pointer = ""
    for token in map(str, place):
        if not FIELD_NAME.fullmatch(token):
            break
        pointer += "/" + token.replace("~", "~0").replace("/", "~1")
    return pointer


def _fault(error: ErrorDetails) -> Fault:
    place, kind, message = _pointer(error["loc"]), error["type"], error["msg"]
    # A message of pydantic's may quote the input: only limits, positions and our own words are taken from it.
    limit = re.search(r"at (?:most|least) ([0-9]+) (\w+)", message)
    match kind:
        case "json_invalid":
            return _malformed(message)
        case "literal_error":
            return fault(place, "not-a-choice", choices=", ".join(re.findall(r"'([^']*)'", message)))
        case "string_pattern_mismatch":
            return fault(place, _form_of(error["loc"]))
        case "value_error" if isinstance(ours := error.get("ctx", {}).get("error"), Faulty):
            return fault(place, ours.code)
        case "too_long" | "too_short" | "string_too_long" | "string_too_short" if limit:
            return fault(place, CODES[kind], limit=limit[1], unit=limit[2])
    return fault(place, CODES.get(kind, "unexpected"))


def _form_of(place: Place) -> str:
    """The code for a value that a field's pattern refused."""
    field = next((token for token in reversed(place) if isinstance(token, str)), "")
    code = f"form-of-{field.replace('_', '-').removeprefix('hukou-').removesuffix('s')}"
    return code if code in FAULTS else "unexpected"


def _malformed(message: str) -> Fault:
    if "recursion limit" in message:
        return fault("", "too-deep", levels=DEEPEST)
    found = re.search(r"line ([0-9]+) column ([0-9]+)", message)
    en, zh = (f" at {found[0]}", f"（第 {found[1]} 行第 {found[2]} 列）") if found else ("", "")
    return fault("", "not-json", place=en, place_zh=zh)
