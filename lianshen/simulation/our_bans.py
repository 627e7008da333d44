"""The simulated housing bureau knows the bans that Lianshen imposed: it asks for them, as a real one can."""

import json
import time
from collections.abc import Iterable

import nats.errors
from nats.aio.client import Client

from lianshen.simulation.answers import Question
from lianshen.simulation.registers import Register, Registers, Row, same_number

BUREAU = "housing"
ASKED_ON = "housing.ban.query.v1"
WITHIN = 1.0
AGAIN_AFTER = 10.0
"""Seconds."""
REGISTER = "bans"


class OurBans:
    """Asked for with each question; not again for a while after nobody answered: no question waits for that twice."""

    def __init__(self) -> None:
        self._not_before = 0.0

    async def of(self, nc: Client, question: Question) -> list[Row]:
        """As rows of the register of bans; none if nobody answers: then each side goes by its own record."""
        if time.monotonic() < self._not_before:
            return []
        numbers = [same_number(person["id_number"]) for person in question["persons"]]
        try:
            reply = await nc.request(ASKED_ON, json.dumps({"id_numbers": numbers}).encode(), timeout=WITHIN)
            return list(json.loads(reply.data)["ok"]["bans"])
        except (TimeoutError, nats.errors.Error, ValueError, KeyError):
            self._not_before = time.monotonic() + AGAIN_AFTER
            return []


def with_ours(registers: Registers, ours: Iterable[Row]) -> Registers:
    """The same registers, in which each of these bans stands once."""
    added = [row for row in ours if not _stands(row, registers[REGISTER].of_person.get(row["id_number"], ()))]
    if not added:
        return registers
    persons = {row["id_number"] for row in added}
    kept = [row for person in persons for row in registers[REGISTER].of_person.get(person, ())]
    return {**registers, REGISTER: Register([*kept, *added])}


def _stands(ban: Row, rows: Iterable[Row]) -> bool:
    return any(all(row.get(name) == ban[name] for name in ("article", "since", "until")) for row in rows)
