"""Why somebody does something, as it is typed into a page and as a case can keep it."""

from pydantic import TypeAdapter, ValidationError

from contracts.events.values import Reason

REASON: TypeAdapter[str] = TypeAdapter(Reason)


def read_reason(typed: str) -> str:
    """A browser counts the end of a line as one character and sends two (WHATWG HTML, 4.10.21.7)."""
    return typed.replace("\r\n", "\n")


def wrong_reason(reason: str) -> str | None:
    """The key of the text that says why no event can hold it; None if one can."""
    try:
        REASON.validate_python(reason)
    except ValidationError as error:
        return "decide.long_reason" if error.errors()[0]["type"] == "string_too_long" else "decide.no_reason"
    return None
