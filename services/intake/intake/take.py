"""Takes applications in: from a form to the events that open its case, and what may be done to it at the counter."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.commands import decide_and_append
from chassis.errors import Conflict, Problem
from chassis.journal import Journal
from contracts.application import ApplicationForm, Supplement
from contracts.case import WITHDRAWABLE, Case, NotAllowed, Recorded, State, evolve
from contracts.deadlines import answer_by
from contracts.events import (
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApplicationWithdrawn,
    Event,
    SupplementRequested,
)
from contracts.policy import CURRENT, InForce, policy_named
from contracts.working_days import SHANGHAI, Calendar
from intake.bans import BanList, Bans
from intake.claims import Claims, Who
from intake.completeness import BANNED, Accepted, Known, Refused, SupplementWanted, assess, family, kept
from intake.projects import Project

TRIES = 5


class KeyReused(Exception):
    """The Idempotency-Key has opened a case with another body."""


class NotAskedFor(Exception):
    """A supplement names something that is not missing; the pointers say what."""

    def __init__(self, pointers: tuple[str, ...]) -> None:
        super().__init__("only what was asked for can be handed in")
        self.pointers = pointers


@dataclass(frozen=True)
class Counter:
    """Where applications are taken in: everything it needs, wired once."""

    journal: Journal
    claims: Claims
    bans: BanList
    projects: Mapping[str, Project]
    calendar: Calendar
    drill_reply_seconds: float | None = None

    async def take(self, application: str, form: ApplicationForm, now: datetime) -> Case:
        """Opens the case of an application, or finds it again. Raises KeyReused, Unavailable."""
        form = kept(form)
        body_hash = self.body_hash(form)
        bans = await self.bans.about(application, form, now)
        claims, elsewhere = self.claims.unread(form, application), frozenset[Who]()
        for attempt in range(TRIES):
            outcome = assess(form, self._known(form, bans, elsewhere, now))
            if isinstance(outcome, Refused) and attempt == 0:
                # Every ground at once: so look whether another case is open, too.
                claims, elsewhere = await self.claims.read(form, application)
                outcome = assess(form, self._known(form, bans, elsewhere, now))
            submitted = ApplicationSubmitted(application=application, at=now, form=form, body_sha256=body_hash)
            events = (submitted, self._answer(application, form, outcome, bans, now, n=1))
            try:
                last = await self.journal.open(events, [] if isinstance(outcome, Refused) else claims)
                return _opened(application, events, last)
            except Conflict:
                case = await self.journal.load(application)
                if case.state is not None:
                    if case.body_sha256 != body_hash:
                        raise KeyReused from None
                    return case
                claims, elsewhere = await self.claims.read(form, application)
                await asyncio.sleep(0.01 * attempt)
        raise Problem(503, "too busy", "the family's other application is changing; try again in a moment")

    @staticmethod
    def body_hash(form: ApplicationForm) -> str:
        """What tells two bodies under one key apart; white space and the order of keys do not."""
        return hashlib.sha256(kept(form).model_dump_json().encode()).hexdigest()

    def _known(self, form: ApplicationForm, bans: Bans | None, elsewhere: frozenset[Who], now: datetime) -> Known:
        today = now.astimezone(SHANGHAI).date()
        return Known(
            today=today,
            project=self.projects[form.project],
            bans=None if bans is None else bans.rows,
            claimed_elsewhere=elsewhere,
            policy=self._policy(now),
        )

    def _policy(self, now: datetime) -> InForce:
        return policy_named(CURRENT).on(now.astimezone(SHANGHAI).date())

    def _answer(
        self,
        application: str,
        form: ApplicationForm,
        outcome: Refused | SupplementWanted | Accepted,
        bans: Bans | None,
        now: datetime,
        n: int,
    ) -> Event:
        """The event that says what intake decided."""
        today = now.astimezone(SHANGHAI).date()
        policy = self._policy(now)
        if isinstance(outcome, Refused):
            banned = any(ground.rule == BANNED for ground in outcome.grounds)
            said = bans.answer if bans is not None and banned else None
            return ApplicationRefused(application=application, at=now, as_of=today, grounds=outcome.grounds, ban=said)
        if isinstance(outcome, SupplementWanted):
            by = self.calendar.due(today, policy.supplement_working_days).last_day
            return SupplementRequested(application=application, at=now, n=n, gaps=outcome.gaps, hand_in_by=by)
        return ApplicationAccepted(
            application=application,
            at=now,
            policy=CURRENT,
            as_of=today,
            project=form.project,
            persons=family(form),
            marital_status=form.applicant.marital_status,
            own_income_shown="own_income" in form.documents,
            at_a_counter=form.at_a_counter,
            asked=policy.departments,
            answer_by=answer_by(self.calendar, policy, now, self.drill_reply_seconds),
            notes=outcome.notes,
        )

    async def supplement(self, application: str, handed_in: Supplement, now: datetime) -> Case:
        """Takes what was missing and assesses anew. Raises Problem 409, NotAskedFor."""
        case = await self.journal.load(application)
        if case.form is not None and case.state is not State.SUPPLEMENT_WANTED and _has(case.form, handed_in):
            return case
        bans = None if case.form is None else await self.bans.about(application, case.form, now)

        def decide(case: Case) -> tuple[Event, ...]:
            if case.state is not State.SUPPLEMENT_WANTED and case.form is not None and _has(case.form, handed_in):
                return ()
            if case.state is not State.SUPPLEMENT_WANTED:
                raise NotAllowed("nothing is missing; a supplement is possible only while one is asked for")
            request = case.supplements[-1]
            _only_what_was_asked(handed_in, request)
            supplemented = ApplicationSupplemented(
                application=application,
                at=now,
                n=request.n,
                documents=handed_in.documents,
                consents=handed_in.consents,
            )
            form = evolve(case, Recorded(case.sequence, supplemented, "", now)).form
            assert form is not None
            # The day of law at intake is the day of submission: a window that closed meanwhile refuses nobody.
            outcome = assess(form, self._known(form, bans, frozenset(), case.submitted_at or now))
            return (supplemented, self._answer(application, form, outcome, bans, now, n=request.n + 1))

        case, events = await decide_and_append(self.journal, application, decide)
        return await self.journal.load(application, case.sequence + len(events))

    async def hold(self, application: str) -> None:
        """Takes the family's claims for a closed case that an officer opens again. Raises Problem 404, 409."""
        case = await self.journal.load(application)
        if case.form is None:
            raise Problem(404, "no such application", "check the application number")
        for attempt in range(TRIES):
            claims, elsewhere = await self.claims.read(case.form, application)
            if elsewhere:
                raise Problem(409, "another application is open", "the family has applied again; decide that one")
            try:
                await self.journal.hold(application, claims)
                return
            except Conflict:
                await asyncio.sleep(0.01 * attempt)
        raise Problem(503, "too busy", "the family's other application is changing; try again in a moment")

    async def withdraw(self, application: str, reason: str, by: str, now: datetime) -> Case:
        """Ends the case at the family's wish (Art. 24); a second time changes nothing."""

        def decide(case: Case) -> tuple[Event, ...]:
            if case.state is State.WITHDRAWN:
                return ()
            if case.state not in WITHDRAWABLE:
                raise NotAllowed(f"the case has ended ({case.state}); there is nothing to withdraw")
            return (ApplicationWithdrawn(application=application, at=now, reason=reason, by=by),)

        case, events = await decide_and_append(self.journal, application, decide)
        return await self.journal.load(application, case.sequence + len(events))


def _opened(application: str, events: tuple[Event, ...], last: int) -> Case:
    case = Case(application)
    for sequence, event in enumerate(events, start=last - len(events) + 1):
        case = evolve(case, Recorded(sequence, event, "", event.at))
    return case


def _has(form: ApplicationForm, handed_in: Supplement) -> bool:
    """Whether a form already holds everything of a supplement: it was sent twice."""
    given = {consent.id_number for consent in form.consents if consent.given}
    return set(handed_in.documents) <= set(form.documents) and all(
        consent.id_number in given for consent in handed_in.consents
    )


def _only_what_was_asked(handed_in: Supplement, request: SupplementRequested) -> None:
    documents = {gap.document for gap in request.gaps}
    consents = {gap.consent_of for gap in request.gaps}
    beyond = [f"/documents/{n}" for n, name in enumerate(handed_in.documents) if name not in documents]
    beyond += [f"/consents/{n}" for n, item in enumerate(handed_in.consents) if item.id_number not in consents]
    if beyond:
        raise NotAskedFor(tuple(beyond))
