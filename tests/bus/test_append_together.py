"""A home and a case in one batch: both are stored, or neither; of two families that choose one home one gets it."""

import asyncio
from datetime import UTC, datetime

import pytest

from chassis.errors import Conflict
from chassis.log.aggregate import Aggregate
from chassis.log.journal import Change, Claim, Journal, change_of
from contracts.case.case import NotAllowed
from contracts.case.states import State
from contracts.events import CalledToChoose, ChoiceDeclined, ContractSigned, HomeChosen
from contracts.homes import HOME_EVENTS
from contracts.homes.events import HomeData, HomeListed, HomeTaken
from contracts.homes.home import HomeFile, Stands, evolve
from tests.allocation.families import a_family_that_was_called
from tests.bus.wire import whole_log
from tests.support.real_bus import RealBus

HOMES = Aggregate(HOME_EVENTS, HomeFile, evolve)
NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)


async def list_a_home(journal: Journal, code: str) -> None:
    data = HomeData(code=code, building="1", floor=2, area="75.30", pool="two-rooms")  # type: ignore[arg-type]
    listed = HomeListed(home=code, n=1, at=NOW, project="P-1", data=data, by="unit")
    await journal.append(HOMES, HOMES.fold(code, ()), listed)


async def choose(journal: Journal, number: str, code: str, claims: tuple[Claim, ...] = ()) -> None:
    case = await journal.load(number)
    home = await journal.history.read(HOMES, code)
    taken = HomeTaken(home=code, n=1, at=NOW, application=number, price="1.00", by="unit")  # type: ignore[arg-type]
    chosen = HomeChosen.model_validate(
        {
            "application": number,
            "at": NOW,
            "n": 1,
            "home": code,
            "price": "1.00",
            "contract_by": "2028-11-28",
            "by": "unit",
        }
    )
    after, known = await journal.append_together(Change(HOMES, home, (taken,)), change_of(case, chosen), claims=claims)
    assert (after.state.stands, after.state.application) == (Stands.TAKEN, number)
    assert (known.state.state, known.sequence) == (State.HOME_CHOSEN, after.sequence + 1)


async def test_two_families_choose_one_home_at_once_and_one_gets_it(journal: Journal, real_bus: RealBus) -> None:
    other = Journal(await real_bus.connect(), within=10)
    await other.start()
    await list_a_home(journal, "B1-0201")
    numbers = [await a_family_that_was_called(journal) for _ in range(2)]
    journals = (journal, other)
    outcomes = await asyncio.gather(
        *(choose(one, number, "B1-0201") for one, number in zip(journals, numbers, strict=True)),
        return_exceptions=True,
    )
    await other.stop()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]
    states = sorted([(await journal.history.load(number)).state or "" for number in numbers])
    assert states == ["called_to_choose", "home_chosen"]


async def test_nothing_is_stored_if_the_case_moved_on_or_a_claim_is_held(journal: Journal) -> None:
    await list_a_home(journal, "B1-0201")
    number = await a_family_that_was_called(journal)
    before = len(await whole_log(journal))
    with pytest.raises(Conflict):
        await choose(journal, number, "B1-0201", claims=(Claim("claim.bank.0f", number, 7),))
    assert len(await whole_log(journal)) == before
    await choose(journal, number, "B1-0201", claims=(Claim("claim.bank.0f", number, 0),))
    assert [(it.subject.split(".")[0], it.sequence - before) for it in (await whole_log(journal))[before:]] == [
        ("home", 1),
        ("case", 2),
        ("claim", 3),
    ]


async def test_what_this_process_knows_of_a_case_follows_the_write(journal: Journal) -> None:
    await list_a_home(journal, "B1-0201")
    number = await a_family_that_was_called(journal)
    await choose(journal, number, "B1-0201")
    case = await journal.history.load(number)
    assert journal.known.get(number, case.sequence) == case
    signed = ContractSigned.model_validate(
        {"application": number, "at": NOW, "n": 1, "number": "HT-1", "home": "B1-0201", "price": "1.00", "approval": 1,
         "deposit": "0.00", "balance": "1.00", "by": "unit"}
    )  # fmt: skip
    assert (await journal.decide(case, signed)).state is State.CONTRACT_SIGNED
    assert CalledToChoose.__name__ in [type(item.event).__name__ for item in await journal.history.of(number)]


async def test_an_event_that_may_not_follow_is_refused_before_anything_is_written(journal: Journal) -> None:
    await list_a_home(journal, "B1-0201")
    await list_a_home(journal, "B1-0202")
    number = await a_family_that_was_called(journal)
    await choose(journal, number, "B1-0201")
    before = len(await whole_log(journal))
    with pytest.raises(NotAllowed, match="HomeChosen does not follow"):
        await choose(journal, number, "B1-0202")
    assert len(await whole_log(journal)) == before


async def test_a_family_that_chooses_and_declines_at_once_does_one_of_the_two(journal: Journal) -> None:
    """From one process, too, whose writes go out together: checks inside a batch see the state before it."""
    await list_a_home(journal, "B1-0201")
    number = await a_family_that_was_called(journal)
    case = await journal.load(number)
    declined = ChoiceDeclined(application=number, at=NOW, n=1, reason="too small", by="unit")
    # So that both wait for the next batch.
    journal._commit._rests_until = asyncio.get_running_loop().time() + 0.5
    outcomes = await asyncio.gather(
        choose(journal, number, "B1-0201"), journal.decide(case, declined), return_exceptions=True
    )
    assert [type(outcome).__name__ for outcome in outcomes].count("Conflict") == 1
    home = (await journal.history.read(HOMES, "B1-0201")).state
    state = (await journal.history.load(number)).state
    assert (home.stands, state) in (
        (Stands.TAKEN, State.HOME_CHOSEN),
        (Stands.FREE, State.POOL_CONFIRMED),
    )
