"""An act that is possible in some states of a thing, and which of them a person is offered now."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from fastapi import Response

from chassis.errors import CommandRefused
from console.command_line.acts import Act
from console.offers.fields import Asks, read
from console.offers.refusals import refusal_of
from console.visit import Visit
from console.who import Role

S = TypeVar("S")


def _nothing(state: Any) -> tuple[Asks, ...]:
    return ()


@dataclass(frozen=True)
class Offer(Generic[S]):
    """One act: `Offer(act_of("allocation", "close-project"), is_over, lambda project: (Asks("goes_to", "words"),))`.

    Its title is the text `act.<verb>`, the label of a field `asks.<name>`.
    """

    act: Act
    possible: Callable[[S, datetime], bool]
    """In which states. What else refuses it, such as another who was first, the service says."""
    asks: Callable[[S], tuple[Asks, ...]] = _nothing
    """Its fields, such as the homes that are free."""
    foresees: Callable[[Visit, S, Mapping[str, Any]], Awaitable[tuple[str, ...]]] | None = None
    """What will follow, where it moves many families: it is shown first. May raise CommandRefused."""

    @property
    def verb(self) -> str:
        return self.act.verb


@dataclass(frozen=True)
class Offered:
    """An act as the page shows it, with what was typed into it and what is wrong with that."""

    verb: str
    path: str
    asks: tuple[Asks, ...]
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    """By the id of a field; under the verb itself what is wrong with the act as a whole."""

    def id(self, name: str) -> str:
        """One act's fields are not another's, on one page."""
        return f"{self.verb}.{name}"


@dataclass(frozen=True)
class Offers:
    """What is possible now: `mine` for whoever looks, `others` by the roles that somebody else has."""

    mine: tuple[Offered, ...]
    others: tuple[tuple[str, tuple[Role, ...]], ...]
    over: Mapping[str, str] = field(default_factory=dict)
    """Why an act was not done that is not possible any more."""

    @property
    def errors(self) -> dict[str, str]:
        """All of them, for the summary above."""
        return {**self.over, **{name: sentence for one in self.mine for name, sentence in one.errors.items()}}


@dataclass(frozen=True)
class Tried:
    """A form that was sent and not done: what stood in it, and why it was not."""

    verb: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    status: int
    foreseen: tuple[str, ...] = ()
    """What will follow, of a form that is as it should be; it is done once that was shown."""
    mark: str = ""
    """Of exactly that."""


def offered(visit: Visit, offers: Iterable[Offer[S]], state: S, path: str, tried: Tried | None = None) -> Offers:
    """Each act of `offers` that is possible in this state; one is sent to `<path>/<verb>`."""
    possible = [offer for offer in offers if offer.possible(state, visit.now)]
    mine = tuple(
        _shown(visit, offer, state, path, tried if tried and tried.verb == offer.verb else None)
        for offer in possible
        if visit.me.may(offer.act.roles)
    )
    others = tuple(
        (offer.verb, tuple(sorted(offer.act.roles))) for offer in possible if not visit.me.may(offer.act.roles)
    )
    is_over = tried is not None and tried.verb not in [one.verb for one in mine]
    return Offers(mine, others, tried.errors if tried and is_over else {})


def _shown(visit: Visit, offer: Offer[S], state: S, path: str, tried: Tried | None) -> Offered:
    asks = tuple(_said(visit, one) for one in offer.asks(state))
    first = {one.name: one.value for one in asks}
    typed, errors = (tried.typed, tried.errors) if tried else (first, {})
    named = {name if name == offer.verb else f"{offer.verb}.{name}": said for name, said in errors.items()}
    return Offered(offer.verb, f"{path}/{offer.verb}", asks, {**first, **typed}, named)


def _said(visit: Visit, one: Asks) -> Asks:
    """With the options in the reader's language, where they have a text."""
    known = visit.console.site.catalogue.texts
    return replace(one, options={it: visit.say(said) if said in known else said for it, said in one.options.items()})


async def try_it(visit: Visit, offer: Offer[S], state: S, about: Mapping[str, Any], seen: str) -> Tried | None:
    """Does what was typed, by the same request as the command line; None once it is done.

    `seen` is what the page shows now: a form of a page that is older does nothing, so that none is sent twice.
    """
    posted = await visit.posted()
    asks = offer.asks(state)
    typed = {one.name: posted.one(f"{offer.verb}.{one.name}") for one in asks}

    def not_done(status: int, errors: Mapping[str, str]) -> Tried:
        return Tried(offer.verb, typed, errors, status)

    if not offer.possible(state, visit.now) or posted.one("seen") != seen:
        return not_done(409, {offer.verb: visit.say("act.moved")})
    found = read(asks, typed)
    if found.wrong:
        return not_done(422, {name: visit.say(key) for name, key in found.wrong.items()})
    try:
        if offer.foresees is not None:
            lines = await offer.foresees(visit, state, {**found.request, **about})
            preview = (offer.verb, about, seen, sorted(typed.items()), lines)
            if not visit.console.previews.was_shown(posted.one("mark"), visit.me, *preview):
                return Tried(offer.verb, typed, {}, 200, lines, visit.console.previews.mark(visit.me, *preview))
        await offer.act.send(visit, {**found.request, **about})
    except CommandRefused as refused:
        name, said = refusal_of(visit, refused, [one.name for one in asks])
        return not_done(refused.status, {name or offer.verb: said})
    return None


def done(visit: Visit, path: str, verb: str) -> Response:
    """Back to the page, which says that it was done."""
    return visit.go_to(f"{path}?done={verb}")
