"""Until the dice lie on the table: rules, list, commitments, dice (Art. 26(5)). Pure."""

import json
from collections.abc import Sequence
from datetime import datetime

from allocation.ceremony.act import Act
from allocation.ceremony.posted import entrants_file, on_the_list, rules_of
from allocation.draw.entrants import write_entrants
from allocation.draw.faults import DoesNotHold
from allocation.draw.hashes import sha256
from allocation.draw.manifest import write_manifest
from allocation.draw.rules import Rules
from contracts.case.case import NotAllowed
from contracts.draws import DrawRecord
from contracts.draws.draw import Draw, Stage
from contracts.draws.events import (
    DrawAnnounced,
    Entrant,
    EntrantsFrozen,
    EntrantsListed,
    ManifestPosted,
    PartyCommitted,
)

LINES_A_RECORD = 2000
"""A message holds at most a megabyte; a line of the list takes some 150 bytes of it."""


def announce(
    draw: Draw, act: Act, rules: bytes, checker: str, held_at: datetime, place: str
) -> tuple[DrawRecord, ...]:
    """Posts the rules; again with the same ones, nothing. Raises NotAllowed, and DoesNotHold for what are no rules."""
    if draw.announced is not None:
        if draw.announced.rules.encode() == rules:
            return ()
        raise NotAllowed(f"draw {draw.id} was announced with other rules: announce the next serial")
    read = _read_rules(rules)
    if (read.project, read.serial) != (act.project, act.serial):
        raise NotAllowed(f"these are the rules of draw {read.project}.{read.serial}")
    if held_at <= act.at:
        raise NotAllowed("a draw is announced before it is held: give a later time")
    rules_text = rules.decode()
    return (DrawAnnounced(**act.where, rules=rules_text, checker=checker, held_at=held_at, place=place, by=act.by),)


def _read_rules(body: bytes) -> Rules:
    """Rules in the one way they are written, which has no second reading. Raises DoesNotHold."""
    try:
        rules = Rules.read(json.loads(body.decode()))
    except (ValueError, RecursionError) as fault:
        if isinstance(fault, DoesNotHold):
            raise
        raise DoesNotHold("not-json", "rules.json is not JSON in UTF-8 without a BOM") from None
    if rules.to_bytes() != body:
        raise DoesNotHold("bad-rules", "rules.json is not written as `lianshen draw rules` writes it")
    return rules


def freeze(draw: Draw, act: Act, entrants: Sequence[Entrant]) -> tuple[DrawRecord, ...]:
    """Fixes the list, all of it in one batch. Raises NotAllowed for a pool that the rules lack."""
    if draw.stage is not Stage.ANNOUNCED:
        raise NotAllowed(f"draw {draw.id} is {draw.stage}: a list is frozen once, after the announcement")
    if not entrants:
        raise NotAllowed("nobody has paid a deposit for this project: there is nobody to draw")
    known = {pool.name for pool in rules_of(draw).pools}
    if strange := sorted({entrant.pool for entrant in entrants} - known):
        raise NotAllowed(f"somebody paid for pool {strange[0]}, which the rules do not have")
    lines = sorted(entrants, key=lambda entrant: (entrant.number, entrant.pool, entrant.group))
    body = write_entrants(on_the_list(lines), rules_of(draw))
    parts = [tuple(lines[at : at + LINES_A_RECORD]) for at in range(0, len(lines), LINES_A_RECORD)]
    listed = (EntrantsListed(**act.where, part=n, lines=part) for n, part in enumerate(parts, 1))
    frozen = EntrantsFrozen(**act.where, entrants=sha256(body), count=len(lines), parts=len(parts), by=act.by)
    return (*listed, frozen)


def commit(draw: Draw, act: Act, party: str, commitment: str) -> tuple[DrawRecord, ...]:
    """Binds one party, once. Raises NotAllowed where it is none of this draw, or is bound to something else."""
    need_party(draw, party)
    bound = draw.commitments.get(party)
    if bound == commitment:
        return ()
    if bound is not None:
        raise NotAllowed(f"{party} is bound already: a commitment is never changed")
    if draw.stage is not Stage.FROZEN:
        raise NotAllowed(f"draw {draw.id} is {draw.stage}: parties commit after the list is frozen")
    return (PartyCommitted(**act.where, party=party, commitment=commitment, by=act.by),)


def need_party(draw: Draw, party: str) -> None:
    """Raises NotAllowed."""
    if draw.announced is None:
        raise NotAllowed(f"draw {draw.id} is not announced")
    parties = rules_of(draw).parties
    if party not in parties:
        raise NotAllowed(f"{party} is no party of this draw; its parties are {', '.join(parties)}")


def post_manifest(draw: Draw, act: Act) -> tuple[DrawRecord, ...]:
    """Binds rules, list and commitments together. Raises NotAllowed while a party is missing."""
    if draw.manifest is not None:
        return ()
    if draw.stage is not Stage.FROZEN or draw.announced is None:
        raise NotAllowed(f"draw {draw.id} is {draw.stage}: freeze the list first")
    parties = rules_of(draw).parties
    if missing := [party for party in parties if party not in draw.commitments]:
        raise NotAllowed(f"not committed yet: {', '.join(missing)}")
    ordered = {party: draw.commitments[party] for party in parties}
    manifest = write_manifest(draw.announced.rules.encode(), entrants_file(draw), ordered)
    return (ManifestPosted(**act.where, manifest=manifest.decode(), by=act.by),)
