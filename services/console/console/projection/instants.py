"""Instants as the projection stores them: whole milliseconds since 1970, UTC. Pure."""

from datetime import UTC, datetime, timedelta
from typing import overload

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


@overload
def stored(at: datetime) -> int: ...
@overload
def stored(at: None) -> None: ...
def stored(at: datetime | None) -> int | None:
    return None if at is None else (at - EPOCH) // MILLISECOND


@overload
def read(at: int) -> datetime: ...
@overload
def read(at: None) -> None: ...
def read(at: int | None) -> datetime | None:
    return None if at is None else EPOCH + at * MILLISECOND
