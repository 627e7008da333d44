"""What a household does by itself: hand in what is missing, and withdraw. Sent twice, each happens once."""

from fastapi import Response
from pydantic import ValidationError

from chassis.errors import CommandRefused
from chassis.http.pages.posted import read_posted
from contracts.case.fold import allows
from contracts.events import ApplicationWithdrawn
from intake.consent_texts import current_version
from intake.family.frame import CASE, Visit
from intake.family.reading import Known
from intake.family.supplement import Missing, missing
from intake.read_bodies import Withdrawal
from intake.reception import NotNow

LONGEST_REASON = 500


async def supplement(visit: Visit) -> Response:
    """What is missing, as boxes to tick, with the exact text of a consent."""
    known = await visit.known()
    return _supplement(visit, known, missing(known.case))


async def hand_in(visit: Visit) -> Response:
    """Takes what was ticked, if the text that was agreed to is still the one to agree to."""
    posted = await read_posted(visit.request)
    known = await visit.known()
    gaps = missing(known.case)
    if gaps is None:
        return _supplement(visit, known, None)
    version = _version(visit)
    given = gaps.given(posted, version)
    if given is None:
        return _supplement(visit, known, gaps, {"handed": visit.say("family.supplement.nothing")})
    if given.consents and version != posted.one("text_version"):
        return _supplement(visit, known, gaps, {"handed": visit.say("family.supplement.text_changed")})
    try:
        visit.family.reader.wrote(await visit.family.reception.supplement(visit.number, given))
    except CommandRefused:
        return _supplement(visit, known, None)
    except NotNow:
        return _supplement(visit, known, gaps, not_now=True)
    return visit.go_to(CASE)


async def withdrawal(visit: Visit) -> Response:
    return _withdraw(visit, await visit.known())


async def withdraw(visit: Visit) -> Response:
    """Ends the application at the household's word (Art. 24); it need not say why."""
    posted = await read_posted(visit.request)
    known = await visit.known()
    reason, errors = posted.one("reason"), {}
    if len(reason) > LONGEST_REASON:
        errors["reason"] = visit.say("family.withdraw.long")
    if not posted.has("sure"):
        errors["sure"] = visit.say("family.withdraw.tick")
    if errors:
        return _withdraw(visit, known, errors, reason)
    try:
        visit.family.reader.wrote(await visit.family.reception.withdraw(visit.number, _wish(reason).reason))
    except CommandRefused:
        return _withdraw(visit, known, over=True)
    except NotNow:
        return _withdraw(visit, known, reason=reason, not_now=True)
    return visit.go_to(CASE)


def _wish(reason: str) -> Withdrawal:
    """What nobody can read is no reason."""
    try:
        return Withdrawal(reason=reason)
    except ValidationError:
        return Withdrawal()


def _version(visit: Visit) -> str | None:
    return current_version(visit.family.consent_texts, visit.family.reception.today())


def _supplement(
    visit: Visit, known: Known, gaps: Missing | None, errors: dict[str, str] | None = None, not_now: bool = False
) -> Response:
    version = _version(visit)
    text = visit.family.consent_texts[version] if version else None
    status = 503 if not_now else 422 if errors else 409 if gaps is None else 200
    values = {"missing": gaps, "errors": errors or {}, "version": version, "text": text, "not_now": not_now}
    return visit.page("supplement.html", known, status, **values)


def _withdraw(
    visit: Visit,
    known: Known,
    errors: dict[str, str] | None = None,
    reason: str = "",
    over: bool = False,
    not_now: bool = False,
) -> Response:
    over = over or not allows(known.case, ApplicationWithdrawn)
    status = 503 if not_now else 422 if errors else 409 if over else 200
    return visit.page("withdraw.html", known, status, errors=errors or {}, reason=reason, over=over, not_now=not_now)
