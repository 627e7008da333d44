"""The check of a whole draw from its five files: holds it again and compares; the first thing wrong is named."""

from collections.abc import Mapping
from typing import Any

from allocation.draw.documents import ENTRANTS, MANIFEST, NAMES, RESULT, REVEAL, RULES, read_documents
from allocation.draw.entrants import need_once, read_entrants
from allocation.draw.faults import need
from allocation.draw.hold import Draw, hold
from allocation.draw.manifest import need_files_of
from allocation.draw.reveal import read_reveal
from allocation.draw.rules import Rules


def check(files: Mapping[str, bytes]) -> Draw:
    """The draw that the files give. Raises DoesNotHold."""
    for name in NAMES:
        need(name in files, "missing-file", f"{name} is not there or cannot be read")
    found = read_documents(files)
    rules = Rules.read(found[RULES])
    need_files_of(found[MANIFEST], files[RULES], files[ENTRANTS])
    entrants = read_entrants(files[ENTRANTS], rules)
    need_once(entrants)
    reveal = read_reveal(found[REVEAL], found[MANIFEST], rules)
    draw = hold(rules, entrants, files[MANIFEST], reveal)
    need_places(found[RESULT], draw)
    return draw


def need_places(result: Any, draw: Draw) -> None:
    """Raises DoesNotHold with the first pool, list and place that differ, and who should be there."""
    published = result if isinstance(result, dict) else {}
    for pool, expected in draw.pools.items():
        found = published.get(pool)
        lists = found if isinstance(found, dict) else {}
        for name, applications in expected.lists().items():
            _need_list(f"{pool}, {name}", lists.get(name), applications)
        _need(len(lists) == len(expected.lists()), f"{pool}: a list is missing or too many")
    _need(len(published) == len(draw.pools), f"{RESULT} has a pool that the rules have not")


def _need_list(where: str, found: Any, expected: list[str]) -> None:
    # Whatever is no list differs in its first place, even where nobody stands.
    published = found if isinstance(found, list) else [None]
    for at in range(max(len(published), len(expected))):
        due = expected[at] if at < len(expected) else "nobody"
        _need(published[at : at + 1] == expected[at : at + 1], f"{where}, place {at + 1}: {due} should be there")


def _need(holds: bool, sentence: str) -> None:
    need(holds, "wrong-place", sentence)
