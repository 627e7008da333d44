"""The two plain figures beside a result, pool by pool, from what the log keeps of the draw. Pure."""

from dataclasses import dataclass

from allocation.ceremony.posted import on_the_list, result_now
from allocation.draw.plain_checks import DeclaredInterests, LongestRun, declared_interests, longest_run
from contracts.draws.draw import Draw


@dataclass(frozen=True)
class Figures:
    """Of one pool; nobody is named."""

    pool: str
    run: LongestRun
    interests: DeclaredInterests


def figures_of(draw: Draw) -> tuple[Figures, ...]:
    """Nothing before the result is published: until then nobody may conclude anything from them."""
    if draw.published is None:
        return ()
    listed = sorted(on_the_list(draw.entrants), key=lambda it: (it.application, it.pool, it.group))
    result = result_now(draw)
    return tuple(
        Figures(
            pool,
            longest_run(pool, listed, lists.drawn),
            declared_interests(
                [it.number for it in draw.entrants if it.pool == pool],
                [it.number for it in draw.entrants if it.pool == pool and it.interest],
                lists.drawn,
            ),
        )
        for pool, lists in result.pools.items()
    )
