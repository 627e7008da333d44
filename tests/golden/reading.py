"""All that these tests ask of the product, as plain JSON: the one file to touch if its names or shapes change.

What a recording holds is never touched. A field that came after it is named in ADDED, and left out of the comparison
if the recording has no such field.
"""

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from nacl.secret import Aead
from pydantic import BaseModel

from chassis.log.history import History
from chassis.log.journal import STREAM
from chassis.log.stored import Stored, read_record, server_time
from chassis.log.stored import recorded as read_stored
from chassis.process.keys import make_keys
from contracts.bans import BAN_EVENTS
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.describe import line
from contracts.draws import DRAW_EVENTS
from contracts.draws import draw as draws
from contracts.events import DeterminationMade
from contracts.homes import HOME_EVENTS
from contracts.homes import home as homes
from contracts.key_register import ENTRIES, fold_register
from contracts.projects import PROJECT_EVENTS
from contracts.projects import project as projects
from evidence.archive.chain import GENESIS, ChainLine, next_line, read_head, record_bytes
from evidence.archive.check import Report, check
from evidence.audit import audit
from evidence.dossier.verify import verify
from evidence.dossier.write import prove
from lianshen.cases.cases import line_of
from lianshen.demo.results import Posted, result
from procedures.hainan_2025.determination import facts_of, judge, outcome
from procedures.hainan_2025.letters import Desk
from procedures.hainan_2025.rules import conditions
from procedures.registry import PROCEDURES
from tests.golden.recorded_bus import Record, RecordedBus
from tests.support.notices import notice_of

ADDED = frozenset({"project", "openings", "resumes", "allocation", "owners", "deferred_by_clerk", "own_ban", "rental"})
"""Names of fields that came after a recording."""
DESK = Desk("海南区物业与住房服务中心", "the service centre", drill=True)
Json = Any


def comparable(now: Json, then: Json) -> Json:
    """`now` without what had no name `then`."""
    if isinstance(now, dict) and isinstance(then, dict):
        return {
            name: comparable(value, then.get(name)) for name, value in now.items() if name in then or name not in ADDED
        }
    if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        return [comparable(one, other) for one, other in zip(now, then, strict=True)]
    return now


def plain(value: Any) -> Json:
    """A value of the product as JSON: fields by name, sets sorted, keys of several parts joined."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, str | Decimal) else value


def _key(key: Any) -> str:
    return "/".join(map(str, key)) if isinstance(key, tuple) else str(key)


def stored(record: Record) -> Stored:
    at, body = server_time(record["stored_at"]), record["body"].encode()
    return Stored(record["subject"], record["sequence"], at, record["headers"], body)


def histories(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records of each case, by its number."""
    found: dict[str, list[Record]] = {}
    for record in records:
        kind, number = record["subject"].split(".")[:2]
        if kind == "case":
            found.setdefault(number, []).append(record)
    return found


def events_of(records: Iterable[Record]) -> list[Recorded]:
    return [read_stored(stored(record)) for record in records]


def folded(number: str, records: Iterable[Record]) -> Case:
    case = Case(number)
    for item in events_of(records):
        case = evolve(case, item)
    return case


def case_as_json(number: str, records: list[Record], now: str, notice_key: str) -> dict[str, Json]:
    """A case: its fold, what its family and officers are shown and told, its story, and whom it waits for."""
    case, history, events = folded(number, records), [stored(record) for record in records], events_of(records)
    return {
        "state": plain(case),
        "view": PROCEDURES.view(case),
        "follow": [line(item) for item in events],
        "notices": list(notices(tuple(events), bytes.fromhex(notice_key))),
        "worklist": line_of(number, history, datetime.fromisoformat(now)).as_dict(),
        "result": result(Posted("", 202, number), case),
    }


def notices(history: tuple[Recorded, ...], key: bytes) -> Iterator[Json]:
    """Every notice that the story asks for, as it goes into the folder."""
    for item in history:
        outgoing = notice_of(history, item.event, "folder", DESK, key)
        if outgoing is not None:
            yield plain(outgoing)


def register_as_json(records: Iterable[Record]) -> Json:
    """The register of departments and keys that the log amounts to."""
    entries = (record for record in records if record["subject"].startswith("register."))
    events = [ENTRIES.read(record["headers"]["ce-type"], record["body"].encode()) for record in entries]
    return plain(fold_register(events))


