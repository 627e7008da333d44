"""Why another service refused, in the reader's language: the services themselves give details in English only."""

from chassis.errors import CommandRefused
from chassis.http.pages.language import language_of
from console.visit import Visit
from contracts.case.case import NotAllowed

KEYS = {404: "refused.404", 409: "refused.409", 422: "refused.422", 503: "refused.503"}


def in_words(visit: Visit, refusal: Exception) -> str:
    """A CommandRefused, NotAllowed or another ChassisError."""
    said = visit.say(KEYS.get(_status(refusal), "refused.other"))
    return said if language_of(visit.request) == "zh" else f"{said} ({refusal})"


def _status(refusal: Exception) -> int:
    if isinstance(refusal, CommandRefused):
        return refusal.status
    return 409 if isinstance(refusal, NotAllowed) else 503
