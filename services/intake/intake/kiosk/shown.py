"""How a page of the kiosk is made: which template, in which language, with what to choose from today."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from chassis.http.pages.language import Language, language_of
from chassis.http.pages.site import Site
from contracts.faults import Fault
from intake.consent_texts import ConsentText, current_version
from intake.http.what_a_form_needs import DocumentView, documents_under, projects_on
from intake.kiosk import places, said
from intake.kiosk.draft import Draft, has_consented, number_of
from intake.kiosk.places import Place
from intake.kiosk.receipt import in_the_code, qr_code, receipt
from intake.kiosk.screens import SCREENS, Screen
from intake.kiosk.visits import Visit
from intake.reception import Reception
from intake.settings import IntakeSettings
from procedures.hainan_2025 import titles
from procedures.hainan_2025.phrasing import Words


@dataclass(frozen=True)
class Shown:
    """One method a kind of page."""

    site: Site
    reception: Reception
    settings: IntakeSettings
    texts: dict[str, ConsentText]

    def start(self, request: Request) -> Response:
        """What is needed, and how long it takes. It rests as long as nobody comes."""
        rest = self.settings.intake_kiosk_idle_seconds
        return self.page(request, "start.html", documents=self._documents(), idle=None, rest=rest)

    def screen(
        self, request: Request, screen: Screen, draft: Draft, found: tuple[Place, ...], status: int = 200
    ) -> Response:
        """One section of the form; of the faults those that belong to it."""
        found = places.of(screen, found)
        say, at = self.say(request), SCREENS.index(screen)
        return self.page(
            request,
            f"{screen.name}.html",
            status,
            screen=screen,
            step=at + 1,
            steps=len(SCREENS) + 1,
            back=SCREENS[at - 1].path if at else "/",
            draft=draft,
            errors=places.at_the_field(found),
            on_top=said.on_top(found, say),
            **self._choices(language_of(request), say),
        )

    def check(self, request: Request, visit: Visit, faults: tuple[Fault, ...], status: int = 200) -> Response:
        """All answers; the button that sends is there if nothing is wrong."""
        language, say = language_of(request), self.say(request)
        return self.page(
            request,
            "check.html",
            status,
            draft=visit.draft,
            key=visit.key,
            faults=[(place, said.named(place, say)) for place in places.places(faults, language)],
            step=len(SCREENS) + 1,
            steps=len(SCREENS) + 1,
            **self._choices(language, say),
        )

    def receipt(self, request: Request, visit: Visit) -> Response:
        """The printed sheet."""
        assert visit.case is not None
        it, family_page = (
            receipt(visit.case, self.reception, language_of(request)),
            self.settings.intake_kiosk_family_page,
        )
        code = qr_code(in_the_code(it.number, it.secret, family_page), self.say(request)("receipt.code"))
        changed = visit.changed_after_sending
        return self.page(request, "receipt.html", it=it, code=code, family_page=family_page, changed=changed)

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """With the idle time, unless a page has none."""
        more = {"idle": self.settings.intake_kiosk_idle_seconds, "words": Words(language_of(request)), **values}
        return self.site.page(request, template, status, **more)

    def say(self, request: Request) -> said.Say:
        language = language_of(request)
        return lambda key, **values: self.site.catalogue.say(language, key, **values)

    def text_version(self) -> str | None:
        """Of the text to consent to today."""
        return current_version(self.texts, self.reception.today())

    def _documents(self) -> list[DocumentView]:
        return documents_under(self.reception.desk.procedures.accepting.policy.on(self.reception.today()))

    def _choices(self, language: Language, say: said.Say) -> dict[str, Any]:
        """What is chosen from, and what is consented to, as it is today."""
        version = self.text_version()
        return {
            "projects": projects_on(self.reception.desk.projects, self.reception.today()),
            "documents": self._documents(),
            "statuses": said.choices(titles.MARITAL_STATUS, language),
            "relations": said.choices(titles.RELATIONS, language, said.MEMBERS_MAY_BE),
            "applicant_is": getattr(titles.RELATIONS["applicant"], language),
            "divisions": said.divisions(language, say),
            "text_version": version,
            "consent_text": self.texts[version] if version else None,
            "number_of": number_of,
            "has_consented": has_consented,
        }
