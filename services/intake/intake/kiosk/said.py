"""What the screens call things, in the language of their reader: choices, places, and where a fault is. Pure."""

from collections.abc import Callable, Iterable, Mapping

from chassis.http.pages.language import Language
from contracts.bilingual import Bilingual
from intake.kiosk.places import Place
from intake.kiosk.screens import ELSEWHERE
from procedures.hainan_2025 import titles

Say = Callable[..., str]
MEMBERS_MAY_BE = ("spouse", "child")
IN_A_LIST = {"members": "members.nth", "declared_housing": "housing.nth"}
FIELDS = frozenset(
    {
        *("name", "id_number", "phone", "marital_status", "hukou_division", "relation"),
        *("division", "township", "address", "area", "owner", "project"),
    }
)


def choices(table: Mapping[str, Bilingual], language: Language, only: Iterable[str] = ()) -> dict[str, str]:
    """The options of a field by their values."""
    return {name: getattr(table[name], language) for name in only or table}


def divisions(language: Language, say: Say) -> dict[str, str]:
    """Where somebody lives: the divisions of the city, and everywhere else by its code."""
    return {**choices(titles.DIVISIONS, language), ELSEWHERE: say("division.elsewhere")}


def on_top(found: Iterable[Place], say: Say) -> dict[str, str]:
    """Each fault with the name of its field, for the list at the top of a page."""
    return {place.field: named(place, say) for place in found}


def named(place: Place, say: Say) -> str:
    """The sentence of a fault behind what it is about: `第2位家庭成员 证件号码：…`."""
    called = []
    if len(place.names) > 1 and place.names[0] in IN_A_LIST and place.names[1].isdigit():
        called.append(say(IN_A_LIST[place.names[0]], n=int(place.names[1]) + 1))
    if place.names and place.names[-1] in FIELDS:
        called.append(say(f"field.{place.names[-1]}"))
    return say("fault.named", what=" ".join(called), sentence=place.sentence) if called else place.sentence
