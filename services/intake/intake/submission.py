"""Takes applications in: from a form to the events that open its case, and what may be done to it at the counter."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.commands import decide_and_append
from chassis.errors import CommandRefused, Conflict
from chassis.log.journal import Journal
from contracts.application import ApplicationForm, Supplement
from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import allows, evolve
from contracts.case.states import State
from contracts.events import (
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApplicationWithdrawn,
    Event,
    SupplementRequested,
)
from contracts.events.values import OwnBan
from contracts.faults import FAULTS
from contracts.local_time import SHANGHAI
from evidence.own_bans import OwnBans
from intake.bans import BanList, Bans
from intake.body_hash import body_hash, is_body_of
from intake.claims import Claims, Elsewhere
from procedures.deadlines import answer_by
from procedures.hainan_2025.completeness import (
    BANNED,
    Accepted,
    IntakeFacts,
    Refused,
    SupplementWanted,
    family,
    without_outside_consents,
)
from procedures.hainan_2025.projects import Project
from procedures.procedure import Procedures
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar

TRIES = 20
"""Of families that name the same child at once, one is taken in at each."""


class KeyReused(Exception):
    """The Idempotency-Key has opened a case with another body."""


class NotAskedFor(CommandRefused):
    """A supplement names something that is neither missing nor there; the pointers say what."""

    def __init__(self, pointers: tuple[str, ...]) -> None:
        title = FAULTS["not-asked-for"].en
        super().__init__(422, title, f"{', '.join(f'supplement{pointer}' for pointer in pointers)}: {title}")
        self.pointers = pointers


@dataclass(frozen=True)
class ApplicationDesk:
    """Where applications are taken in: everything it needs, wired once."""

    journal: Journal
    claims: Claims
    bans: BanList
    own_bans: OwnBans
    projects: Mapping[str, Project]
    calendar: Calendar
    drill_reply_seconds: float | None = None
    procedures: Procedures = PROCEDURES
    """New applications are accepted under the first of them."""

    async def take(self, application: str, form: ApplicationForm, now: datetime) -> Case:
        """Opens the case of an application, or finds it again. Raises KeyReused, Unavailable."""
        form = without_outside_consents(form)
        bans, own = await self._bans(application, form, now)
        claims, elsewhere = self.claims.unread(form, application), Elsewhere()
        project = self.projects[form.project]
        for attempt in range(TRIES):
            outcome = self.procedures.accepting.assess(form, self._known(bans, own, elsewhere, now, project))
            if isinstance(outcome, Refused) and attempt == 0:
                # Every ground at once: so look whether another case is open, too.
                claims, elsewhere = await self.claims.read(form, application)
                outcome = self.procedures.accepting.assess(form, self._known(bans, own, elsewhere, now, project))
            submitted = ApplicationSubmitted(application=application, at=now, form=form, body_sha256=body_hash(form))
            events = (submitted, self._outcome_event(application, form, outcome, bans, own, now))
            try:
                return await self.journal.open(events, [] if isinstance(outcome, Refused) else claims)
            except Conflict:
                case = await self.journal.load(application)
                if case.state is not None:
                    if not is_body_of(form, case.body_sha256):
                        raise KeyReused from None
                    return case
                await _rest(attempt)
                claims, elsewhere = await self.claims.read(form, application)
        raise CommandRefused(503, "too busy", "the family's other application is changing; try again in a moment")

    async def replayed(self, application: str, form: ApplicationForm) -> Case | None:
        """The case that exactly this form has opened, whatever would be said of it today; None where there is none."""
        case = await self.journal.load(application)
        return case if case.state is not None and is_body_of(form, case.body_sha256) else None

    async def _bans(self, application: str, form: ApplicationForm, now: datetime) -> tuple[Bans | None, OwnBan | None]:
        """What the bureau and our own record say, both at once: neither waits for the other."""
        ours = self.own_bans.about(form.applicant.id_number, now.astimezone(SHANGHAI).date())
        return await asyncio.gather(self.bans.about(application, form, now), ours)

    def _known(
        self,
        bans: Bans | None,
        own: OwnBan | None,
        elsewhere: Elsewhere,
        now: datetime,
        posted_for: Project | None = None,
    ) -> IntakeFacts:
        """What is known on the day of `now`; of the project only when a form is posted, as its window counts then."""
        return IntakeFacts(
            today=now.astimezone(SHANGHAI).date(),
            project=posted_for,
            bans=None if bans is None else bans.rows,
            claimed_elsewhere=elsewhere.adults,
            policy=self.procedures.accepting.on(now),
            children_elsewhere=elsewhere.children,
            own_ban=own,
        )

    def _outcome_event(
        self,
        application: str,
        form: ApplicationForm,
        outcome: Refused | SupplementWanted | Accepted,
        bans: Bans | None,
        own: OwnBan | None,
        now: datetime,
        asked_before: SupplementRequested | None = None,
    ) -> Event:
        """The event that says what intake decided. What is still missing is to be handed in by the day first set."""
        today = now.astimezone(SHANGHAI).date()
        policy = self.procedures.accepting.on(now)
        if isinstance(outcome, Refused):
            banned = any(ground.rule == BANNED for ground in outcome.grounds)
            said = bans.answer if bans is not None and banned else None
            return ApplicationRefused(
                application=application,
                at=now,
                as_of=today,
                grounds=outcome.grounds,
                ban=said,
                own_ban=own if banned else None,
            )
        if isinstance(outcome, SupplementWanted):
            n, by = 1, self.calendar.due(today, policy.supplement_working_days).last_day
            if asked_before is not None:
                n, by = asked_before.n + 1, asked_before.hand_in_by
            return SupplementRequested(application=application, at=now, n=n, gaps=outcome.gaps, hand_in_by=by)
        return ApplicationAccepted(
            application=application,
            at=now,
            policy=policy.policy.name,
            as_of=today,
            project=form.project,
            persons=family(form),
            marital_status=form.applicant.marital_status,
            own_income_shown="own_income" in form.documents,
            at_a_counter=form.at_a_counter,
            asked=policy.departments,
            answer_by=answer_by(self.calendar, policy, now, self.drill_reply_seconds),
            notes=outcome.notes,
            children_elsewhere=outcome.children_elsewhere,
            own_ban=own,
        )

    async def supplement(self, application: str, handed_in: Supplement, now: datetime) -> Case:
        """Takes what was missing and assesses anew, on the day of the supplement but for the registration window.

        What brings nothing that was asked for changes nothing: no event, no letter. What brings a part of it has the
        rest asked for again, to be handed in by the day that was first set. So nobody can prolong a case, and each
        request but the first was bought with something new. Raises CommandRefused 404, 409, NotAskedFor.
        """
        case = await self.journal.load(application)
        bans, own, elsewhere = None, None, Elsewhere()
        if case.form is not None and case.state is State.SUPPLEMENT_WANTED and _news(case, handed_in):
            bans, own = await self._bans(application, case.form, now)
            _, elsewhere = await self.claims.read(case.form, application)

        def decide(case: Case) -> tuple[Event, ...]:
            news = _news(case, handed_in)
            if news is None:
                return ()
            request = case.supplements[-1]
            supplemented = ApplicationSupplemented(
                application=application, at=now, n=request.n, documents=news.documents, consents=news.consents
            )
            form = evolve(case, Recorded(case.sequence, supplemented, "", now)).form
            assert form is not None
            outcome = self.procedures.accepting.assess(form, self._known(bans, own, elsewhere, now))
            return (supplemented, self._outcome_event(application, form, outcome, bans, own, now, request))

        case, _ = await decide_and_append(self.journal, application, decide)
        return case

    async def hold(self, application: str, project: str | None = None) -> tuple[str, ...]:
        """Takes the family's claims for a closed case that an officer opens again, or in another project than that of
        its form; gives the children named elsewhere. Held already, they are held.

        Raises CommandRefused 404, 409.
        """
        case = await self.journal.load(application)
        if case.form is None:
            raise CommandRefused(404, "no such application", "check the application number")
        form = case.form.model_copy(update={"project": project or case.form.project})
        for attempt in range(TRIES):
            claims, elsewhere = await self.claims.read(form, application)
            if elsewhere.adults:
                raise CommandRefused(
                    409, "another application is open", "the family has applied again; decide that one"
                )
            try:
                await self.journal.hold(application, claims)
                return elsewhere.children
            except Conflict:
                await _rest(attempt)
        raise CommandRefused(503, "too busy", "the family's other application is changing; try again in a moment")

    async def withdraw(self, application: str, reason: str, by: str, now: datetime) -> Case:
        """Ends the case at the family's wish (Art. 24); a second time changes nothing."""

        def decide(case: Case) -> tuple[Event, ...]:
            if case.state is State.WITHDRAWN:
                return ()
            if not allows(case, ApplicationWithdrawn):
                raise NotAllowed(f"the case has ended ({case.state}); there is nothing to withdraw")
            return (ApplicationWithdrawn(application=application, at=now, reason=reason, by=by),)

        case, _ = await decide_and_append(self.journal, application, decide)
        return case


