"""A small draw, and each step of its ceremony in order; a test stops it where it wants to."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from allocation.ceremony import before, dice, opening
from allocation.ceremony.act import Act
from allocation.draw.draw_number import draw_number
from allocation.draw.hashes import commitment
from allocation.draw.rules import Pool, Rules

from contracts.case.case import Recorded
from contracts.draws import DrawRecord
from contracts.draws.draw import Draw, evolve
from contracts.draws.events import Entrant
from contracts.numbers import application_number

AT = datetime(2026, 11, 30, 2, tzinfo=UTC)
KEY = b"the key of draw numbers in a test, long"
PARTIES = ("housing-bureau", "project-unit", "notary", "discipline-inspection", "families")
SECRETS = {party: f"{n:064x}" for n, party in enumerate(PARTIES, 1)}
RULES = Rules("HN-2026-01", "1", 20, "", "", PARTIES, (Pool("A-60", 3, 2), Pool("B-85", 2, 1, (("disabled", 1),))))
CHECKER = "c" * 64
FIGURES = "67674954409959029496"


def act(by: str = "unit 1", at: datetime = AT) -> Act:
    return Act("HN-2026-01", "1", by, at)


def entrants(count: int = 12) -> list[Entrant]:
    numbers = [application_number(f"family {n}", b"a key of a test that is long enough") for n in range(count)]
    pools = [("A-60", "none"), ("B-85", "none"), ("B-85", "disabled")]
    return [
        Entrant(
            application=one, number=draw_number(one, "HN-2026-01", KEY), pool=pools[n % 3][0], group=pools[n % 3][1]
        )
        for n, one in enumerate(numbers)
    ]


def after(draw: Draw, events: Iterable[DrawRecord]) -> Draw:
    """The draw after these; each goes to its subject once, so that a step that repeats one is seen."""
    for event in events:
        draw = evolve(draw, Recorded(1, event, "", event.at))
    return draw


def steps(listed: Sequence[Entrant]) -> Iterator[tuple[str, Draw]]:
    """The draw after each step, with the step's name."""
    draw = Draw("HN-2026-01.1")
    draw = after(draw, before.announce(draw, act(), RULES.to_bytes(), CHECKER, AT + timedelta(days=3), "the hall"))
    yield "announced", draw
    draw = after(draw, before.freeze(draw, act(), listed))
    yield "frozen", draw
    for party in PARTIES:
        bound = commitment("HN-2026-01", "1", party, SECRETS[party])
        draw = after(draw, before.commit(draw, act(party), party, bound))
    draw = after(draw, before.post_manifest(draw, act("notary 1")))
    yield "committed", draw
    held = AT + timedelta(days=3)
    for by in ("clerk 1", "clerk 2"):
        draw = after(draw, dice.type_dice(draw, act(by, held), FIGURES, "", date(2026, 12, 1)))
    yield "thrown", draw
    for party in PARTIES:
        draw = after(draw, opening.open_envelope(draw, act("notary 1", held), party, SECRETS[party]))
    yield "held", draw
    assert draw.held is not None
    draw = after(draw, opening.verify(draw, act("notary 1", held), CHECKER, draw.held.result))
    yield "verified", draw
    draw = after(draw, opening.publish(draw, act("unit 1", held)))
    yield "published", draw


def at(stage: str, listed: Sequence[Entrant] | None = None) -> Draw:
    """The draw as it stands after a step."""
    return next(draw for name, draw in steps(entrants() if listed is None else listed) if name == stage)
