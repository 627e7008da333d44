"""Contract and keys, purely: the approved price, every cent adds up, and nothing is handed over too early."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from allocation.decide.choosing import call, choose
from allocation.decide.contracts import balance_due, hand_over, settle_price, sign
from allocation.decide.deposits import Payment
from allocation.decide.freshness import older_than_days, older_than_months
from allocation.decide.prices import approve, determine
from allocation.decide.rentals import rents_by_paper, show_rental, still_rents
from hypothesis import given
from hypothesis import strategies as st

from contracts.case.case import Case, NotAllowed
from contracts.case.states import State
from contracts.events import ContractSigned, DepositAsked, DepositPaid, DepositSettled, HandedOver, HandOverRefused
from contracts.events.values import BanAnswer
from contracts.homes.events import HomeData
from contracts.homes.home import HomeFile, Stands
from contracts.inquiries import Answer
from contracts.projects.events import PricePerSquareMetre
from procedures.hainan_2025.policy import POLICY
from tests.allocation.announced import PER_M2
from tests.allocation.families import DRAWN, NOW, after, in_the_pool, of_a_case
from tests.allocation.test_projects_decide import after as project_after
from tests.allocation.test_projects_decide import announced, approved

LAW = POLICY.on(date(2026, 11, 28))
CODE = "P-1-0001"
DATA = HomeData(code=CODE, building="1", floor=2, area="75.30", pool="two-rooms")  # type: ignore[arg-type]
SAID = BanAnswer(asked_at=NOW, answer=Answer(question_id="Q" * 26, kind="none", persons=()))
KINDS = ("public_rental", "affordable_rental")


def drawn(deposit: str = "20000.00") -> Case:
    pool = in_the_pool()
    amounts = {DepositAsked: {"amount": deposit}, DepositPaid: {"amount": deposit}}
    steps = [(kind, {**fields, **amounts.get(kind, {})}) for kind, fields in DRAWN]  # type: ignore[arg-type]
    return after(pool, *of_a_case(pool.application, *steps))


def chosen(deposit: str = "20000.00") -> tuple[Case, HomeFile]:
    case, free = drawn(deposit), HomeFile(CODE, Stands.FREE, project="P-1", data=DATA)
    case = after(case, call(case, NOW, NOW + timedelta(minutes=15), 1, NOW, "unit", None))
    _, event = choose(case, free, {}, approved().price_of(CODE, NOW.date()), LAW, NOW, "unit")
    return after(case, event), HomeFile(CODE, Stands.TAKEN, "P-1", DATA, case.application)


def signed(deposit: str = "20000.00") -> tuple[Case, HomeFile]:
    case, home = chosen(deposit)
    return after(case, *sign(case, home, approved(), "HT-1", NOW, "unit")), home


def paid(case: Case, amount: Decimal) -> Case:
    event = settle_price(case, Payment(amount, "R2", date(2026, 12, 1)), NOW, "unit")
    assert event is not None
    return after(case, event)


def test_the_deposit_is_set_off_against_the_approved_price_and_the_rest_is_due() -> None:
    case, home = chosen()
    contract, settled = sign(case, home, approved(), "HT-1", NOW, "unit")
    assert isinstance(contract, ContractSigned)
    assert isinstance(settled, DepositSettled)
    assert (contract.price, contract.deposit, contract.balance) == tuple(
        map(Decimal, ("221382.00", "20000.00", "201382.00"))
    )
    assert (settled.how, settled.amount, contract.approval) == ("set_off", Decimal("20000.00"), 1)


@pytest.mark.parametrize("land", ["700.00", "900.00"])
def test_a_price_between_choice_and_contract_changes_nothing_whatever_day_it_names(land: str) -> None:
    case, home = chosen()
    per_m2 = PricePerSquareMetre.model_validate({**PER_M2, "land": land, "profit": "100.00"})
    later = project_after(approved(), determine(approved(), per_m2, LAW, NOW, "unit"))
    day = NOW.date() - timedelta(days=1)
    later = project_after(later, approve(later, 2, "document 2", day, day, NOW + timedelta(hours=1), "officer"))
    assert later.price_of(CODE, NOW.date()) != approved().price_of(CODE, NOW.date())
    contract = sign(case, home, later, "HT-1", NOW + timedelta(days=9), "unit")[0]
    assert isinstance(contract, ContractSigned)
    assert (contract.price, contract.approval) == (Decimal("221382.00"), 1)


@given(st.integers(1, 30_000_000).map(lambda cents: str(Decimal(cents) / 100)))
def test_set_off_given_back_and_balance_add_up_to_the_cent_whatever_the_deposit(deposit: str) -> None:
    case, home = chosen(deposit)
    contract, *settled = sign(case, home, approved(), "HT-1", NOW, "unit")
    assert isinstance(contract, ContractSigned)
    amounts = [event.amount for event in settled if isinstance(event, DepositSettled)]
    assert sum(amounts) == Decimal(deposit)
    assert contract.deposit + contract.balance == contract.price
    assert after(case, contract, *settled).allocation.deposit == 0


def test_there_is_no_contract_without_a_home_of_one_s_own_and_an_approved_price() -> None:
    case, home = chosen()
    another = HomeFile(CODE, Stands.TAKEN, "P-1", DATA, "another")
    approval = approved().approvals[0].model_copy(update={"published_on": NOW.date() + timedelta(days=1)})
    published_tomorrow = replace(approved(), approvals=(approval,))
    for of_home, project, why in (
        (another, approved(), "not this family's"),
        (HomeFile(CODE, Stands.FREE, "P-1", DATA), approved(), "not this family's"),
        (home, announced(), "no approved price"),
        (home, published_tomorrow, "no approved price that is published"),
    ):
        with pytest.raises(NotAllowed, match=why):
            sign(case, of_home, project, "HT-1", NOW, "unit")
    with pytest.raises(NotAllowed, match="contract_signed"):
        sign(signed()[0], home, approved(), "HT-2", NOW, "unit")


@pytest.mark.parametrize(("amount", "settles"), [("201382.00", True), ("201381.99", False), ("221382.00", False)])
def test_the_price_is_settled_by_exactly_its_balance(amount: str, settles: bool) -> None:
    case, _ = signed()
    event = settle_price(case, Payment(Decimal(amount), "R2", date(2026, 12, 1)), NOW, "unit")
    assert (event is not None) == settles
    assert balance_due(case) == Decimal("201382.00")
    assert balance_due(paid(case, Decimal("201382.00"))) == 0


@pytest.mark.parametrize(("settled", "renting", "missing"), [
    (False, None, ("balance",)),
    (False, "still rented", ("balance", "rental")),
    (True, "still rented", ("rental",)),
    (True, None, None),
])  # fmt: skip
def test_keys_are_given_if_nothing_is_due_and_nothing_rented_and_else_it_is_said_what_is_missing(
    settled: bool, renting: str | None, missing: tuple[str, ...] | None
) -> None:
    case, home = signed()
    case = paid(case, Decimal("201382.00")) if settled else case
    event, keys = hand_over(case, home, renting, SAID, NOW, "unit")
    if missing is None:
        assert isinstance(event, HandedOver)
        assert keys is not None
        assert after(case, event).state is State.HANDED_OVER
    else:
        assert isinstance(event, HandOverRefused)
        assert (event.missing, keys, after(case, event).state) == (missing, None, case.state)


def test_nothing_is_handed_over_before_the_contract() -> None:
    case, home = chosen()
    with pytest.raises(NotAllowed, match="after the contract"):
        hand_over(case, home, None, SAID, NOW, "unit")


PERSON = "150303198808010071"


def rents(*rows: dict[str, Any], kind: str = "found") -> str | None:
    persons = [{"id_number": PERSON, "kind": kind, "records": rows}]
    answer = Answer.model_validate({"question_id": "Q" * 26, "kind": kind, "persons": persons})
    return still_rents(answer, [PERSON], KINDS, date(2026, 11, 28))


@pytest.mark.parametrize(("row", "open_"), [
    ({"register": "tenancy", "kind": "public_rental", "since": "2020-01-01"}, True),
    ({"register": "tenancy", "kind": "affordable_rental", "since": "2020-01-01", "until": "2026-11-28"}, True),
    ({"register": "tenancy", "kind": "public_rental", "since": "2020-01-01", "until": "2026-11-27"}, False),
    ({"register": "tenancy", "kind": "public_rental", "since": "2026-11-29"}, False),
    ({"register": "tenancy", "kind": "private_rental", "since": "2020-01-01"}, False),
    ({"register": "tenancy", "since": "2020-01-01"}, True),
    ({"register": "tenancy", "kind": "public_rental", "since": "2026-11-20", "until": "2026-11-01"}, True),
    ({"register": "ban", "article": "32", "since": "2026-01-01"}, False),
    ({"kind": "public_rental"}, True),
])  # fmt: skip
def test_a_rental_home_is_left_if_no_tenancy_of_the_state_runs_and_every_row_is_clear(
    row: dict[str, Any], open_: bool
) -> None:
    assert (rents(row) is not None) == open_


@pytest.mark.parametrize(("kind", "open_"), [("none", False), ("cannot_determine", True), ("refused", True)])
def test_a_bureau_that_does_not_say_leaves_it_open(kind: str, open_: bool) -> None:
    assert (rents(kind=kind) is not None) == open_


def test_answers_are_too_old_the_day_after_their_last_day() -> None:
    case = in_the_pool()
    assert case.asked_at is not None
    asked = (case.asked_at + timedelta(hours=8)).date()
    assert not older_than_days(case, 30, asked + timedelta(days=30))
    assert older_than_days(case, 30, asked + timedelta(days=31))
    assert not older_than_months(case, 12, asked)
    assert older_than_months(case, 12, asked + timedelta(days=367))


DAY = date(2026, 12, 31)


@pytest.mark.parametrize(("left", "dated", "said"), [
    (True, DAY, None),
    (True, DAY - timedelta(days=30), None),
    (True, DAY - timedelta(days=31), "older than 30 days; with a newer one an officer shows it: `lianshen contract"),
    (False, DAY, "is not left; once it is, an officer shows it: `lianshen contract show-rental`"),
])  # fmt: skip
def test_a_paper_shows_that_a_rental_is_left_until_it_is_too_old(left: bool, dated: date, said: str | None) -> None:
    case, now = signed()[0], NOW + timedelta(days=60)
    assert "and an officer shows it: `lianshen contract show-rental`" in (rents_by_paper(case, 30, DAY) or "")
    case = after(case, show_rental(case, not left, "paper 1", dated, now, "officer 1"))
    case = after(case, show_rental(case, left, "paper 2", dated, now, "officer 1"))
    why = rents_by_paper(case, 30, DAY)
    assert why is None if said is None else said in (why or "")


def test_a_paper_is_shown_between_contract_and_keys_and_is_of_no_day_to_come() -> None:
    with pytest.raises(NotAllowed, match="between contract and keys"):
        show_rental(chosen()[0], True, "paper 1", NOW.date(), NOW, "officer 1")
    with pytest.raises(NotAllowed, match="a day to come"):
        show_rental(signed()[0], True, "paper 1", NOW.date() + timedelta(days=2), NOW, "officer 1")
