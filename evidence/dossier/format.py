"""The shape of a dossier: how it is written, its parts by name, and its records as the log had them. Pure."""

import json
from collections.abc import Iterator
from typing import Any

from chassis.log.stored import Stored, recorded, server_time
from contracts.case.case import Recorded
from contracts.jws import sha256
from contracts.key_register import ENTRIES, RegisterEvent

FORMAT = "lianshen-dossier/1"
OF_A_RECORD = frozenset({"sequence", "subject", "stored_at", "headers", "body"})
OF_A_QUESTION = frozenset({"question_id", "department", "round", "body"})
TOP = frozenset(
    {
        *("format", "application", "made_at", "records", "register", "questions", "policy", "archive_head"),
        "seal",
    }
)
OPTIONAL = frozenset({"batches"})
"""Not there where no answer came in a batch: so it was written before there were batches."""

Part = dict[str, Any]


def written(value: Any) -> str:
    """The one way a dossier, a part of it and its manifest are written."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def parts_of(dossier: Part) -> Iterator[tuple[str, str]]:
    """Every part's name as a person would say it, and the SHA-256 of how it is written."""
    for name in ("format", "application", "made_at", "policy", "archive_head"):
        yield name.replace("_", " "), _hash(dossier.get(name))
    for record in dossier["records"]:
        for field in ("subject", "stored_at", "headers", "body"):
            yield f"record {record['sequence']} ({record['subject']}): {field}", _hash(record[field])
    for entry in dossier["register"]:
        yield f"register entry {entry['sequence']} ({entry['subject']})", _hash(entry)
    for question in dossier["questions"]:
        yield f"question to {question['department']}, round {question['round']}", _hash(question)
    for signed in dossier.get("batches", ()):
        yield f"signature over a batch {signed['sequence']} ({signed['subject']})", _hash(signed)


def manifest(dossier: Part) -> Part:
    """What the seal is on: every part, in order."""
    return {"parts": [[name, digest] for name, digest in parts_of(dossier)]}


def read_record(record: Part) -> Recorded:
    """An event of the case. Raises Unreadable, ValueError or LookupError."""
    return recorded(_stored(record))


def read_entry(entry: Part) -> RegisterEvent:
    """Raises LookupError or ValueError."""
    stored = _stored(entry)
    return ENTRIES.read(stored.headers.get("ce-type", ""), stored.body)


def roots_in(dossier: Part) -> dict[str, str]:
    """The signatures over batches that it carries, by the SHA-256 of what is there."""
    return {sha256(signed["body"].encode()): signed["body"] for signed in dossier.get("batches", ())}


def _stored(record: Part) -> Stored:
    return Stored(
        record["subject"],
        record["sequence"],
        server_time(record["stored_at"]),
        record["headers"],
        record["body"].encode(),
    )


def _hash(value: Any) -> str:
    return sha256(written(value).encode())
