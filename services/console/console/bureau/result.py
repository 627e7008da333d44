"""The result of a draw, made again from its files once it is published, so that a second start shows the same."""

import json

from console.bureau.rules import rules_of
from contracts.draws.draw import Draw
from evidence.allocation.places import result_of


def drawn(draw: Draw) -> dict[str, list[str]]:
    """The draw numbers of each pool in their order. Needs a draw that was held, or imported, with its list."""
    if draw.imported is not None:
        return {pool: lists["drawn"] for pool, lists in json.loads(draw.imported.result).items()}
    rules = rules_of(draw)
    _, places = result_of(draw, rules)
    lists: dict[str, list[str]] = {pool: [] for pool in rules["pools"]}
    for (number, pool), place in sorted(places.items(), key=lambda item: item[1].place):
        if place.fate == "drawn":
            lists[pool].append(number)
    return lists
