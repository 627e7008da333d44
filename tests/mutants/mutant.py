"""A mutant: one change of one module, the tests that go red on it, and why it matters.

They stand in the text files beside this one: `==` names the module, `by:` the tests that kill what follows; then come
a sentence that says why, the text that stands there once after `-`, and what stands there in the mutant after `+`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
KILLERS = {
    "answers": "tests/asking/test_reading.py",
    "articles": "tests/rules/test_rules_by_article.py",
    "bans": "tests/rules/test_bans.py",
    "breaker": "tests/asking/test_breaker.py",
    "codes": "tests/contracts/test_codes.py",
    "completeness": "tests/intake/test_completeness.py",
    "decides": "tests/rules/test_determination_decides.py",
    "elsewhere": "tests/dirty/test_dirt_elsewhere.py",
    "envelopes": "tests/dirty/test_dirty_envelopes.py",
    "grown": "tests/rules/test_a_grown_child.py",
    "hashes": "tests/contracts/test_contract_hashes.py",
    "homes": "tests/rules/test_homes_by_article.py",
    "kinds": "tests/asking/test_answer_kinds.py",
    "properties": "tests/rules/test_rules_properties.py",
    "recorded": "tests/recorded/test_what_stands_in_the_log_stays_true.py"
    "::test_every_invariant_of_the_recorded_log_still_holds",
    "readings": "tests/contracts/test_readings.py",
    "reading-1": "tests/rules/test_the_first_reading.py",
    "clean": "tests/dirty/test_one_dirty_value.py::test_the_clean_case_comes_out_as_it_should",
    "dirty": "tests/dirty/test_one_dirty_value.py"
    "::test_a_dirty_value_changes_nothing_or_is_told_to_a_person_who_decides",
    "emptied": "tests/dirty/test_one_dirty_value.py"
    "::test_nothing_stated_changes_nothing_or_is_a_persons_matter_unless_it_means_something",
    "under-way": "tests/recorded/test_cases_under_way.py",
    "free-text": "tests/dirty/test_two_dirty_values.py::test_a_persons_number_in_a_free_text_is_repeated_nowhere",
}
"""Of `dirty[ban]` the case in brackets is run alone."""


@dataclass(frozen=True)
class Mutant:
    """`path` is below the checkout; `killers` are tests as pytest names them."""

    path: str
    before: str
    after: str
    why: str
    killers: tuple[str, ...]

    def __str__(self) -> str:
        return f"{Path(self.path).stem}: {self.why}"

    @property
    def module(self) -> str:
        parts = Path(self.path).with_suffix("").parts
        return ".".join(parts[2:] if parts[0] == "services" else parts)

    @property
    def source(self) -> str:
        """The module with the change. Raises ValueError if the text to change does not stand there once."""
        text = (ROOT / self.path).read_text(encoding="utf-8")
        if text.count(self.before) != 1:
            raise ValueError(f"{self.path} has this {text.count(self.before)} times: {self.before}")
        return text.replace(self.before, self.after)


def killer(word: str) -> str:
    name, bracket, rest = word.partition("[")
    return KILLERS[name] + bracket + rest


def _read(text: str) -> Iterator[Mutant]:
    path, killers = "", ()
    for block in re.split(r"\n\s*\n", text.strip()):
        before, after, why = [], [], ""
        for line in block.split("\n"):
            if line.startswith("=="):
                path = line[2:].strip()
            elif line.startswith("by:"):
                killers = tuple(killer(word.strip()) for word in line[3:].split(";"))
            elif line[:2] in ("- ", "-"):
                before.append(line[2:])
            elif line[:2] in ("+ ", "+"):
                after.append(line[2:])
            else:
                why = line.strip()
        if before:
            yield Mutant(path, "\n".join(before), "\n".join(after), why, killers)


@cache
def mutants(folder: str) -> tuple[Mutant, ...]:
    """Every mutant of the files of one folder, `rules` or `edge`."""
    files = sorted((Path(__file__).parent / folder).glob("*.txt"))
    return tuple(mutant for file in files for mutant in _read(file.read_text(encoding="utf-8")))