async def _rest(attempt: int) -> None:
    """Not all at once again."""
    await asyncio.sleep(random.uniform(0, 0.02 * attempt))


def _news(case: Case, handed_in: Supplement) -> Supplement | None:
    """What of a supplement was asked for and is given; None where it brings nothing new.

    What is there already, or was asked for once, is passed over: it was sent twice. Raises NotAskedFor; NotAllowed
    where nothing is missing, or the case ended before what was asked for was taken.
    """
    assert case.form is not None
    wanted = case.state is State.SUPPLEMENT_WANTED
    gaps = case.supplements[-1].gaps if wanted else ()
    documents = {gap.document for gap in gaps}
    persons = {gap.consent_of for gap in gaps}
    once_asked = [gap for request in case.supplements for gap in request.gaps]
    known_documents = {gap.document for gap in once_asked if wanted} | set(case.form.documents)
    known_persons = {gap.consent_of for gap in once_asked}
    consented = {consent.id_number for consent in case.form.consents if consent.given}
    beyond = [f"/documents/{n}" for n, name in enumerate(handed_in.documents) if name not in known_documents]
    beyond += [
        f"/consents/{n}"
        for n, consent in enumerate(handed_in.consents)
        if not (consent.id_number in known_persons and (wanted or not consent.given))
        and not (consent.given and consent.id_number in consented)
    ]
    if beyond and not wanted:
        raise NotAllowed("nothing is missing; a supplement is possible only while one is asked for")
    if beyond:
        raise NotAskedFor(tuple(beyond))
    last_word = {consent.id_number: consent for consent in handed_in.consents if consent.id_number in persons}
    new_documents = tuple(name for name in dict.fromkeys(handed_in.documents) if name in documents)
    new_consents = tuple(consent for consent in last_word.values() if consent.given)
    if not new_documents and not new_consents:
        return None
    return Supplement(documents=new_documents, consents=new_consents)
