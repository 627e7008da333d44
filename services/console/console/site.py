"""The console's pages as one site: its texts, and a menu of what a person may do."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from fastapi import Request

from chassis.http.pages.site import Link, Site
from console.bureau.words_draws import CEREMONY, DRAW_ACTS, DRAWS
from console.bureau.words_homes import AFTER_POOL, BUREAU_ACTS, HOMES
from console.bureau.words_refused import REFUSED_AFTER, REFUSED_DRAWS
from console.sign_in.keys.texts import KEYS
from console.sign_in.provider.texts import PROVIDER
from console.sign_in.texts import STAFF
from console.texts import CONSOLE
from console.words.acts import OFFERS
from console.words.announcing import ANNOUNCING
from console.words.answers import ANSWERS, CLERK
from console.words.cases import BANNER, CASES, WAITS
from console.words.choosing import CHOOSING, FAMILIES, PAYMENTS
from console.words.deposits import DEPOSITS
from console.words.figures import FIGURES, FORECAST
from console.words.follows import FOLLOWS
from console.words.projects import PROJECTS
from console.words.refusals import REFUSED
from console.words.trace import TRACE
from console.words.work import ASSIGN, BY_HAND, CAUSES, DEPARTMENTS, DESK, NOW
from contracts.bilingual import Bilingual

HERE = Path(__file__).parent
NAME = "console"
TEXTS: tuple[Mapping[str, Bilingual], ...] = (
    CONSOLE,
    WAITS,
    CASES,
    BANNER,
    TRACE,
    DESK,
    ASSIGN,
    BY_HAND,
    ANSWERS,
    CLERK,
    CAUSES,
    DEPARTMENTS,
    FIGURES,
    FORECAST,
    NOW,
    STAFF,
    KEYS,
    PROVIDER,
    OFFERS,
    PROJECTS,
    ANNOUNCING,
    REFUSED,
    CHOOSING,
    DRAWS,
    CEREMONY,
    DRAW_ACTS,
    REFUSED_DRAWS,
    HOMES,
    AFTER_POOL,
    BUREAU_ACTS,
    REFUSED_AFTER,
    FAMILIES,
    PAYMENTS,
    DEPOSITS,
    FOLLOWS,
)
"""Every table of texts there is; pages add theirs here."""
SCRIPTS: tuple[str, ...] = ("htmx-2.0.11.min.js", "htmx-sse-2.2.4.min.js", "idiomorph-0.8.0-ext.min.js")
"""Loaded by every page."""


def console_site(menu: Callable[[Request], Iterable[Link]], *, secure: bool) -> Site:
    return Site(NAME, "console.title", HERE, TEXTS, menu=menu, scripts=SCRIPTS, secure=secure)
