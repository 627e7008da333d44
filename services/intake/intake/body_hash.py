"""What tells two bodies under one Idempotency-Key apart: what they say, however it is written (RFC 8259, 1)."""

import hashlib
import json
import re
from decimal import Decimal
from typing import Any

from contracts.application import ApplicationForm
from procedures.hainan_2025.completeness import without_outside_consents

VERSION = "v2:"
SMALL_X = re.compile(r"[0-9]{17}x")


def body_hash(form: ApplicationForm) -> str:
    """The hash a case keeps of its body: the same for every order of keys and every spelling of a number."""
    return VERSION + hashlib.sha256(canonical(form)).hexdigest()


def is_body_of(form: ApplicationForm, stored: str | None) -> bool:
    """Whether a form is the body that opened a case, of which this hash is stored."""
    return stored == body_hash(form) or stored == _before_v2(form)


def canonical(form: ApplicationForm) -> bytes:
    """The form as it is stored, in one spelling."""
    content = _plain(without_outside_consents(form).model_dump(mode="json"))
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    """1 for 1.0 and 1e0, X for the x of an ID number, wherever they stand: `declared_housing` may hold anything."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case float() if value.is_integer():
            return int(Decimal(repr(value)))  # as it was written: int(1e23) is another number
        case str() if SMALL_X.fullmatch(value):
            return value.upper()
    return value


def _before_v2(form: ApplicationForm) -> str:
    """The hash of cases that were opened until November 2026: their logs are replayed to as well.

    It is over the text that the model makes, and must stay as it is; keys in `declared_housing` count in their order.
    """
    return hashlib.sha256(without_outside_consents(form).model_dump_json().encode()).hexdigest()
