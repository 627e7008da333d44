"""A ban imposed here is found at the counter by the log alone, and stays in the event that opens the round."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from determination.commands import commands
from intake.bans import BanList
from intake.claims import Claims
from nats.aio.client import Client

from chassis.log.history import History
from chassis.log.journal import Journal
from chassis.process.service import Context
from chassis.process.settings import Settings
from contracts.bans import BanImposed, person_under
from contracts.events.values import OwnBan
from contracts.local_time import SHANGHAI
from evidence.own_bans import OwnBans
from evidence.streams import BANS
from procedures.hainan_2025.completeness import BAN_DISPUTED
from procedures.hainan_2025.determination import facts_of
from procedures.hainan_2025.rules import R32
from procedures.registry import PROCEDURES
from tests.allocation.families import a_confirmed_family
from tests.intake.in_memory import Intake, NobodyIsBanned
from tests.rules.rules_world import counted
from tests.support.families import a_form, an_application_number

FORM, KEY = a_form(), b"b" * 32
NOW = datetime(2026, 11, 9, 2, tzinfo=UTC)
OURS = OwnBan(article="32", since=date(2026, 3, 1), until=date(2027, 3, 1))


class SilentBureau:
    async def about(self, *question: object) -> None:
        return None


async def banned(journal: Journal, since: date, until: date, who: str = FORM.applicant.id_number) -> None:
    person = person_under(KEY, who)
    known = await journal.history.read(BANS, person)
    about: dict[str, Any] = {"application": an_application_number(), "reason": "took no part", "by": "officer 1"}
    imposed = BanImposed(person=person, n=len(known.state.imposed) + 1, at=NOW, since=since, until=until, **about)
    await journal.append(BANS, known, imposed)


def a_desk(journal: Journal, bureau: object, key: bytes = KEY) -> Any:
    desk = Intake().desk
    own, claims = OwnBans(key, journal.history), Claims(b"c" * 32, cast(History, journal.history))
    return replace(desk, journal=journal, claims=claims, own_bans=own, bans=cast(BanList, bureau))


async def test_our_own_ban_refuses_while_the_bureau_is_silent_until_the_day_it_ends(journal: Journal) -> None:
    await banned(journal, date(2025, 1, 1), date(2026, 1, 1))
    await banned(journal, OURS.since, OURS.until)
    desk = a_desk(journal, SilentBureau())
    refused = (await desk.take(an_application_number(), FORM, NOW)).refused
    assert [ground.rule for ground in refused.grounds] == ["R32"]
    assert (refused.ban, refused.own_ban) == (None, OURS)
    blind = a_desk(journal, SilentBureau(), b"another key".ljust(32, b"."))
    assert (await blind.take(an_application_number(), FORM, NOW)).refused is None


async def test_what_the_bureau_denies_is_accepted_and_determined_again_from_the_log_alone(journal: Journal) -> None:
    await banned(journal, OURS.since, OURS.until)
    number = an_application_number()
    await a_desk(journal, NobodyIsBanned()).take(number, FORM, NOW)
    case = await journal.load(number)
    assert case.accepted is not None
    assert (case.accepted.notes, case.own_ban) == ((BAN_DISPUTED,), OURS)
    said = counted({case.persons[0].id_number: "none"})
    finding = R32(replace(facts_of(case, date(2026, 11, 20)), answers={"housing": said}))
    assert (finding.truth, finding.values["own_ban"]["until"]) == ("unknown", "2027-03-01")


async def test_a_round_that_an_officer_opens_keeps_what_the_record_says_on_its_day(journal: Journal) -> None:
    number = await a_confirmed_family(journal)
    applicant = (await journal.load(number)).persons[0]
    assert applicant.role == "applicant"
    today = journal.clock.now().astimezone(SHANGHAI).date()
    since, until = today - timedelta(days=1), today + timedelta(days=300)
    await banned(journal, since, until, applicant.id_number)
    context = Context(Settings(), cast(Client, None), journal)
    table = commands(context, PROCEDURES, OwnBans(KEY, journal.history))
    again = next(command for command in table if command.verb == "reverify")
    await again.do(again.asks(application=number, reason="before the contract", by="officer 3"))
    assert (await journal.load(number)).own_ban == OwnBan(article="32", since=since, until=until)
