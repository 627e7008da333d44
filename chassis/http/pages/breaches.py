"""Where browsers say that a page broke its content policy: counted for each app, and seldom a line of the log.

Anybody may post here, so what is sent is neither read nor repeated: it may name what was typed.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Response

from chassis.telemetry.metrics import CONTENT_BREACHES

log = logging.getLogger(__name__)

PATH = "/csp-reports"
EVERY = 60.0
"""Seconds between two lines of one app."""


@dataclass
class Breaches:
    """Of one app."""

    app: str
    steady: Callable[[], float] = time.monotonic
    _said: float = field(default=float("-inf"))

    def __post_init__(self) -> None:
        CONTENT_BREACHES.labels(self.app)

    async def take(self) -> Response:
        CONTENT_BREACHES.labels(self.app).inc()
        if self.steady() - self._said >= EVERY:
            self._said = self.steady()
            log.error("a browser says that a page of %s broke its content policy", self.app)
        return Response(status_code=204)
