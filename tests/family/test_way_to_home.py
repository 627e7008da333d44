"""What a household reads of its way to a home: what is there by then, and the line that makes its ticket again."""

import hashlib
import shlex

from intake.family.sentences import SENTENCES
from intake.family.way_to_home import way_to_home

from contracts.case.allocation import Allocation
from contracts.draws.check_line import ticket_lines
from tests.contracts.examples import EXAMPLES

FOUND = {type(event).__name__: event for event in EXAMPLES}


def texts(known: Allocation) -> list[str]:
    return [fact.text.removeprefix("family.home.") for fact in way_to_home(known)]


def test_nothing_stands_there_before_a_deposit_is_asked() -> None:
    assert way_to_home(Allocation()) == ()


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
    assert {fact.text for known in (asked, drawn, chosen) for fact in way_to_home(known)} <= SENTENCES.keys()


def test_the_line_makes_the_ticket_again() -> None:
    entry = FOUND["EnteredInDraw"]
    result = FOUND["DrawResult"].model_copy(update={"seed": "b" * 64})
    known = Allocation(entry=entry, result=result)
    (line,) = [fact.value for fact in way_to_home(known) if fact.text == "family.home.check"]
    words = shlex.split(str(line).removesuffix(" | sha256sum"))
    assert words[2:] == list(ticket_lines("b" * 64, entry.pool, entry.number))
    body = "".join(f"{word}\n" for word in words[2:]).encode()
    assert len(hashlib.sha256(body).hexdigest()) == 64
