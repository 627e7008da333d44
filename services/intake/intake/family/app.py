"""The household's pages: every one there is, and what they are made of."""

from pathlib import Path

from fastapi import FastAPI, Request

from chassis.http.pages.sessions import Sessions
from chassis.http.pages.site import Link, Site
from contracts.homes.home import HomeFile
from contracts.looks import REASONS
from contracts.text import masked
from intake.consent_texts import ConsentText
from intake.family import forms, pages
from intake.family.frame import CASE, Family, Route, serve
from intake.family.looks import Looks, NoLooks
from intake.family.reading import Homes, Reader
from intake.family.sentences import SENTENCES
from intake.family.sign_in import NAME, SignIn
from intake.family.texts import CHANNELS, TEXTS
from intake.reception import Reception
from procedures.hainan_2025 import titles
from procedures.hainan_2025.letters import Desk
from procedures.hainan_2025.public_entry import mask_name
from procedures.hainan_2025.what_to_do import what_to_do

HERE = Path(__file__).parent
ROUTES = (
    Route("GET", CASE, pages.case),
    Route("GET", "/rules", pages.rules),
    Route("GET", "/looks", pages.looks),
    Route("GET", "/notices", pages.notices),
    Route("GET", "/dates.ics", pages.calendar),
    Route("GET", "/supplement", forms.supplement),
    Route("POST", "/supplement", forms.hand_in),
    Route("GET", "/withdraw", forms.withdrawal),
    Route("POST", "/withdraw", forms.withdraw),
)
"""Everything beside the sign-in; none of it is open to whoever is not signed in."""
MENU = (
    Link(CASE, "family.menu.case"),
    Link("/rules", "family.menu.rules"),
    Link("/looks", "family.menu.looks"),
    Link("/notices", "family.menu.notices"),
)


def build_family_app(
    reception: Reception,
    letters: Desk,
    consent_texts: dict[str, ConsentText],
    looks: Looks | None = None,
    homes: Homes | None = None,
    *,
    secure: bool = False,
) -> FastAPI:
    site = Site(
        NAME,
        "family.title",
        HERE,
        (TEXTS, SENTENCES),
        menu=_menu,
        scripts=("from_receipt.js", "rest.js"),
        secure=secure,
        more=MORE,
    )
    reader = Reader(reception, looks or NoLooks(), homes or no_homes)
    sessions = Sessions[str]("household", secure=secure)
    family = Family(site, sessions, reception, reader, letters, consent_texts)
    app = site.app()
    SignIn(family).serve(app)
    serve(app, family, ROUTES)
    return app


async def no_homes() -> tuple[HomeFile, ...]:
    """Where no project offers any."""
    return ()


def _menu(request: Request) -> tuple[Link, ...]:
    return MENU if getattr(request.state, "signed_in", False) else ()


MORE = {
    "titles": titles,
    "title": titles.title,
    "reasons": REASONS,
    "channels": CHANNELS,
    "masked": masked,
    "mask_name": mask_name,
    "what_to_do": what_to_do,
}
"""What templates use besides."""
