"""Each step of a ceremony as a page offers it, in the order of docs/draw.md."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from console.bureau.rules import PARTIES, rules_of
from console.bureau.steps import MISFIT, MISSING, grounds, possible, sealed, uncommitted
from console.command_line.acts import act_of
from console.offers.fields import Asks
from console.offers.follows import of_publishing
from console.offers.offer import Offer
from contracts.draws.draw import Draw


def _now(verb: str) -> Callable[[Draw, datetime], bool]:
    return lambda draw, _: verb in possible(draw, rules_of(draw))


def _parties(names: Iterable[str]) -> Mapping[str, str]:
    """Those that docs/draw.md names are said in both languages, another one as the rules call it."""
    return {name: "party." + name if name in PARTIES else name for name in names}


def _commit(draw: Draw) -> tuple[Asks, ...]:
    return (
        Asks("party", "choice", options=_parties(uncommitted(draw, rules_of(draw)))),
        Asks("commitment", "hex"),
    )


def _dice(draw: Draw) -> tuple[Asks, ...]:
    public = (Asks("public", "line"),) if rules_of(draw)["public"] else ()
    return Asks("dice", "figures"), *public, Asks("remark", "words", optional=True)


def _open(draw: Draw) -> tuple[Asks, ...]:
    return (
        Asks("party", "choice", options=_parties(sealed(draw, rules_of(draw)))),
        Asks("secret", "hex"),
        Asks(
            "second",
            "choice",
            value="false",
            options={"false": "ceremony.first_envelope", "true": "ceremony.second_envelope"},
        ),
    )


def _void(draw: Draw) -> tuple[Asks, ...]:
    found = grounds(draw)
    ground = Asks("ground", "choice", options={one: "ground." + one.replace(" ", "_") for one in found})
    if MISFIT not in found and MISSING not in found:
        return ground, Asks("reason", "words")
    party = Asks("party", "choice", optional=True, options=_parties(sealed(draw, rules_of(draw))))
    return ground, party, Asks("secret", "line", optional=True), Asks("reason", "words")


LEFT_OUT = (Asks("application", "application"), Asks("reason", "words"))
OFFERS: tuple[Offer[Draw], ...] = (
    Offer(act_of("allocation", "draw-freeze"), _now("freeze")),
    Offer(act_of("allocation", "draw-commit"), _now("commit"), _commit),
    Offer(act_of("allocation", "draw-manifest"), _now("manifest")),
    Offer(act_of("allocation", "draw-dice"), _now("dice"), _dice),
    Offer(act_of("allocation", "draw-open"), _now("open"), _open),
    Offer(act_of("allocation", "draw-verify"), _now("verify")),
    Offer(act_of("allocation", "draw-publish"), _now("publish"), foresees=of_publishing),
    Offer(act_of("allocation", "draw-admit"), _now("admit"), lambda draw: LEFT_OUT),
    Offer(act_of("allocation", "draw-void"), _now("void"), _void),
)
