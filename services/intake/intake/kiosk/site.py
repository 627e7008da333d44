"""The kiosk as an HTTP app of its own: every path there is. Only its pages may talk to a reader of identity cards."""

from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from chassis.http.pages.sessions import Sessions
from chassis.http.pages.site import Site
from contracts.faults import FAULTS
from contracts.people import CHECK_DIGITS, PROVINCES
from intake.consent_texts import ConsentText
from intake.kiosk.pages import CLEARED, RECEIPT, Pages
from intake.kiosk.screens import CHECK, SCREENS
from intake.kiosk.shown import Shown
from intake.kiosk.texts import TEXTS
from intake.kiosk.visits import Visit, visits
from intake.reception import Reception
from intake.settings import IntakeSettings

NAME = "kiosk"
CARD = "/v1/card"
"""The one path of a card reader (docs/kiosks.md)."""
NUMBER_FAULTS = {code: text for code, text in FAULTS.items() if code.startswith("id-number-")}
"""What can be wrong with an ID number: the script says it in the words of the server."""


def open_visits(settings: IntakeSettings) -> Sessions[Visit]:
    return visits(timedelta(seconds=settings.intake_kiosk_idle_seconds), settings.intake_kiosk_tls)


def site(settings: IntakeSettings) -> Site:
    reader = settings.intake_kiosk_card_reader
    return Site(
        NAME,
        "kiosk.title",
        Path(__file__).parent,
        (TEXTS,),
        scripts=("idle.js", "id_number.js", "card_reader.js", "sending.js"),
        connect=(reader,) if reader else (),
        secure=settings.intake_kiosk_tls,
        more={
            "card_reader": f"{reader}{CARD}" if reader else "",
            "number_faults": NUMBER_FAULTS,
            "provinces": " ".join(sorted(PROVINCES)),
            "check_digits": CHECK_DIGITS,
        },
    )


def build_kiosk(
    reception: Reception, settings: IntakeSettings, texts: dict[str, ConsentText], open_ones: Sessions[Visit]
) -> FastAPI:
    kiosk = site(settings)
    app, shown = kiosk.app(), Shown(kiosk, reception, settings, texts)
    pages = Pages(shown, reception, settings.intake_kiosk_channel, open_ones, settings.intake_max_body)
    app.get("/")(pages.start)
    app.post("/")(pages.begin)
    for screen in SCREENS:
        app.get(screen.path)(pages.show(screen))
        app.post(screen.path)(pages.take(screen))
    app.get(CHECK)(pages.check)
    app.post(CHECK)(pages.send)
    app.get(RECEIPT)(pages.receipt)
    app.get(CLEARED)(pages.cleared)
    app.post("/finish")(pages.finish)
    app.post("/alive")(pages.alive)
    return app
