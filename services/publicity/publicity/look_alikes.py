"""Which entries of the list look alike: by the masked name and the digits that are always shown."""

from collections import defaultdict

from contracts.events.values import PublicEntry
from contracts.text import plain

Look = tuple[str, str, str]
"""Masked name, first four and last four digits."""


class LookAlikes:
    """Who looks how, by application. Ours are known from the decision on: the index sees them a moment later."""

    def __init__(self) -> None:
        self._look_of: dict[str, Look] = {}
        self._who: dict[Look, set[str]] = defaultdict(set)

    def beside(self, entry: PublicEntry) -> bool:
        """Whether another application on the list looks like this one."""
        return bool(self._who.get(_look(entry.name, entry.id_number), set()) - {entry.application})

    def keep(self, application: str, name: str, id_number: str) -> None:
        """From now on this application looks so, with digits 5–6 shown or not."""
        self.forget(application)
        look = _look(name, id_number)
        self._look_of[application] = look
        self._who[look].add(application)

    def forget(self, application: str) -> None:
        """The entry is taken down."""
        look = self._look_of.pop(application, None)
        if look is None:
            return
        self._who[look].discard(application)
        if not self._who[look]:
            del self._who[look]


def _look(name: str, id_number: str) -> Look:
    # In full width or with a variation selector, a name looks the same to whoever reads the list.
    return plain(name), id_number[:4], id_number[-4:]
