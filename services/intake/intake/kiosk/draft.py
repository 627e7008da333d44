"""What a family has typed so far: kept here while it sits at the kiosk, never in a URL, never on a disk. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Block = Mapping[str, str]
"""The fields of one person, place or home, as they were typed."""


@dataclass(frozen=True)
class Draft:
    """One application before it is sent; what is not filled in is empty, and `read_form` says what is wrong."""

    project: str = ""
    applicant: Block = field(default_factory=dict)
    members: tuple[Block, ...] = ()
    residence: Block = field(default_factory=dict)
    declared_housing: tuple[Block, ...] = ()
    documents: tuple[str, ...] = ()
    consents: Mapping[str, str] = field(default_factory=dict)
    """The version of the text that was shown, by the ID number of whoever consented."""
    done: frozenset[str] = frozenset()
    """The screens that were sent without a fault."""

    @property
    def people(self) -> tuple[Block, ...]:
        """Everybody on the form, applicant first."""
        return (self.applicant, *self.members)


def as_body(draft: Draft, channel: str) -> bytes:
    """The form as any kiosk posts it; a field that is empty is left out, so that it is told to be filled in."""
    form: dict[str, Any] = {
        "channel": channel,
        "applicant": _filled(draft.applicant),
        "members": [_filled(member) for member in draft.members],
        "residence": _filled(draft.residence),
        "declared_housing": [_filled(home) for home in draft.declared_housing],
        "documents": list(draft.documents),
        "consents": list(_consents(draft)),
    }
    if draft.project:
        form["project"] = draft.project
    return json.dumps(form, ensure_ascii=False).encode()


def number_of(person: Block) -> str:
    """A person's ID number as it is compared."""
    return person.get("id_number", "").upper()


def has_consented(draft: Draft, person: Block) -> bool:
    return number_of(person) in draft.consents


def _filled(block: Block) -> dict[str, str]:
    return {name: typed for name, typed in block.items() if typed}


def _consents(draft: Draft) -> Iterator[dict[str, Any]]:
    """In the order of the form, of those who are on it: who was taken off has consented to nothing."""
    for person in draft.people:
        if has_consented(draft, person):
            number = number_of(person)
            yield {"id_number": number, "given": True, "text_version": draft.consents[number]}
