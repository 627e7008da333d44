"""Art. 27, 28: what is not shown is neither met nor unmet; a refusal names everything; a price has its lines."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from after_care.decide.buy_back import accept, ask, decide, pay, show, unknown, unmet
from after_care.decide.homes import as_csv, closed_management, file_of
from after_care.decide.owners import change_owners
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.states import State
from contracts.events import BuyBackOffered, BuyBackRefused
from contracts.events.after_care import CONDITIONS
from contracts.homes.home import HomeFile, Stands, evolve
from procedures.hainan_2025.policy import POLICY
from tests.after_care.families import HOME, chose_a_home, home_of, records_of, with_keys
from tests.allocation.families import after

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
LAW = POLICY.on(NOW.date())


def asked(case: Case | None = None) -> Case:
    case = case or with_keys()
    return after(case, ask(case, home_of(case.application), "officer 1", NOW))


def all_shown(case: Case, *not_met: str) -> Case:
    for condition in CONDITIONS:
        case = after(case, show(case, condition, condition not in not_met, "paper 1", "officer 1", NOW))
    return case


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.sampled_from(CONDITIONS), st.booleans()))
def test_nothing_is_decided_while_one_is_unknown_and_any_unmet_refuses(shown: dict[str, bool]) -> None:
    case = asked()
    for condition, met in shown.items():
        case = after(case, show(case, condition, met, "paper 1", "officer 1", NOW))  # type: ignore[arg-type]
    assert set(unknown(case)) == set(CONDITIONS) - shown.keys()
    if len(shown) < len(CONDITIONS):
        with pytest.raises(NotAllowed, match="not shown yet"):
            decide(case, "r", "officer 1", LAW, NOW)
        return
    decided = decide(case, "r", "officer 1", LAW, NOW)
    assert isinstance(decided, BuyBackOffered if all(shown.values()) else BuyBackRefused)


def test_a_refusal_names_every_condition_and_what_was_mended_may_be_asked_again() -> None:
    case = all_shown(asked(), "mortgage", "fees_paid")
    refused = decide(case, "two things", "officer 1", LAW, NOW)
    assert isinstance(refused, BuyBackRefused)
    assert refused.unmet == ("mortgage", "fees_paid") == unmet(case)
    again = asked(after(case, refused))
    assert unknown(again) == CONDITIONS, "nothing of before counts: it may have changed"
    assert isinstance(decide(all_shown(again), "r", "officer 1", LAW, NOW), BuyBackOffered)


def test_the_newest_word_on_a_condition_counts() -> None:
    case = all_shown(asked(), "mortgage")
    mended = after(case, show(case, "mortgage", True, "paper 2", "officer 1", NOW))
    assert isinstance(decide(mended, "r", "officer 1", LAW, NOW), BuyBackOffered)


def test_it_is_paid_as_it_was_offered_and_the_home_is_in_stock() -> None:
    case = all_shown(asked())
    offer = decide(case, "r", "officer 1", LAW, NOW)
    assert isinstance(offer, BuyBackOffered)
    # 33 whole months from 29 February 2024, 2 % a year of 221,382.00
    assert [(line.what, line.amount) for line in offer.lines] == [
        ("original price", Decimal("221382.00")),
        ("depreciation", Decimal("12176.01")),
    ]
    assert offer.price == Decimal("209205.99")
    assert offer.lines[1].how == "straight-line, 2.00 % a year, 33 whole months from 2024-02-29 to 2026-12-01"
    accepted = after(after(case, offer), accept(after(case, offer), "officer 1", NOW))
    home = home_of(case.application)
    with pytest.raises(NotAllowed, match="another amount"):
        pay(accepted, home, Decimal("209206.00"), "B-1", "officer 1", NOW)
    paid, back = pay(accepted, home, offer.price, "B-1", "officer 1", NOW)
    assert after(accepted, paid).state is State.BOUGHT_BACK
    assert evolve(home, Recorded(9, back, "", NOW)).stands is Stands.IN_STOCK


def test_nobody_asks_before_the_keys_or_twice_at_once() -> None:
    before = chose_a_home()
    for case in (before, asked()):
        with pytest.raises(NotAllowed, match="once at a time"):
            ask(case, home_of(case.application), "officer 1", NOW)


def test_owners_change_by_a_paper_alone_and_the_home_keeps_all_families() -> None:
    case = with_keys()
    home = home_of(case.application)
    changed, kept = change_owners(case, home, "inheritance", "certificate 7 of 2026-11-30", "officer 1", NOW)
    assert after(case, changed).state is State.HANDED_OVER
    with pytest.raises(NotAllowed, match="handed over"):
        change_owners(chose_a_home(), home, "divorce", "decree 1", "officer 1", NOW)
    history = [Recorded(n, one, "", NOW) for n, one in enumerate((*records_of(case.application), kept), start=1)]
    file = file_of(home, history)
    assert [line["what"] for line in file["history"]] == [
        "HomeListed",
        "HomeTaken",
        "KeysGiven",
        "OwnersOfHomeChanged",
    ]
    assert file["history"][-1]["detail"] == {"cause": "inheritance", "document": "certificate 7 of 2026-11-30"}
    assert (
        as_csv(file).splitlines()[-1].endswith("cause: inheritance; document: certificate 7 of 2026-11-30,officer 1")
    )
    assert closed_management(home)
    assert not closed_management(HomeFile(HOME))
