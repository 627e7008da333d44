"""What an act that moves many families will do, said on a page of its own before it is done."""

from fastapi import Response

from console.offers.offer import Offer, S, Tried
from console.pages.shown import shown
from console.visit import Visit


def foreseen(visit: Visit, offer: Offer[S], state: S, tried: Tried, seen: str, back: str) -> Response:
    """With the button that does it; whatever is typed or has happened otherwise since is shown anew."""
    asks = offer.asks(state)
    return shown(
        visit,
        "foreseen.html",
        verb=offer.verb,
        lines=tried.foreseen,
        typed={f"{offer.verb}.{one.name}": tried.typed[one.name] for one in asks},
        said=[(one.name, one.options.get(tried.typed[one.name], tried.typed[one.name])) for one in asks],
        seen=seen,
        mark=tried.mark,
        path=f"{back}/{offer.verb}",
        back=back,
    )
