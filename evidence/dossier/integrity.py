"""Whether a dossier is whole: its shape, its seal and every part under it, its writing, and its register.

Each check yields what does not hold, the first thing first; what it says of the case is verify_dossier's.
"""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from contracts.jws import SEAL, WrongSignature, kid_of, thumbprint, verify
from contracts.key_register import ENTRIES, LIANSHEN, Register
from evidence.dossier.format import OF_A_QUESTION, OF_A_RECORD, OPTIONAL, TOP, Part, manifest, read_entry, written


def integrity_faults(dossier: Part, body: bytes, trusted: Collection[str]) -> Iterator[str]:
    """What tells that the file is not the one that was sealed; `trusted` are ids of seal keys, none for any."""
    yield from _shape(dossier)
    yield from _seal(dossier, trusted)
    if written(dossier).encode() != body:
        yield f"the file is written another way than it was made, from byte {_first_difference(dossier, body)} on"
    yield from _unreadable(dossier)


def unregistered(dossier: Part, register: Register) -> Iterator[str]:
    """What is wrong with its register: entries out of place or left out, or a seal's key that did not count."""
    counted: dict[str, int] = {}
    for entry in dossier["register"]:
        event = read_entry(entry)
        where = f"register entry {entry['sequence']} ({entry['subject']})"
        if ENTRIES.subject_of(event) != entry["subject"]:
            yield f"{where}: what it says does not belong there"
        if event.n != counted.get(event.holder, 0) + 1:
            yield f"{where}: an entry before it is missing"
        counted[event.holder] = event.n
    seal = register.of(LIANSHEN).keys[kid_of(dossier["seal"])]
    if not seal.counts_at(datetime.fromisoformat(dossier["made_at"])):
        yield "seal: its key was revoked, or did not count, when the dossier was made"


def _shape(dossier: Part) -> Iterator[str]:
    """Nothing may stand in a dossier that no seal covers."""
    if unknown := (dossier.keys() - OPTIONAL) ^ TOP:
        yield f"{sorted(unknown)[0]}: it is missing, or belongs to no dossier"
    for record in (*dossier["records"], *dossier["register"], *dossier.get("batches", ())):
        if unknown := record.keys() ^ OF_A_RECORD:
            yield f"record {record.get('sequence')}: {sorted(unknown)[0]} is missing, or belongs to no record"
    for question in dossier["questions"]:
        if unknown := question.keys() ^ OF_A_QUESTION:
            name = question.get("department")
            yield f"question to {name}: {sorted(unknown)[0]} is missing, or belongs to no question"


def _seal(dossier: Part, trusted: Collection[str]) -> Iterator[str]:
    """The seal, and by it every part."""
    kid = _kid_of_seal(dossier["seal"])
    if kid is None:
        yield "seal: it cannot be read"
        return
    if trusted and kid not in trusted:
        yield f"seal: it is under key {kid}, which is none of those you trust"
    keys = {}
    for entry in dossier["register"]:
        said = json.loads(entry["body"]) if f".{LIANSHEN}." in entry["subject"] else {}
        if said.get("use") == "seal":
            # The id is all that a reader knows of our key: another key under it would open another seal.
            if thumbprint(said["x"]) != said["kid"]:
                yield f"register entry {entry['sequence']} ({entry['subject']}): its key is not the one its id is of"
            keys[said["kid"]] = said["x"]
    if kid not in keys:
        yield f"seal: its key {kid} stands in no register entry of the dossier"
        return
    try:
        sealed = json.loads(verify(dossier["seal"], keys[kid], SEAL))
    except WrongSignature as wrong:
        yield f"seal: {wrong}"
        return
    was, now = sealed["parts"], manifest(dossier)["parts"]
    for (old_name, old_hash), (name, digest) in zip(was, now, strict=False):
        if old_name != name:
            yield _moved(old_name, name, [part for part, _ in was], [part for part, _ in now])
        if old_hash != digest:
            yield f"{name}: it was changed"
    if len(was) > len(now):
        yield f"{was[len(now)][0]}: it is missing"
    if len(now) > len(was):
        yield f"{now[len(was)][0]}: it was added"


def _moved(old: str, found: str, was: list[str], now: list[str]) -> str:
    """What happened where another part stands than the one that was sealed there."""
    if now.count(found) > was.count(found):
        return f"{found}: it " + ("stands twice" if found in was else "was added")
    return f"{old}: it is not where it belongs, {found} stands there" if old in now else f"{old}: it is missing"


def _kid_of_seal(token: Any) -> str | None:
    try:
        return kid_of(token)
    except (WrongSignature, AttributeError):
        return None


def _first_difference(dossier: Part, body: bytes) -> int:
    right = written(dossier).encode()
    return next((n for n, (one, other) in enumerate(zip(right, body, strict=False)) if one != other), len(right))


def _unreadable(dossier: Part) -> Iterator[str]:
    for entry in dossier["register"]:
        try:
            read_entry(entry)
        except (LookupError, ValueError):
            where = f"register entry {entry['sequence']} ({entry['subject']})"
            yield f"{where}: it is no entry of a register, or its key is not the one its id is of"
