"""Looks at a case by people of the bureau, from their own stream: a page is sent once its record is there."""

from typing import Protocol

from nats.aio.client import Client
from pydantic import ValidationError

from chassis.errors import ChassisError
from chassis.log.history import History
from chassis.timing import Timing
from contracts.looks import STREAM, Look, looks_at
from contracts.model import STORED


class Looks(Protocol):
    """Where looks are read."""

    async def at(self, application: str) -> tuple[Look, ...] | None:
        """Every look at one case, in order; None where they cannot be read now."""


class NoLooks:
    """Where nobody but the household can look."""

    async def at(self, application: str) -> tuple[Look, ...] | None:
        return ()


class LookLog:
    """The stream of looks; a case is shown without it, and that is said."""

    def __init__(self, nc: Client, timing: Timing) -> None:
        self._history = History(nc, STREAM, timing)
        self._started = False

    async def at(self, application: str) -> tuple[Look, ...] | None:
        try:
            if not self._started:
                await self._history.start()
                self._started = True
            found = await self._history.under(looks_at(application))
            return tuple(Look.model_validate_json(item.body, context=STORED) for item in found)
        except (ChassisError, ValidationError):
            return None
