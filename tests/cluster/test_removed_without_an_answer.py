"""Nobody leads for a moment: a node's removal is asked for again, and it is done if it was done unheard."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from chassis.errors import Unavailable
from lianshen.bus_access.accounts import REMOVE_NODE
from lianshen.embedded.cluster import remove as module
from lianshen.embedded.cluster.remove import NOT_ON_THE_LIST, ONE_AT_A_TIME, NotRemoved, remove

DONE: dict[str, Any] = {"success": True}
NOT_THERE = {"error": {"err_code": NOT_ON_THE_LIST, "description": "peer not a member"}}
BUSY = {"error": {"description": f"peer change already {ONE_AT_A_TIME}"}}
SILENCE = None


@dataclass
class Bus:
    """Answers each request for a removal with the next of `answers`; no node says that it is there."""

    answers: list[dict[str, Any] | None]
    asked: list[Any] = field(default_factory=list)

    async def request(self, subject: str, body: bytes, timeout: float) -> SimpleNamespace:
        if subject != REMOVE_NODE:
            raise TimeoutError
        self.asked.append(json.loads(body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            raise TimeoutError
        return SimpleNamespace(data=json.dumps(answer).encode())


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0)


@pytest.mark.parametrize("answers", [[SILENCE, DONE], [SILENCE, BUSY, NOT_THERE], [BUSY, BUSY, DONE]])
async def test_it_is_asked_for_again_until_it_is_so(answers: list[dict[str, Any] | None]) -> None:
    bus = Bus(list(answers))
    await remove(bus, "n3")  # type: ignore[arg-type]
    assert bus.asked == [{"peer": "n3"}] * len(answers)


async def test_a_name_that_was_never_on_the_list_is_told_at_once() -> None:
    with pytest.raises(NotRemoved, match="the bus does not remove n9: peer not a member"):
        await remove(bus := Bus([NOT_THERE]), "n9")  # type: ignore[arg-type]
    assert len(bus.asked) == 1


@pytest.mark.parametrize(("answer", "why"), [(SILENCE, Unavailable), (BUSY, NotRemoved)], ids=["silent", "busy"])
async def test_within_a_limit(answer: dict[str, Any] | None, why: type[Exception]) -> None:
    with pytest.raises(why):
        await remove(bus := Bus([answer]), "n3", within=0.02)  # type: ignore[arg-type]
    assert len(bus.asked) > 1
