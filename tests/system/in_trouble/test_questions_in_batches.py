"""Questions go together on a real system: what is signed once stands before what it proves, whoever is killed."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from nats.aio.msg import Msg

from chassis.bus import Bus, flushed
from chassis.log.stored import recorded
from contracts.batches.proof import SIGNED_ROOTS, subject_of
from contracts.events import DepartmentAnswered
from evidence.audit import audit
from evidence.dossier.verify import verify
from evidence.dossier.write import prove
from lianshen.demo.synthetic_world import make_crowd
from lianshen.embedded.supervised import Supervised
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in
from tests.system.in_trouble.test_crash_points import ACK_WAIT, applied, restarted_to_crash

SLOW_ENOUGH = 0.5
"""Seconds that each answer takes: what comes meanwhile gathers."""
PATIENT = "[tax]\ntimeout_seconds = 30\n"
"""On a slow machine too no question is asked twice because its time was up."""
TOGETHER = 8
MOST_FORMS = 240
"""More than are used: they are handed in until a batch was seen."""


@dataclass
class Tap:
    """Hears what tax is asked, alone and together."""

    alone: list[str] = field(default_factory=list)
    together: list[list[str]] = field(default_factory=list)

    async def listen(self, running: Running) -> "Tap":
        data = running.system.data_dir
        bus = await Bus.connect(running.system.url, "test-tax", data.department_seed("tax"))
        running.others.append(bus)
        self.nc = bus.nc
        self.subscriptions = [
            await self.nc.subscribe("department.tax.query.v1", cb=self._one),
            await self.nc.subscribe("department.tax.batch.v1", cb=self._several),
        ]
        await flushed(self.nc)
        return self

    async def _one(self, message: Msg) -> None:
        self.alone.append(json.loads(message.data)["question_id"])

    async def _several(self, message: Msg) -> None:
        questions = json.loads(message.data)["questions"]
        self.together.append([json.loads(one["question"])["question_id"] for one in questions])

    async def is_up_to_date(self) -> None:
        await self.nc.flush()
        await until(lambda: not any(it.pending_msgs for it in self.subscriptions))

    def asked(self) -> Counter[str]:
        return Counter(self.alone) + Counter(token for batch in self.together for token in batch)


class Kiosk:
    """Hands in the crowd's forms, some at once."""

    def __init__(self, running: Running, world: Path) -> None:
        self._running = running
        self._forms = iter([form_in(world, n) for n in range(MOST_FORMS) if n % 10 != 9])
        self.numbers: list[str] = []

    async def hands_in(self, how_many: int) -> list[str]:
        forms = [next(self._forms) for _ in range(how_many)]
        keys = [f"batches-{len(self.numbers) + n}" for n in range(how_many)]
        found = await asyncio.gather(*(applied(self._running, *it) for it in zip(forms, keys, strict=True)))
        self.numbers += found
        return found

    async def all_answered(self, newest: int = 0) -> bool:
        """0: every one that was handed in."""
        cases = [await self._running.case(number) for number in self.numbers[-newest:]]
        return all(case.accepted is not None and not case.waiting_for for case in cases)


async def answers(running: Running) -> dict[str, tuple[int, DepartmentAnswered]]:
    """What tax answered, by its question's id: where it stands in the log, and the event."""
    stored = await running.history.under("case.*.answered.tax.1")
    events = [(one.sequence, recorded(one).event) for one in stored]
    return {it.question_id: (place, it) for place, it in events if isinstance(it, DepartmentAnswered)}


async def roots(running: Running) -> dict[str, int]:
    """Where the signatures over tax's batches stand in the log, by their subjects."""
    return {one.subject: one.sequence for one in await running.history.under(f"{SIGNED_ROOTS}tax.>")}


def root_of(event: DepartmentAnswered) -> str | None:
    proof = event.evidence.in_batch if event.evidence else None
    return subject_of("tax", proof.signed_sha256) if proof else None


async def is_killed(running: Running, kiosk: Kiosk, child: Supervised, point: str) -> set[str]:
    """The asking process ends at a point of its work. Returns the questions that were answered by then."""
    doomed = await restarted_to_crash(child, point)

    async def is_over() -> bool:
        return child.pid != doomed or await kiosk.all_answered(TOGETHER)

    while child.pid == doomed:
        await kiosk.hands_in(TOGETHER)
        await until(is_over, within=60)
    return set(await answers(running))


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_batches_lose_nothing_and_ask_nothing_twice_whoever_is_killed(start: Start, tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", MOST_FORMS)
    slow, patient = tmp_path / "faults.toml", tmp_path / "departments.toml"
    slow.write_text(f"[tax]\nlatency = [{SLOW_ENOUGH}, {SLOW_ENOUGH}]\n")
    patient.write_text(PATIENT)
    running = await start(world, faults=slow, ack_wait=ACK_WAIT, LIANSHEN_DEPARTMENTS_FILE=str(patient))
    child = running.system.children["asking"]
    tap, kiosk = await Tap().listen(running), Kiosk(running, world)

    # One that comes to an idle department is asked alone, at once.
    await kiosk.hands_in(1)
    await until(kiosk.all_answered, within=60)
    assert (len(tap.alone), tap.together) == (1, [])

    # Several at once go together, each of them once.
    while not any(len(batch) > 1 for batch in tap.together):
        await kiosk.hands_in(TOGETHER)
        await until(kiosk.all_answered, within=60)
    assert set(tap.asked().values()) == {1}

    # Right after the record of a root, before any answer that names it.
    await dies(running, kiosk, child, tap, "after-keep")
    # Between the answers of a batch.
    await dies(running, kiosk, child, tap, "after-append:12")

    kept, heard = await roots(running), await answers(running)
    named = {token: root for token, (_, event) in heard.items() if (root := root_of(event))}
    assert set(named.values()) <= set(kept)
    assert all(kept[root] < heard[token][0] for token, root in named.items()), "claims before answers"
    assert len(heard) == len(kiosk.numbers)
    assert not await running.history.under("case.*.also-answered.>")
    assert await audit(running.nc) == []

    token, root = next(iter(named.items()))
    data = running.system.data_dir
    dossier = await prove(running.nc, heard[token][1].application, data.keys, data.archive)
    assert dossier is not None
    assert verify(dossier.encode()).fault is None
    assert root in {signed["subject"] for signed in json.loads(dossier)["batches"]}


async def dies(running: Running, kiosk: Kiosk, child: Supervised, tap: Tap, point: str) -> None:
    """Killed at a point; afterwards all is answered, and what was answered by then was not asked again."""
    answered = await is_killed(running, kiosk, child, point)
    await tap.is_up_to_date()
    before = tap.asked()
    await until(kiosk.all_answered, within=120)
    again = {token for token, times in (tap.asked() - before).items() if times}
    assert not again & answered, "an answer that stands in the log is not asked for again"
