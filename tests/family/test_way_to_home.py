"""What a household reads of its way to a home: what is there by then, and the line that makes its ticket again."""

import hashlib
import shlex
from decimal import Decimal

import pytest
from intake.family.sentences import SENTENCES
from intake.family.way_to_home import way_to_home

from chassis.errors import Unavailable
from contracts.case.allocation import Allocation
from contracts.case.case import Recorded
from contracts.case.fold import fold
from contracts.draws.check_line import ticket_lines
from contracts.events import Event
from contracts.homes.events import HomeData
from contracts.homes.home import HomeFile, Stands
from tests.contracts import examples_after_pool as after
from tests.contracts.examples import EXAMPLES, NUMBER
from tests.contracts.test_case import IN_POOL
from tests.family.household import Household, words

FOUND = {type(event).__name__: event for event in EXAMPLES}


def texts(known: Allocation) -> list[str]:
    return [fact.text.removeprefix("family.home.") for fact in way_to_home(known, ())]


def test_nothing_stands_there_before_a_deposit_is_asked() -> None:
    assert way_to_home(Allocation(), ()) == ()


def test_each_step_shows_what_it_brought() -> None:
    asked = Allocation(asked=FOUND["DepositAsked"])
    assert texts(asked) == ["project", "deposit", "pay_by"]
    drawn = Allocation(
        asked=FOUND["DepositAsked"],
        paid=FOUND["DepositPaid"],
        entry=FOUND["EnteredInDraw"],
        result=FOUND["DrawResult"].model_copy(update={"seed": "a" * 64}),
        call=FOUND["CalledToChoose"],
    )
    assert {"number", "list", "ticket", "check", "slot_from", "left"} <= set(texts(drawn))
    chosen = Allocation(choice=FOUND["HomeChosen"], contract=FOUND["ContractSigned"], offer=FOUND["BuyBackOffered"])
    assert texts(chosen) == ["home", "price", "two_years", "contract", "balance", "offer"]
    assert {fact.text for known in (asked, drawn, chosen) for fact in way_to_home(known, ())} <= SENTENCES.keys()


def test_the_line_makes_the_ticket_again() -> None:
    entry = FOUND["EnteredInDraw"]
    result = FOUND["DrawResult"].model_copy(update={"seed": "b" * 64})
    known = Allocation(entry=entry, result=result)
    (line,) = [fact.value for fact in way_to_home(known, ()) if fact.text == "family.home.check"]
    words = shlex.split(str(line).removesuffix(" | sha256sum"))
    assert words[2:] == list(ticket_lines("b" * 64, entry.pool, entry.number))
    body = "".join(f"{word}\n" for word in words[2:]).encode()
    assert len(hashlib.sha256(body).hexdigest()) == 64


def story(*events: Event) -> tuple[Recorded, ...]:
    return tuple(Recorded(n, event, "", event.at) for n, event in enumerate((*IN_POOL, *events), 1))


def facts(*events: Event) -> dict[str, object]:
    history = story(*events)
    found = way_to_home(fold(history, NUMBER).allocation, history)
    assert {fact.text for fact in found} <= SENTENCES.keys()
    return {fact.text.removeprefix("family.home."): fact.value for fact in found}


def test_it_reads_when_and_where_the_draw_is_held_until_its_result_is_there() -> None:
    scheduled = (*after.IN_DRAW, after.SCHEDULED)
    assert facts(*scheduled)["held_where"] == after.SCHEDULED.place
    assert "held_at" not in facts(*scheduled, after.RESULT)
    assert facts(*scheduled, after.VOIDED)["void"] == after.VOIDED.reason


def test_it_reads_what_became_of_its_deposit_and_why_and_of_its_price() -> None:
    back = facts(*after.IN_DRAW, after.NOT_DRAWN, after.DEPOSIT_SETTLED)
    assert (back["deposit.given_back"], back["deposit.why"]) == (after.DEPOSIT, "not drawn")
    assert facts(*after.CONTRACT)["deposit.set_off"] == after.DEPOSIT
    left = facts(*after.CONTRACT, after.SETTLED, after.EXIT_PROPOSED, after.EXIT_CONFIRMED, after.PRICE_BACK)
    assert left["price_back"] == after.PRICE
    again = facts(*after.IN_DRAW, after.NOT_DRAWN, after.DEPOSIT_SETTLED, after.again(after.DEPOSIT_ASKED))
    assert "deposit.given_back" not in again


def home(code: str, pool: str = "two-rooms", stands: Stands = Stands.FREE, project: str = "HN-2026-01") -> HomeFile:
    data = HomeData(code=code, building="3", floor=12, area=Decimal("75.30"), pool=pool)
    return HomeFile(code, stands, project, data)


HOMES = (
    home("GW-3-1202"),
    home("GW-3-1203", stands=Stands.TAKEN),
    home("GW-3-1204", "three-rooms"),
    home("XX-1-0001", project="another"),
)


@pytest.mark.parametrize(("language", "said"), [("zh", "还有1套可选"), ("en", "1 of your pool are free")])
async def test_whoever_is_called_reads_which_homes_of_its_pool_are_free_now(language: str, said: str) -> None:
    async def homes() -> tuple[HomeFile, ...]:
        return HOMES

    household = Household(homes=homes)
    await household.sign_in(household.stands(NUMBER, story(*after.CALL)))
    page = words(await household.get("/case", language))
    assert said in page
    assert "GW-3-1202" in page
    assert not [code for code in ("GW-3-1203", "GW-3-1204", "XX-1-0001") if code in page]


async def test_where_the_homes_cannot_be_read_the_page_says_so_and_shows_the_rest() -> None:
    async def homes() -> tuple[HomeFile, ...]:
        raise Unavailable("the bus did not answer a read in time")

    household = Household(homes=homes)
    await household.sign_in(household.stands(NUMBER, story(*after.CALL)))
    page = await household.get("/case")
    assert (page.status_code, "目前读不到房源" in page.text) == (200, True)
    assert "选房" in words(page)
