"""A1: a home is held by at most one family at a time. Pure."""

from collections.abc import Iterator

from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.states import State
from contracts.events import ContractSigned, Event, HandedOver, HomeChosen
from contracts.homes import HomeRecord
from contracts.homes.home import HomeFile, evolve

S = State
HOLDS = frozenset({S.HOME_CHOSEN, S.CONTRACT_SIGNED, S.PRICE_SETTLED, S.HANDED_OVER, S.EXIT_PROPOSED})
"""In these a family has a right to its home, and its file names it."""


class Homes:
    """The file of each home, as far as the log was read."""

    def __init__(self) -> None:
        self._files: dict[str, HomeFile] = {}

    def take(self, item: Recorded[HomeRecord]) -> Iterator[str]:
        home = self._file(item.event.home)
        try:
            self._files[home.code] = evolve(home, item)
        except NotAllowed as refusal:
            yield f"A1 {refusal}"

    def of_case(self, case: Case, event: Event) -> Iterator[str]:
        """File and case are written in one batch, the choice after the file."""
        if not isinstance(event, HomeChosen | ContractSigned | HandedOver):
            return
        if isinstance(event, ContractSigned | HandedOver) and case.allocation.home != event.home:
            yield f"A1 {type(event).__name__} is about home {event.home}, which the family did not choose"
        yield from self._of_another(event.home, event.application)

    def at_rest(self, case: Case) -> Iterator[str]:
        home = case.allocation.home
        if home is not None and case.state in HOLDS:
            yield from self._of_another(home, case.application)

    def _of_another(self, home: str, application: str) -> Iterator[str]:
        holder = self._file(home).application
        if holder != application:
            yield f"A1 the family has home {home}, which by its file is held by {holder or 'nobody'}"

    def project_of(self, home: str) -> str | None:
        """Which project offers it."""
        return self._file(home).project

    def _file(self, home: str) -> HomeFile:
        return self._files.get(home, HomeFile(home))
