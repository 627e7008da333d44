"""A case of four hundred events opens as fast as one of fourteen: what it costs does not grow with its notices."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from console.who import Role

from tests.console.trace.test_a_long_case import NUMBER, a_log, stage_of
from tests.speed.many_cases import took

ALLOWANCE = 1.6
"""Thirty rows are a little more than fourteen, however long a case is."""


TIMES = 20


def opening(browser: httpx.AsyncClient) -> Callable[[], Awaitable[None]]:
    async def open_it() -> None:
        assert (await browser.get(f"/cases/{NUMBER}")).status_code == 200

    return open_it


async def test_whatever_its_notices(tmp_path: Path) -> None:
    stages = stage_of(tmp_path / "short", a_log(14)), stage_of(tmp_path / "long", a_log(400))
    async with stages[0].browser(Role.OFFICER) as one, stages[1].browser(Role.OFFICER) as other:
        # In turn, so that whatever else the machine does meets both; the least of many is what it costs.
        pairs = [(await took(opening(one), 1), await took(opening(other), 1)) for _ in range(TIMES)]
    short, long = (min(one.least for one in side) for side in zip(*pairs, strict=True))
    print(f"of fourteen events: {short * 1000:.1f} ms of CPU; of four hundred: {long * 1000:.1f} ms")
    assert long < short * ALLOWANCE
