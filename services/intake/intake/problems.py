"""What is wrong with a request, said so that a clerk can mend it (RFC 9457).

Pure. Nothing here repeats what was sent: it may be a person's, and a problem is shown, printed and kept.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json

from contracts.application import (
    Applicant,
    ApplicationForm,
    Consent,
    Fault,
    Member,
    Residence,
    Supplement,
    faults_between_fields,
)
from contracts.events import Reason
from contracts.model import STORED, Frozen
from contracts.people import valid_id_number

MEDIA_TYPE = "application/problem+json"


class Withdrawal(Frozen):
    """Why the family takes its application back; it need not say."""

    reason: Reason = "at the family's wish"


class Problem(Frozen):
    """One problem as RFC 9457 has it; `retry_after`, in seconds, goes into the header, not the body."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: tuple[Fault, ...] = ()
    retry_after: int | None = None

    def body(self) -> bytes:
        """The response body, of media type `MEDIA_TYPE`; members that say nothing are left out."""
        silent = {"retry_after"} if self.errors else {"retry_after", "errors"}
        return self.model_dump_json(exclude=silent, exclude_none=True).encode()


@dataclass(frozen=True)
class Kind:
    """A kind of problem; its `detail` is what is said where the occasion has nothing better."""

    name: str
    status: int
    title: str
    detail: str
    errors: tuple[Fault, ...] = ()
    retry_after: int | None = None

    def problem(
        self,
        detail: str | None = None,
        errors: Sequence[Fault] = (),
        instance: str | None = None,
        retry_after: int | None = None,
    ) -> Problem:
        """This problem as it happened here; `instance` is a relative URI without anything personal."""
        return Problem(
            type=f"/problems/{self.name}",
            title=self.title,
            status=self.status,
            detail=detail or self.detail,
            instance=instance,
            errors=tuple(errors) or self.errors,
            retry_after=retry_after or self.retry_after,
        )


INVALID_BODY = Kind(
    "invalid-body",
    422,
    "The form cannot be taken",
    "Correct every place listed and send it again; no case was opened.",
)
MISSING_IDEMPOTENCY_KEY = Kind(
    "missing-idempotency-key",
    422,
    "A header is missing",
    "Without its own key a request that is sent twice would open two cases.",
    (Fault(pointer="", detail="send Idempotency-Key once: 1 to 200 visible ASCII characters, new for each form"),),
)
KEY_REUSED = Kind(
    "key-reused",
    409,
    "The key belongs to another body",
    "This Idempotency-Key has opened a case with another body; use a new key for a new application.",
)
WRONG_STATE = Kind(
    "wrong-state",
    409,
    "Not possible any more, or not yet",
    "Look up where the application stands, then decide again.",
)
UNKNOWN_APPLICATION = Kind(
    "unknown-application",
    404,
    "No such application",
    "No application has this number and receipt secret; type both again as the receipt shows them.",
)
UNCHANGED = "Correct every place listed and send it again; the case stays as it was."
"""Said with INVALID_BODY about a supplement or a withdrawal: the case is open already."""
TOO_LARGE = Kind(
    "too-large", 413, "The body is too large", "Send the form alone; papers are handed in at the counter."
)
TOO_SLOW = Kind(
    "too-slow",
    408,
    "The body did not come in time",
    "Send the same body again, an application with the same Idempotency-Key; nothing happens twice.",
)
UNSUPPORTED_MEDIA_TYPE = Kind(
    "unsupported-media-type", 415, "Not JSON", "Send the form as application/json in UTF-8, not compressed."
)
UNAVAILABLE = Kind(
    "unavailable",
    503,
    "Not possible at the moment",
    "Send the same again after the time in Retry-After, an application with the same Idempotency-Key; "
    "nothing happens twice.",
    retry_after=10,
)

KINDS: tuple[Kind, ...] = (
    INVALID_BODY,
    MISSING_IDEMPOTENCY_KEY,
    KEY_REUSED,
    WRONG_STATE,
    UNKNOWN_APPLICATION,
    TOO_LARGE,
    TOO_SLOW,
    UNSUPPORTED_MEDIA_TYPE,
    UNAVAILABLE,
)
"""Every problem there is."""

# --- from a body to a form, or to its faults ----------------------------------------------------------------

DEEPEST = 20
"""Objects and lists within each other; a form has three levels."""
MOST_FAULTS = 300
"""Enough for every field of a large family; the answer to a body of nonsense stays small."""
MORE = Fault(pointer="", detail="there are more faults than listed; correct these first")
TOO_DEEP = f"too many objects or lists within each other; at most {DEEPEST} levels are taken"

SENTENCES = {
    "missing": "add this field",
    "extra_forbidden": "unknown field; remove it or check its spelling",
    "string_type": "write text in quotation marks",
    "bool_type": "write true or false, without quotation marks",
    "tuple_type": "write a list in square brackets",
    "model_type": "write an object in curly brackets",
    "dict_type": "write an object in curly brackets",
}
"""What to do about an error of pydantic's, by its type, where the type alone says it."""

