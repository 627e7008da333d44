"""From the pool to the keys: a project, deposits, a draw, choosing, contracts, keys; a ban, a buy-back, and an exit.

Steps are those of the demo, on its clock that is turned; then one family loses its home by an officer's word.
"""

from datetime import timedelta
from pathlib import Path

from chassis.commands import call
from contracts.case.states import State
from lianshen.demo.to_the_keys import ToTheKeys
from tests.golden.playing import Stage

LABELS = (
    *("01-family-no-home", "02-just-under-15", "09-same-unit-twice", "10-half-share"),
    *("11-home-in-ordos", "12-public-rental-tenant"),
)
"""Five of whom one does not come and one stays a substitute, and one that may not have its keys."""
HOMES = 3
HEARD = timedelta(days=14)


async def to_the_keys(stage: Stage, world: Path) -> None:
    for label in LABELS:
        await stage.post(label, (world / "applications" / f"{label}.json").read_bytes())
    await stage.until_state("pool_confirmed", *LABELS)
    names = {number: label for label, number in stage.numbers.items()}
    rehearsal = ToTheKeys(stage.nc, stage.history, names, lambda _: None, homes=HOMES)
    await rehearsal.play(names)
    await has_to_leave(stage, rehearsal, list(names))


async def has_to_leave(stage: Stage, rehearsal: ToTheKeys, families: list[str]) -> None:
    """One that has its keys leaves after it was heard (Art. 31)."""
    (number,) = await rehearsal.those_in(families, {State.HANDED_OVER})
    said = {"application": number, "by": "officer Li"}
    paper = {"ground": "31(2)", "document": "海南法（演示）3号", "reason": "sold without a word"}
    await call(stage.nc, "after-care", "propose-exit", {**said, **paper})
    await rehearsal.turn(HEARD.days)
    await call(stage.nc, "after-care", "confirm-exit", {**said, "reason": "it was heard, and the paper holds"})
