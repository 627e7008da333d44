"""Plays the scenarios one after the other, and says of each how it ended."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from inquiry.attachments import Unreachable
from lianshen.conformance.kit import Kit
from lianshen.conformance.results import Bad, DoesNotApply, NotRun, Result, Silence
from lianshen.conformance.scenarios import SCENARIOS, Scenario

FIRST = SCENARIOS[0]


async def play(kit: Kit, chosen: Sequence[Scenario], told: Callable[[Result], None]) -> list[Result]:
    """`told` hears every result as it comes. Where nothing is answered any more, the rest is not run."""
    results = []
    gone = False
    for scenario in chosen:
        if gone:
            result = Result(scenario.name, "not run", "it does not answer any more")
        else:
            result, silent = await _played(kit, scenario)
            gone = result.word == "BAD" and (scenario is FIRST or (silent and not await _alive(kit)))
        told(result)
        results.append(result)
    return results


async def _played(kit: Kit, scenario: Scenario) -> tuple[Result, bool]:
    """The result, and whether nothing came back."""
    name = scenario.name
    try:
        return Result(name, "ok", await scenario.play(kit) or ""), False
    except Bad as bad:
        return Result(name, "BAD", str(bad), bad.advice or scenario.advice), isinstance(bad, Silence)
    except NotRun as why:
        return Result(name, "not run", str(why)), False
    except DoesNotApply as why:
        return Result(name, "does not apply", str(why)), False


async def _alive(kit: Kit) -> bool:
    with suppress(Unreachable):
        await kit.attachment.ask(kit.sent(kit.question("known")), kit.how.timeout_seconds)
        return True
    return False
