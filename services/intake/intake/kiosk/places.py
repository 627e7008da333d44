"""Where on the screens a fault of the form belongs: its JSON pointer leads to the screen and to the field. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chassis.http.pages.language import Language
from contracts.faults import Fault
from intake.kiosk.screens import SCREENS, Screen


@dataclass(frozen=True)
class Place:
    """A fault as it is shown: on which screen, at which field, whose it is, and what to do."""

    screen: Screen | None
    """None: of the form as a whole."""
    field: str
    """The id of its element."""
    names: tuple[str, ...]
    """The steps of its pointer, such as members, 0, name: what it is called is made of them."""
    sentence: str


def places(faults: Iterable[Fault], language: Language) -> tuple[Place, ...]:
    """Every fault where it belongs, in the order of the screens."""
    found = [_place(fault, language) for fault in faults]
    order = {screen: n for n, screen in enumerate(SCREENS)}
    return tuple(sorted(found, key=lambda place: order[place.screen] if place.screen else -1))


def of(screen: Screen, found: Iterable[Place]) -> tuple[Place, ...]:
    """Those of one screen."""
    return tuple(place for place in found if place.screen == screen)


def at_the_field(found: Iterable[Place]) -> Mapping[str, str]:
    """Sentences by the id of the field; of several at one field each is said."""
    errors: dict[str, list[str]] = {}
    for place in found:
        errors.setdefault(place.field, []).append(place.sentence)
    return {field: " · ".join(dict.fromkeys(sentences)) for field, sentences in errors.items()}


def _place(fault: Fault, language: Language) -> Place:
    names = tuple(fault.pointer.split("/")[1:])
    screen = next((screen for screen in SCREENS if names[:1] == (screen.part,)), None)
    return Place(screen, "-".join(names), names, fault.detail_zh if language == "zh" else fault.detail)
