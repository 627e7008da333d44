"""What each field of a contract asks a person for: its label, how it is typed, and the words it may hold. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from contracts.bilingual import Bilingual
from procedures.codes import Meaning
from procedures.hainan_2025.pages.field_titles import CODES, FIELDS
from procedures.records import Record, fields_of, meanings_of

Control = Literal["choice", "text", "day"]
WRITTEN = {
    "day": "answer.wrong.day",
    "person": "answer.wrong.person",
    "area in m²": "answer.wrong.area",
    "text": "answer.wrong.text",
}
"""By what kind of value a field holds; any other is a code."""
YES_NO = {"yes": Bilingual("是", "yes"), "no": Bilingual("否", "no")}


@dataclass(frozen=True)
class Cell:
    """One field of a row, as a form has it."""

    name: str
    label: Bilingual
    hint: str
    """What its contract says of it, in the contract's own words."""
    control: Control
    wrong: str
    """The key of the text that says how it is written."""
    options: Mapping[str, Bilingual] = field(default_factory=dict)
    is_yes_or_no: bool = False


def cells_of(record: type[Record]) -> tuple[Cell, ...]:
    """In the order of the contract."""
    return tuple(_cell(record, said, name) for said, name in fields_of(record).items())


def _cell(record: type[Record], said: str, name: str) -> Cell:
    meaning = meanings_of(record)[said]
    label = FIELDS.get(said, Bilingual(said, said))
    hint = record.model_fields[name].description or ""
    options = _options(said, meaning)
    control: Control = "choice" if options else "day" if meaning.name == "day" else "text"
    return Cell(said, label, hint, control, _wrong(meaning), options, meaning.name == "yes or no")


def _options(said: str, meaning: Meaning) -> Mapping[str, Bilingual]:
    if meaning.name == "yes or no":
        return YES_NO
    if meaning.name != "one of":
        return {}
    return {word: CODES.get((said, word), Bilingual(word, word)) for word in meaning.of.split()}


def _wrong(meaning: Meaning) -> str:
    return WRITTEN.get(meaning.name, "answer.wrong.code")
