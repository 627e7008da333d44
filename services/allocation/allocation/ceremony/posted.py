"""The five files of a draw, byte for byte, from what the log keeps of it. Pure."""

import json
from collections.abc import Iterable, Mapping

from allocation.draw import entrants as lines
from allocation.draw.documents import ENTRANTS, MANIFEST, RESULT, REVEAL, RULES
from allocation.draw.hold import Draw as Result
from allocation.draw.hold import hold
from allocation.draw.reveal import Reveal
from allocation.draw.rules import Rules
from allocation.draw.selection import PoolResult
from contracts.draws.draw import Draw
from contracts.draws.events import Entrant


def rules_of(draw: Draw) -> Rules:
    """As they were announced, when they were checked."""
    assert draw.announced is not None
    return Rules.read(json.loads(draw.announced.rules))


def on_the_list(entrants: Iterable[Entrant]) -> list[lines.Entrant]:
    """Without whose they are: the list names no application."""
    return [lines.Entrant(it.number, it.pool, it.group) for it in entrants]


def entrants_file(draw: Draw) -> bytes:
    return lines.write_entrants(on_the_list(draw.entrants), rules_of(draw))


def reveal_of(draw: Draw, secrets: Mapping[str, str]) -> Reveal:
    """What the ceremony brought to light, the secrets in the order of the rules."""
    assert draw.thrown is not None
    ordered = tuple((party, secrets[party]) for party in rules_of(draw).parties)
    return Reveal(draw.thrown.dice, draw.thrown.public, ordered)


def result_of(draw: Draw, reveal: Reveal) -> Result:
    """Everybody's place, from the files alone."""
    assert draw.manifest is not None
    return hold(rules_of(draw), on_the_list(draw.entrants), draw.manifest.manifest.encode(), reveal)


IMPORTED = "notary-software.txt"
"""What the notary's own software gave."""


def result_now(draw: Draw) -> Result:
    """Of a draw that was held, from its files; of one that the notary's software drew, as it was imported."""
    if draw.imported is None:
        return result_of(draw, reveal_of(draw, draw.secrets))
    said = json.loads(draw.imported.result)
    lists = {pool: PoolResult(**{name: tuple(numbers) for name, numbers in said[pool].items()}) for pool in said}
    return Result("", lists)


def files_of(draw: Draw) -> dict[str, bytes]:
    """What is posted by now, by name; the result only once it was published."""
    found = {}
    if draw.announced is not None:
        found[RULES] = draw.announced.rules.encode()
    if draw.frozen is not None:
        found[ENTRANTS] = entrants_file(draw)
    if draw.manifest is not None:
        found[MANIFEST] = draw.manifest.manifest.encode()
    if draw.held is not None:
        found[REVEAL] = draw.held.reveal.encode()
    if draw.imported is not None:
        found[IMPORTED] = draw.imported.file.encode()
    if draw.published is not None:
        found[RESULT] = result_file(draw)
    return found


def result_file(draw: Draw) -> bytes:
    """Made again from the files of a draw that was held; or as it was imported."""
    return result_now(draw).to_bytes()
