"""The pages that show a case: each reads it anew, and none changes anything."""

from fastapi import Response

from intake.family.dates import Due, as_calendar, dates
from intake.family.frame import Visit
from intake.family.kept_secret import reasons_kept_secret
from intake.family.letters import letters
from intake.family.next_steps import Step, next_steps
from intake.family.reading import Known
from intake.family.rules import is_decided, rule_lines
from intake.family.standing import Standing, standing
from intake.family.way_to_home import WHO_WAITS, way_to_home
from intake.family.who_looked import who_looked

CALENDAR = "text/calendar; charset=utf-8"
AS_A_FILE = {"Content-Disposition": 'attachment; filename="lianshen.ics"'}


async def case(visit: Visit) -> Response:
    """Where it stands, whom it waits for, what comes by itself, and what its household can do."""
    known = await visit.known()
    stands, steps = _standing(visit, known)
    today = visit.family.reception.today()
    again = "" if stands.another_look is None else visit.say("family.again.whom", enquiries=_enquiries(visit))
    return visit.page(
        "case.html",
        known,
        standing=stands,
        steps=steps,
        due=dates(stands, steps),
        again_whom=again,
        today=today,
        way=way_to_home(known.case.allocation, known.history),
        chooses=known.case.state in WHO_WAITS,
        free=await visit.family.reader.free_homes(known) if known.case.state in WHO_WAITS else None,
    )


async def rules(visit: Visit) -> Response:
    """Each rule with values, source and article."""
    known = await visit.known()
    case, found = known.case, known.case.determination
    by_hand = frozenset(counted.sequence for counted in case.answers.values() if counted.by_hand)
    return visit.page(
        "rules.html",
        known,
        lines=rule_lines(case),
        officer=found is not None and not is_decided(case),
        conditions=found.conditions if found is not None else (),
        law_for=lambda rule: visit.procedure(known).law_for(case, rule),
        by_hand=by_hand,
    )


async def looks(visit: Visit) -> Response:
    """Who learned what of the household."""
    known = await visit.known()
    procedure = visit.procedure(known)
    secret = reasons_kept_secret(visit.family.reception.today())
    seen = None if known.is_stale else await visit.family.reader.looks(visit.number)
    lines = who_looked(known.history, seen or (), procedure, secret)
    return visit.page("looks.html", known, lines=lines, unreadable=seen is None)


async def notices(visit: Visit) -> Response:
    """Every notice, in the words in which it was sent."""
    known = await visit.known()
    return visit.page("notices.html", known, letters=letters(visit.number, known.history, visit.family.letters))


async def calendar(visit: Visit) -> Response:
    """The dates, for a phone's calendar; its name tells nothing of whose they are."""
    known = await visit.known()
    due = dates(*_standing(visit, known))
    if not due:
        return visit.family.site.fault(visit.request, 404)

    def say(one: Due) -> str:
        return visit.say(one.text, departments=visit.words.departments(one.departments))

    file = as_calendar(visit.number, due, say, visit.say("family.title"), known.as_of)
    return Response(file, 200, AS_A_FILE, CALENDAR)


def _standing(visit: Visit, known: Known) -> tuple[Standing, tuple[Step, ...]]:
    desk, policy = visit.family.reception.desk, visit.procedure(known).policy
    steps = next_steps(known.case, desk.calendar, policy, visit.family.now, desk.drill_reply_seconds)
    return standing(known.case, known.history, desk.calendar, policy), steps


def _enquiries(visit: Visit) -> str:
    desk = visit.family.letters
    return desk.enquiries_zh if visit.words.language == "zh" else desk.enquiries_en