BESIDE: Mapping[str, tuple[Any, Callable[[str], Any], Callable[[Any, Any], Any]]] = {
    "project": (PROJECT_EVENTS, projects.SaleProject, projects.evolve),
    "draw": (DRAW_EVENTS, draws.Draw, draws.evolve),
    "home": (HOME_EVENTS, homes.HomeFile, homes.evolve),
    "ban": (BAN_EVENTS, lambda _: (), lambda before, item: (*before, item.event)),
}
"""What stands beside the cases, by how its subject begins: its events, a file nobody wrote in, and its fold."""


def beside_as_json(records: Iterable[Record]) -> dict[str, Json]:
    """Every project, draw, home and ban as the log has it, by kind and name."""
    found: dict[str, Any] = {}
    for record in records:
        kind, *rest = record["subject"].split(".")
        if kind in BESIDE:
            name = ".".join(rest[:2]) if kind == "draw" else rest[0]
            events, new, evolve_one = BESIDE[kind]
            of_it = f"{kind} {name}"
            found[of_it] = evolve_one(found.get(of_it, new(name)), read_record(events, stored(record)))
    return {of_it: plain(one) for of_it, one in found.items()}


def determinations(number: str, records: list[Record]) -> Iterator[tuple[Json, Json]]:
    """Each determination as it stands in the log, and made again from the answers that it lists."""
    case = Case(number)
    for item in events_of(records):
        made = item.event
        if isinstance(made, DeterminationMade):
            yield made.model_dump(mode="json"), {**made.model_dump(mode="json"), **_determined_again(case, made)}
        case = evolve(case, item)


def _determined_again(case: Case, made: DeterminationMade) -> dict[str, Json]:
    listed = {key: answer for key, answer in case.answers.items() if answer.sequence in made.used}
    evidence = facts_of(dataclasses.replace(case, answers=listed), made.as_of, made.reading)
    findings = judge(evidence)
    return {
        "outcome": outcome(findings),
        "findings": plain(findings),
        "conditions": plain(conditions(evidence)),
        "used": sorted(answer.sequence for answer in listed.values()),
    }


def archive_lines(records: Iterable[Record], key: str) -> list[ChainLine]:
    """The archive of a log: each record encrypted, and chained to the one before."""
    lines: list[ChainLine] = []
    box, chain = Aead(bytes.fromhex(key)), GENESIS
    for record in records:
        item = stored(record)
        body = record_bytes(item.subject, record["stored_at"], item.headers, item.body)
        lines.append(next_line(item.sequence, body, chain, box))
        chain = lines[-1].chain
    return lines


def write_archive(folder: Path, records: list[Record], key: str, heads: str) -> Path:
    """The archive's files: the lines made again, beside the heads as they were sealed."""
    folder.mkdir()
    lines = archive_lines(records, key)
    text = "".join(f"{line.text}\n" for line in lines)
    (folder / f"CASES-{1:020}.jsonl").write_text(text, encoding="ascii")
    (folder / "heads.jws").write_text(heads, encoding="ascii")
    return folder


def checked_archive(folder: Path, keys: Mapping[str, str]) -> Report:
    return check(folder, {keys["seal_kid"]: keys["seal_x"]}, Aead(bytes.fromhex(keys["archive"])))


def head_of(token: str, x: str) -> tuple[int, str]:
    """Until which record a head was sealed, and the chain value there."""
    head = read_head(token, x)
    return head.sequence, head.chain


async def audited(records: list[Record], archive: Path) -> list[str]:
    return await audit(RecordedBus(records), archive=archive)  # type: ignore[arg-type]


def dossier_fault(text: str, kid: str) -> tuple[str | None, list[str], list[str]]:
    """What is wrong with a dossier, what it says, and on which keys it relies."""
    checked = verify(text.encode(), {kid})
    return checked.fault, checked.says, checked.relies_on


async def proved_again(records: list[Record], number: str, archive: Path, keys: Path) -> dict[str, Json]:
    """A dossier from the recorded log, without what is another each time: when it was made, and the seal on that."""
    make_keys(keys)
    text = await prove(RecordedBus(records), number, keys, archive)  # type: ignore[arg-type]
    return without_seal(json.loads(text or "null"))


def without_seal(dossier: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in dossier.items() if name not in ("made_at", "seal")}


async def read_by_history(records: list[Record], number: str) -> Json:
    """A case as the services load it: by a multi-get from the bus."""
    history = History(RecordedBus(records), STREAM)  # type: ignore[arg-type]
    await history.start()
    return plain(await history.load(number))
