"""How an alert is made to fire: what is healthy before, what happens then, and what is scraped."""

from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import generate_latest


def metrics() -> str | None:
    return generate_latest().decode()


def nothing() -> None:
    """As it is."""


@dataclass(frozen=True)
class Cause:
    """`before` once, with a scrape after it, then twice what `happens`, with a scrape after each."""

    happens: Callable[[], object]
    where: dict[str, str]
    """Labels of the series for which the alert fires then."""
    before: Callable[[], object] = nothing
    shows: Callable[[], str | None] = metrics
    """What a target says when it is scraped; None where it does not answer."""
