"""A draw is read as the log has it, and its list once."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from allocation.ceremony import before
from allocation.ceremony.draw_reader import DrawReader

from chassis.errors import Stale
from chassis.log.stored import Stored
from contracts.draws import DRAW_EVENTS, DrawRecord
from contracts.draws.draw import Draw, Stage
from evidence.streams import DRAWS
from tests.allocation.ceremonies import AT, CHECKER, PARTIES, RULES, act, after, entrants
from tests.console.bureau.memory_log import MemoryHistory

ID = "HN-2026-01.1"


class Counting(MemoryHistory):
    """Notes what is asked of it."""

    def __init__(self) -> None:
        super().__init__([])
        self.asked: list[str] = []

    async def under(self, *subjects: str) -> list[Stored]:
        self.asked += subjects
        return await super().under(*subjects)

    def write(self, records: Iterable[DrawRecord]) -> None:
        for record in records:
            subject, headers = DRAW_EVENTS.subject_of(record), {"ce-type": type(record).__name__}
            self.log.append(Stored(subject, len(self.log) + 1, record.at, headers, DRAW_EVENTS.write(record)))

    @property
    def lists(self) -> int:
        return sum(subject.endswith("entrants.*") for subject in self.asked)


def frozen_in(history: Counting, count: int = 5000) -> Draw:
    announced = before.announce(Draw(ID), act(), RULES.to_bytes(), CHECKER, AT + timedelta(days=3), "the hall")
    draw = after(Draw(ID), announced)
    listed = before.freeze(draw, act(), entrants(count))
    history.write((*announced, *listed))
    return after(draw, listed)


async def test_each_step_of_a_draw_is_read_and_its_list_only_once() -> None:
    history = Counting()
    draw, reader = frozen_in(history), DrawReader(history)
    for party in PARTIES:
        assert await reader.read(ID) == await history.read(DRAWS, ID)
        step = before.commit(draw, act(party), party, "a" * 64)
        draw = after(draw, step)
        history.write(step)
    known = await reader.read(ID)
    assert (len(known.state.entrants), len(known.state.commitments)) == (5000, 5)
    assert await reader.read(ID) is known
    assert history.lists == 1


async def test_a_list_that_a_replica_does_not_show_whole_is_never_taken_for_the_list() -> None:
    history = Counting()
    frozen_in(history)
    gone = history.log.pop(1)
    reader = DrawReader(history)
    with pytest.raises(Stale):
        await reader.read(ID)
    history.log.insert(1, gone)
    assert len((await reader.read(ID)).state.entrants) == 5000


async def test_a_draw_that_nobody_announced_is_none_and_is_not_kept() -> None:
    reader = DrawReader(Counting())
    assert (await reader.read("P-1.1")).state.stage is Stage.NONE
    assert reader._known == {}
