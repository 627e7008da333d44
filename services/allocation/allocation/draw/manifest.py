"""What is fixed before the dice are thrown: the bytes of rules and entrants, and every party's commitment."""

from collections.abc import Mapping
from typing import Any

from allocation.draw.documents import ENTRANTS, MANIFEST, RULES, written
from allocation.draw.faults import need
from allocation.draw.hashes import sha256
from allocation.draw.rules import Rules


def write_manifest(rules: bytes, entrants: bytes, commitments: Mapping[str, str]) -> bytes:
    """The file. The commitments stand in the order in which they are given: that of the rules."""
    hashes = {"rules": sha256(rules), "entrants": sha256(entrants)}
    return written({**hashes, "commitments": dict(commitments)})


def need_files_of(manifest: Any, rules: bytes, entrants: bytes) -> None:
    """Raises DoesNotHold naming the file that the manifest does not know."""
    known = manifest if isinstance(manifest, dict) else {}
    for key, name, body in (("rules", RULES, rules), ("entrants", ENTRANTS, entrants)):
        need(known.get(key) == sha256(body), "not-in-manifest", f"{name} is not the file that {MANIFEST} names")


def need_parties(file: str, value: Any, rules: Rules, what: str) -> dict[str, Any]:
    """What each party gave: `commitments` of the manifest, `secrets` at the ceremony. Raises DoesNotHold."""
    found = value.get(what) if isinstance(value, dict) else None
    given: dict[str, Any] = found if isinstance(found, dict) else {}
    for party in rules.parties:
        need(party in given, "parties", f"{file} has no {what} of {party}")
    need(len(given) == len(rules.parties), "parties", f"{file} has {what} of somebody who is no party")
    return given
