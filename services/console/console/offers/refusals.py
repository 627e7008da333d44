"""Why a service refused an act, in the reader's language and at the field that it is about.

Services give their reasons in English sentences. Each that a person can meet by an offered act stands here with its
field and its text; tests/console/unit holds the list against what the services really say.
"""

import re
from collections.abc import Iterable

from chassis.errors import CommandRefused
from chassis.http.pages.language import language_of
from console.bureau.refused import AFTER_THE_POOL, OF_DRAWS
from console.offers.refusal import Refusal
from console.refusals import in_words
from console.unit.refused import OF_THE_UNIT
from console.visit import Visit
from contracts.case.states import State
from contracts.draws.draw import Stage
from procedures.hainan_2025.titles import STATES

NAMED = re.compile(r"(?P<place>[a-z0-9_/]+): ")
"""How the detail of a request that is not valid begins: with the place of the fault."""


def refusal_of(visit: Visit, refused: CommandRefused, fields: Iterable[str]) -> tuple[str, str]:
    """The field, empty for the act as a whole, and why. What nobody foresaw is said as the service said it."""
    known = {*fields}
    if foreseen := in_the_list(visit, f"{refused.title}: {refused.detail}"):
        name, said = foreseen
        return name if name in known else "", said
    place = NAMED.match(refused.detail)
    name = place["place"].replace("/", ".") if place and refused.status == 422 else ""
    return name if name in known else "", visit.say("decide.refused", detail=in_words(visit, refused))


def in_the_list(visit: Visit, sentence: str) -> tuple[str, str] | None:
    """The field and the text of a sentence that was foreseen."""
    for one in REFUSALS:
        if found := re.search(one.sentence, sentence):
            words = {name: _word(visit, name, word) for name, word in found.groupdict("").items()}
            return one.field, visit.say(one.key, **words)
    return None


def _word(visit: Visit, name: str, word: str) -> str:
    """A state by its title; everything else is a name or a number."""
    if name == "state" and word in {*map(str, State)}:
        return str(getattr(STATES[State(word)], language_of(visit.request)))
    return visit.say("stage." + word) if name == "stage" and word in {*map(str, Stage)} else word


REFUSALS: tuple[Refusal, ...] = (*OF_DRAWS, *AFTER_THE_POOL, *OF_THE_UNIT)
