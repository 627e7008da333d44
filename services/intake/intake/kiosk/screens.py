"""The screens of the journey, in their order, and what each reads of a posted form into the draft. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count, takewhile

from chassis.http.pages.posted import Posted
from intake.kiosk.draft import Block, Draft, number_of

APPLICANT = ("name", "id_number", "phone", "marital_status", "hukou_division")
MEMBER = ("name", "id_number", "relation")
RESIDENCE = ("division", "township", "address")
HOME = ("address", "area", "owner")
ELSEWHERE = "elsewhere"
"""What is chosen where a place is in no list: then its code is typed."""


@dataclass(frozen=True)
class Screen:
    """One section of the form: `/NAME` on the kiosk, `/part` in a fault's pointer."""

    name: str
    part: str
    read: Callable[[Draft, Posted], Draft]

    @property
    def path(self) -> str:
        return f"/{self.name}"


def _project(draft: Draft, posted: Posted) -> Draft:
    return replace(draft, project=posted.one("project"))


def _applicant(draft: Draft, posted: Posted) -> Draft:
    return _people_changed(draft, replace(draft, applicant=_block(posted, "applicant", APPLICANT)))


def _members(draft: Draft, posted: Posted) -> Draft:
    return _people_changed(draft, replace(draft, members=_blocks(posted, "members", MEMBER)))


def _residence(draft: Draft, posted: Posted) -> Draft:
    return replace(draft, residence=_block(posted, "residence", RESIDENCE))


def _housing(draft: Draft, posted: Posted) -> Draft:
    return replace(draft, declared_housing=_blocks(posted, "declared_housing", HOME))


def _documents(draft: Draft, posted: Posted) -> Draft:
    return replace(draft, documents=tuple(dict.fromkeys(posted.all("documents"))))


def _consents(draft: Draft, posted: Posted) -> Draft:
    """Consent is given to the text that was shown, whatever is current by now."""
    people = {number_of(person) for person in draft.people} - {""}
    ticked = [number for number in posted.all("consents") if number in people]
    return replace(draft, consents=dict.fromkeys(ticked, posted.one("text_version")))


SCREENS = (
    Screen("project", "project", _project),
    Screen("applicant", "applicant", _applicant),
    Screen("members", "members", _members),
    Screen("residence", "residence", _residence),
    Screen("housing", "declared_housing", _housing),
    Screen("documents", "documents", _documents),
    Screen("consents", "consents", _consents),
)
"""Every screen of the form."""
CHECK = "/check"


def after(draft: Draft) -> str:
    """Where to go on: the first screen that is not done, or the answers to be checked."""
    return next((screen.path for screen in SCREENS if screen.name not in draft.done), CHECK)


def stays(posted: Posted) -> bool:
    """Whether a person or home is added or taken off: then the screen is shown again, and nothing is checked yet."""
    return posted.has("add") or posted.has("remove")


def _people_changed(before: Draft, draft: Draft) -> Draft:
    """Who is new is asked for consent, too; whoever is on the form no more has consented to nothing."""
    numbers = {number_of(person) for person in draft.people}
    kept = {number: version for number, version in draft.consents.items() if number in numbers}
    asked_before = {number_of(person) for person in before.people}
    done = draft.done if numbers <= asked_before else draft.done - {"consents"}
    return replace(draft, consents=kept, done=done)


def _block(posted: Posted, prefix: str, fields: tuple[str, ...]) -> Block:
    return {name: _value(posted, f"{prefix}-{name}") for name in fields}


def _value(posted: Posted, name: str) -> str:
    chosen = posted.one(name)
    return posted.one(f"{name}-code") if chosen == ELSEWHERE else chosen


def _blocks(posted: Posted, part: str, fields: tuple[str, ...]) -> tuple[Block, ...]:
    """Those of a list, without the one that is taken off and those left empty, and with an empty one to be filled."""
    there = takewhile(lambda n: posted.under(f"{part}-{n}-"), count())
    found = [_block(posted, f"{part}-{n}", fields) for n in there if str(n) != posted.one("remove")]
    kept = [block for block in found if any(block.values())]
    return (*kept, dict.fromkeys(fields, "")) if posted.has("add") else tuple(kept)
