"""A result of the notary's own software: taken as it is, with its file, and labelled wherever it shows. Pure."""

import json
from typing import Any

from allocation.ceremony.act import Act
from allocation.ceremony.posted import rules_of
from allocation.draw.documents import written
from allocation.draw.hashes import sha256
from allocation.draw.rules import Pool
from contracts.case.case import NotAllowed
from contracts.draws import DrawRecord
from contracts.draws.draw import Draw, Stage
from contracts.draws.events import ResultImported, ResultPublished

LISTS = ("drawn", "substitutes", "others")
Lists = dict[str, list[str]]


def import_result(draw: Draw, act: Act, software: str, file: str, result: str) -> tuple[DrawRecord, ...]:
    """Imported and published in one batch. Again with the same file, nothing.

    Raises NotAllowed once dice were thrown, which would be a second draw, and for a result that does not name all
    of the frozen list once, as many as the rules say.
    """
    if draw.imported is not None and draw.imported.file == file:
        return ()
    if draw.stage not in (Stage.FROZEN, Stage.COMMITTED):
        raise NotAllowed(f"draw {draw.id} is {draw.stage}: a result is imported after the list is frozen, before dice")
    body = written({pool.name: _lists_of(draw, pool, _read(result)) for pool in rules_of(draw).pools}).decode()
    imported = ResultImported(**act.where, software=software, file=file, result=body, by=act.by)
    return imported, ResultPublished(**act.where, result=sha256(body.encode()), by=act.by)


def _read(result: str) -> dict[str, Any]:
    try:
        said = json.loads(result)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise NotAllowed("the result is no JSON object of pools")
    return said


def _lists_of(draw: Draw, pool: Pool, said: dict[str, Any]) -> Lists:
    lists = said.get(pool.name)
    if not isinstance(lists, dict) or set(lists) != set(LISTS) or not all(map(_numbers, lists.values())):
        raise NotAllowed(f"pool {pool.name} has the lists {', '.join(LISTS)}, each of draw numbers")
    named = sorted(number for name in LISTS for number in lists[name])
    if named != sorted(it.number for it in draw.entrants if it.pool == pool.name):
        raise NotAllowed(f"pool {pool.name}: the result does not name everybody of the frozen list once")
    due = min(pool.homes, len(named))
    if len(lists["drawn"]) != due:
        raise NotAllowed(f"pool {pool.name}: {len(lists['drawn'])} are drawn, and by the rules {due} are")
    if len(lists["substitutes"]) != min(pool.substitutes, len(named) - due):
        raise NotAllowed(f"pool {pool.name}: by the rules there are {pool.substitutes} substitutes")
    return {name: list(lists[name]) for name in LISTS}


def _numbers(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)
