"""The pages of the journey: what each shows, and what is done with what comes back. Thin: `Reception` decides."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import Request, Response

from chassis.errors import CommandRefused
from chassis.http.body import BodyRefused
from chassis.http.pages.language import language_of
from chassis.http.pages.posted import Posted, read_posted
from chassis.http.pages.sessions import Sessions
from contracts.application import ApplicationForm
from contracts.faults import Fault
from intake.kiosk import places
from intake.kiosk.draft import Draft, as_body
from intake.kiosk.homes import faults_of_homes
from intake.kiosk.places import Place
from intake.kiosk.screens import CHECK, SCREENS, Screen, after, stays
from intake.kiosk.shown import Shown
from intake.kiosk.visits import Visit, is_key, new_key
from intake.reception import FormFaulty, NotNow, Reception
from intake.submission import KeyReused

RECEIPT, CLEARED = "/receipt", "/cleared"
COME_BACK = {"Retry-After": "10"}
Page = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Pages:
    """One method a page, wired once."""

    shown: Shown
    reception: Reception
    channel: str
    visits: Sessions[Visit]
    most: int
    """Bytes of a form."""

    async def start(self, request: Request) -> Response:
        """What is needed, and how long it takes; the only page without a visit."""
        return self.shown.start(request)

    async def begin(self, request: Request) -> Response:
        """A new visit: whatever another family left here is forgotten."""
        response = self.shown.site.go_to(SCREENS[0].path)
        self.visits.begin(response, Visit(new_key(self.reception.receipt_key)), self._now(), request)
        return response

    def show(self, screen: Screen) -> Page:
        async def shown(request: Request) -> Response:
            visit = self._visit(request)
            if visit is None or visit.case is not None:
                return self._elsewhere(visit)
            faults = self._faults(visit.draft) if screen.name in visit.draft.done else ()
            return self.shown.screen(request, screen, visit.draft, places.places(faults, language_of(request)))

        return shown

    def take(self, screen: Screen) -> Page:
        async def taken(request: Request) -> Response:
            posted, visit = await read_posted(request), self._visit(request)
            if visit is None or visit.case is not None:
                return self._elsewhere(visit)
            if screen.name == "consents" and posted.one("text_version") != (self.shown.text_version() or ""):
                changed = Place(screen, "consents", ("consents",), self.shown.say(request)("consents.changed"))
                return self.shown.screen(request, screen, visit.draft, (changed,), 422)
            draft = screen.read(visit.draft, posted)
            if len(as_body(draft, self.channel)) > self.most:
                raise BodyRefused(413)  # what no form may be long is not kept for it either
            visit.draft = draft
            return self._go_on(request, screen, visit, posted)

        return taken

    def _go_on(self, request: Request, screen: Screen, visit: Visit, posted: Posted) -> Response:
        """To the next screen, unless something is wrong on this one or is still being added to it."""
        done = visit.draft.done - {screen.name}
        if stays(posted):
            visit.draft = replace(visit.draft, done=done)
            return self.shown.site.go_to(screen.path)
        found = places.of(screen, places.places(self._faults(visit.draft), language_of(request)))
        if found:
            visit.draft = replace(visit.draft, done=done)
            return self.shown.screen(request, screen, visit.draft, found, 422)
        visit.draft = replace(visit.draft, done=done | {screen.name})
        return self.shown.site.go_to(after(visit.draft))

    async def check(self, request: Request) -> Response:
        """All answers with a way to change each; what is wrong, if anything; else the button that sends."""
        visit = self._visit(request)
        if visit is None or visit.case is not None:
            return self._elsewhere(visit)
        return self.shown.check(request, visit, self._faults(visit.draft))

    async def send(self, request: Request) -> Response:
        """Sends the draft under the key of its page; however often it is pressed, one case is opened."""
        key, visit = (await read_posted(request)).one("key"), self._visit(request)
        try:
            if visit is None:
                return await self._sent_before(request, key)
            if key != visit.key:
                # Somebody has begun anew in this browser: whoever sent that page has left.
                return self._elsewhere(visit)
            if visit.case is None:
                await self._send(visit)
        except FormFaulty as faulty:
            assert visit is not None
            return self.shown.check(request, visit, faulty.faults, 422)
        except (NotNow, CommandRefused):
            response = self.shown.page(request, "away.html", 503, key=key, path=CHECK)
            response.headers.update(COME_BACK)
            return response
        return self.shown.site.go_to(RECEIPT)

    async def _send(self, visit: Visit) -> None:
        if faults := faults_of_homes(visit.draft):
            raise FormFaulty(faults)
        body, key = as_body(visit.draft, self.channel), visit.key
        try:
            visit.taken(await self.reception.take(key, body))
        except KeyReused:
            # It was taken in before, its answer was lost on the way, and the family has changed something since.
            case = await self.reception.load(self.reception.number_of(key))
            assert case is not None
            visit.taken(case, changed_after_sending=True)

    async def _sent_before(self, request: Request, key: str) -> Response:
        """A page that was sent outlived its visit, as over a restart of ours: its key opens the same receipt.

        Only as long as a screen may rest: nobody who comes later, and finds the page in a browser, opens it. And only
        a key of ours: what programs choose can be guessed.
        """
        ours = is_key(self.reception.receipt_key, key)
        case = await self.reception.load(self.reception.number_of(key)) if ours else None
        now = self._now()
        if case is None or case.submitted_at is None or now - case.submitted_at > self.visits.limits.idle:
            return self._elsewhere(None)
        response = self.shown.site.go_to(RECEIPT)
        self.visits.begin(response, Visit(key, case=case), now, request)
        return response

    async def receipt(self, request: Request) -> Response:
        """The printed sheet. It needs no bus: what was taken in is known here until the screen is cleared."""
        visit = self._visit(request)
        if visit is None or visit.case is None:
            return self._elsewhere(visit)
        return self.shown.receipt(request, visit)

    async def cleared(self, request: Request) -> Response:
        """Nothing is left of whoever was here."""
        response = self.shown.page(request, "cleared.html", idle=None)
        self.visits.end(request, response)
        return response

    async def finish(self, request: Request) -> Response:
        """The family is done, or leaves."""
        response = self.shown.site.go_to("/")
        self.visits.end(request, response)
        return response

    async def alive(self, request: Request) -> Response:
        """Somebody is typing: the visit goes on."""
        return Response(status_code=204 if self._visit(request) else 410)

    def _elsewhere(self, visit: Visit | None) -> Response:
        """Where a page of the journey leads when there is no draft: it was cleared, or has been sent."""
        if visit is None:
            return self.shown.site.go_to(CLEARED)
        return self.shown.site.go_to(CHECK if visit.case is None else RECEIPT)

    def _faults(self, draft: Draft) -> tuple[Fault, ...]:
        """Everything wrong with the form as it would be posted."""
        form = self.reception.read(as_body(draft, self.channel))
        return (*(() if isinstance(form, ApplicationForm) else form), *faults_of_homes(draft))

    def _visit(self, request: Request) -> Visit | None:
        return self.visits.of(request, self._now())

    def _now(self) -> datetime:
        return self.reception.clock.now()