WORD = "letters, digits and . _ - only"
FORMS = {
    "phone": "write a mobile number: 11 digits beginning with 1, with or without +86 before them",
    "division": "write the six digits of the division (GB/T 2260), such as 150303",
    "hukou_division": "write the six digits of the division (GB/T 2260), such as 150303",
    "township": "write the nine digits of the township, such as 150303103",
    "relation": "write spouse or child, in small letters",
    "documents": "write the document's name in small letters, digits and _, such as application_form",
    "name": "write the name in one line, without spaces before or after it",
    "project": f"write the project's name, {WORD}, such as HN-2026-01",
    "channel": f"write the channel's name, {WORD}, such as kiosk-03",
    "text_version": f"write the version of the consent's text, {WORD}, such as 2025-1",
}
"""What a field must look like, where a pattern refused it."""

UNEXPECTED = "this is not what the form has here; compare it with the description of the form"
NO_NUMBER = object()
FIELD_NAME = re.compile(r"(?!.*[0-9]{6})[!-~]{1,64}")
"""A key that can be said in a pointer: not long, and no person's name or number."""
Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]


def read_form(body: bytes, today: date) -> ApplicationForm | tuple[Fault, ...]:
    """The form in a body, or everything wrong with it; `today` in Asia/Shanghai. Never raises."""
    return _read(body, ApplicationForm, lambda raw: faults_between_fields(_family_in(raw), today))


def read_replay(body: bytes) -> ApplicationForm | None:
    """The form in a body by the rules that stored events are read by: it may have come before a rule was new."""
    form = _read(body, ApplicationForm, lambda raw: (), STORED)
    return None if isinstance(form, tuple) else form


def read_supplement(body: bytes) -> Supplement | tuple[Fault, ...]:
    """The supplement in a body, or everything wrong with it. Never raises."""
    return _read(body, Supplement, lambda raw: ())


def read_withdrawal(body: bytes) -> Withdrawal | tuple[Fault, ...]:
    """The withdrawal in a body, which may be empty, or everything wrong with it. Never raises."""
    return _read(body or b"{}", Withdrawal, lambda raw: ())


def faults_from(errors: Sequence[ErrorDetails]) -> tuple[Fault, ...]:
    """Pydantic's errors as places and sentences."""
    return _listed(Fault(pointer=_pointer(error["loc"]), detail=_sentence(error)) for error in errors)


def _read(
    body: bytes,
    model: type[Model],
    between_fields: Callable[[Any], tuple[Fault, ...]],
    context: dict[str, bool] | None = None,
) -> Model | tuple[Fault, ...]:
    try:
        text = body.decode("utf-8-sig")
        # Pydantic's parser goes first: it bounds its depth by itself, where Python's would use up the stack.
        raw = from_json(text)
    except UnicodeDecodeError as error:
        detail = f"the body is not UTF-8 at byte {error.start + 1}; send it in UTF-8"
        return (Fault(pointer="", detail=detail),)
    except ValueError as error:
        return (Fault(pointer="", detail=_malformed(str(error))),)
    faults = (*_silently_taken(text), *between_fields(raw))
    try:
        form = model.model_validate_json(text, strict=True, context=context)
    except ValidationError as error:
        errors = error.errors(include_input=False, include_url=False, include_context=False)
        return _listed((*faults_from(errors), *faults))
    return _listed(faults) or form


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
    places: list[tuple[Place, Any]] = [((), _parsed(text))]
    for place, value in places:  # grows while it is read, so that depth costs no stack
        if value is NO_NUMBER:
            yield Fault(pointer=_pointer(place), detail="this is no number that can be kept; correct it")
        elif isinstance(value, list) and len(place) >= DEEPEST:
            yield Fault(pointer=_pointer(place), detail=TOO_DEEP)
        elif isinstance(value, _Object):
            for key, times in Counter(key for key, _ in value).items():
                if times > 1:
                    detail = "a field is written more than once here; write it once"
                    yield Fault(pointer=_pointer((*place, key)), detail=detail)
            places += [((*place, key), item) for key, item in value]
        elif isinstance(value, list):
            places += [((*place, n), item) for n, item in enumerate(value)]


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


def _sentence(error: ErrorDetails) -> str:
    kind, message = error["type"], error["msg"]
    if kind in SENTENCES:
        return SENTENCES[kind]
    if kind == "string_pattern_mismatch":
        field = next((token for token in reversed(error["loc"]) if isinstance(token, str)), "")
        return FORMS.get(field, UNEXPECTED)
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", message)
        return f"write one of: {', '.join(words)}"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    if kind == "json_invalid":
        return _malformed(message)
    # Any other message of pydantic's may quote the input: only its limits are taken from it.
    limit = re.search(r"at (?:most|least) [0-9]+ \w+", message)
    return f"write {limit[0]}" if limit and "too_" in kind else UNEXPECTED


def _malformed(message: str) -> str:
    if "recursion limit" in message:
        return TOO_DEEP
    position = re.search(r"line [0-9]+ column [0-9]+", message)
    place = f" at {position[0]}" if position else ""
    return f"the body is not well-formed JSON{place}; send one JSON object"
