"""The one base of everything that is written down: frozen, closed, and silent about the values it refuses."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo

Value = TypeVar("Value")

STORED = {"stored": True}
"""The validation context of everything that is read back from the log: it was checked by the rules of its own day."""


class Frozen(BaseModel):
    """A value that never changes. Its errors never repeat the input, which may be a person's."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Shown(BaseModel):
    """Something that is answered. Fields may be added: whoever reads it passes over what it does not know."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


def when_new(check: Callable[[Value], Value]) -> AfterValidator:
    """A check for what comes in, and not for what stands in the log: a rule that is new makes nothing unreadable."""

    def checked(value: Value, info: ValidationInfo) -> Value:
        return value if info.context is STORED else check(value)

    return AfterValidator(checked)
