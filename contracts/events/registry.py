"""How the events of one kind of stream are named, read and written: cases, and the register of keys, alike."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Generic, Protocol, TypeVar

from pydantic import TypeAdapter

from contracts.model import STORED


class Writable(Protocol):
    """An event of any stream: a frozen model that says when it happened and where it stands within its own."""

    tail: ClassVar[str]

    @property
    def at(self) -> datetime: ...

    def model_dump_json(self, *, exclude_defaults: bool = ...) -> str: ...


E = TypeVar("E", bound=Writable)


class Registry(Generic[E]):
    """The events that may stand under one kind of stream, such as `case.{application}`."""

    def __init__(self, stream: str, kinds: Iterable[type[E]]) -> None:
        self.prefix = stream.partition(".")[0]
        self.by_name: dict[str, type[E]] = {kind.__name__: kind for kind in kinds}
        self._adapters: dict[str, TypeAdapter[E]] = {name: TypeAdapter(kind) for name, kind in self.by_name.items()}
        self.addresses = {kind: f"{stream}.{kind.tail}" for kind in self.by_name.values()}
        """Where each kind stands, its ids named: `case.{application}.determined.{round}`."""

    def read(self, name: str, body: bytes) -> E:
        """An event from the log. Raises LookupError for an unknown name, ValueError for a body that does not fit."""
        return self._adapters[name].validate_json(body, context=STORED)

    def write(self, event: E) -> bytes:
        return event.model_dump_json(exclude_defaults=False).encode()

    def subject_of(self, event: E) -> str:
        """Where an event stands: `case.<application>.<tail>`."""
        return self.addresses[type(event)].format_map(event.__dict__)

    def subjects_of(self, kind: type[E]) -> str:
        """All subjects of one kind of event, as a bus filter: `case.*.answered.*.*`."""
        return ".".join("*" if token.startswith("{") else token for token in self.addresses[kind].split("."))
