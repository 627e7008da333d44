"""Deposits, purely: dates at year ends, payments that do not fit, files of banks, and money exact over any history."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from allocation.ceremony.entrants import entrant_of
from allocation.decide.bank_file import PaymentLine, read_bank_file
from allocation.decide.deposits import Payment, ask, may_register, need_past, take
from allocation.decide.freeing import free
from allocation.decide.lapsing import lapse, send_home

from contracts.case.case import Case, NotAllowed
from contracts.case.states import State
from contracts.events import (
    ApplicationWithdrawn,
    DepositLapsed,
    PaymentKept,
)
from contracts.homes.home import HomeFile, Stands
from contracts.projects.events import Announcement
from evidence.bank_references import claim_of, same_payment
from procedures.hainan_2025.policy import POLICY
from procedures.policy import Parameter
from procedures.working_days import Calendar
from tests.allocation.announced import an_announcement
from tests.allocation.families import NOW, after, in_the_pool
from tests.allocation.test_projects_decide import approved

CALENDAR = Calendar()
LAW = POLICY.on(date(2026, 11, 28))
SAYS = Announcement.model_validate(an_announcement(date(2026, 11, 28)))
POOL = in_the_pool()


def asked(case: Case = POOL) -> Case:
    event = ask(case, SAYS, CALENDAR, LAW, NOW)
    assert event is not None
    return after(case, event)


def paid(amount: str = "20000.00", reference: str = "R1", case: Case | None = None) -> Case:
    case = asked() if case is None else case
    payment = Payment(Decimal(amount), reference, date(2026, 11, 28))
    return after(case, take(case, SAYS, payment, NOW, "unit"))


@pytest.mark.parametrize(("now", "pay_by"), [
    (datetime(2026, 11, 28, 2, tzinfo=UTC), date(2026, 12, 11)),
    (datetime(2025, 9, 24, 2, tzinfo=UTC), date(2025, 10, 14)),      # over the National Day, with make-up days
    (datetime(2025, 12, 24, 16, tzinfo=UTC), date(2026, 1, 9)),      # the 25th in Shanghai, over New Year
])  # fmt: skip
def test_a_deposit_is_asked_until_the_last_of_its_working_days(now: datetime, pay_by: date) -> None:
    event = ask(POOL, SAYS, CALENDAR, LAW, now)
    assert event is not None
    assert (event.amount, event.pay_by) == (Decimal("20000.00"), pay_by)


def test_amount_and_days_are_the_policy_s_where_a_project_names_none_and_a_project_may_ask_none() -> None:
    bare = SAYS.model_copy(update={"deposit": SAYS.deposit and SAYS.deposit.model_copy(update={"amount": None})})
    event = ask(POOL, bare, CALENDAR, LAW, NOW)
    assert event is not None
    assert event.amount == LAW.deposit_amount
    assert ask(POOL, SAYS.model_copy(update={"deposit": None}), CALENDAR, LAW, NOW) is None
    with pytest.raises(NotAllowed, match="deposit_asked"):
        ask(asked(), SAYS, CALENDAR, LAW, NOW)


@pytest.mark.parametrize(
    ("case", "amount", "kept"),
    [
        (asked(), "20000.00", None),
        (asked(), "19999.99", "another amount"),
        (asked(), "20000.01", "another amount"),
        (POOL, "20000.00", "nothing was asked"),
        (paid(), "20000.00", "paid before"),
    ],
)
def test_another_payment_than_the_one_that_was_asked_is_kept_and_moves_nothing(
    case: Case, amount: str, kept: str | None
) -> None:
    event = take(case, SAYS, Payment(Decimal(amount), "R9", date(2026, 11, 28)), NOW, "unit")
    then = after(case, event)
    assert (event.why if isinstance(event, PaymentKept) else None) == kept
    assert (then.state, then.allocation.deposit) == (
        (State.DEPOSIT_PAID, Decimal("20000.00")) if kept is None else (case.state, case.allocation.deposit)
    )


def test_a_payment_of_a_day_still_to_come_is_a_slip_and_today_is_the_day_in_shanghai() -> None:
    late = datetime(2026, 11, 28, 16, 30, tzinfo=UTC)  # half past midnight of the 29th
    need_past(Payment(Decimal("20000.00"), "R1", date(2026, 11, 29)), late)
    for day in (date(2026, 11, 30), date(2062, 11, 28)):
        with pytest.raises(NotAllowed, match=f"paid on {day}: that day is still to come"):
            need_past(Payment(Decimal("20000.00"), "R1", day), late)


def test_a_claim_of_an_older_version_is_of_the_same_payment_however_its_amount_was_written() -> None:
    assert same_payment("A-1 20000", claim_of("R1", "A-1", Decimal("20000.00")).holder)
    assert not same_payment("A-1 20000.10", "A-1 20000.01")
    assert not same_payment("A-1 20000", "A-2 20000")


def test_a_pool_is_named_where_there_are_several_and_a_group_is_one_that_homes_are_reserved_for() -> None:
    payment = Payment(Decimal("20000.00"), "R1", date(2026, 11, 28), pool="three-rooms")
    with pytest.raises(NotAllowed, match="say which pool"):
        take(asked(), SAYS, payment, NOW, "unit")
    with pytest.raises(NotAllowed, match="for nobody, not elderly"):
        take(asked(), SAYS, Payment(Decimal("20000.00"), "R1", date(2026, 11, 28), group="elderly"), NOW, "unit")


def test_a_declared_interest_goes_with_the_deposit_into_the_list_that_the_log_keeps() -> None:
    payment = Payment(Decimal("20000.00"), "R1", date(2026, 11, 28), interest=True)
    paid = after(asked(), take(asked(), SAYS, payment, NOW, "unit"))
    entrant = entrant_of(paid, "P-1", b"a key of draw numbers, long enough")
    assert entrant is not None
    assert entrant.interest


def test_the_next_project_is_open_to_whoever_waits_in_the_pool_and_was_not_in_it() -> None:
    today, project = date(2026, 11, 28), approved()
    may_register(POOL, project, LAW, today)
    lapsed = after(asked(), DepositLapsed(application=POOL.application, at=NOW, n=1))
    unsettled = replace(POOL, allocation=replace(POOL.allocation, deposit=Decimal("20000.00")))
    assert project.announced is not None
    asks_none = replace(
        project,
        announced=project.announced.model_copy(update={"says": project.says.model_copy(update={"deposit": None})}),
    )
    for case, it, day, why in (
        (lapsed, project, today, "one registration a project"),
        (asked(), project, today, "deposit_asked"),
        (unsettled, project, today, "is being settled"),
        (POOL, asks_none, today, "asks no deposit"),
        (POOL, project, date(2027, 1, 1), "takes no applications"),
    ):
        with pytest.raises(NotAllowed, match=why):
            may_register(case, it, LAW, day, {project.name} if case is lapsed else ())


def test_where_the_pool_keeps_no_confirmation_the_next_project_takes_a_new_application() -> None:
    parameter = Parameter("pool_keeps_confirmation", "internal limit", ((date(2025, 4, 1), False),))
    forgets = replace(POLICY, parameters={**POLICY.parameters, parameter.name: parameter}).on(NOW.date())
    with pytest.raises(NotAllowed, match="applies anew, and is published anew"):
        may_register(POOL, approved(), forgets, NOW.date())


def test_a_file_of_a_bank_is_read_line_by_line_and_a_bad_line_stops_no_other() -> None:
    number = POOL.application
    text = (
        "\ufeffapplication, amount,reference,paid_on,pool\n"
        f"{number},20000.00,R1,2026-12-01,two-rooms\n"
        f"{number},20000.001,R2,2026-12-01,\n"
        f"{number},-1.00,R3,2026-12-01,\n"
        f"WRONG,1.00,R4,2026-12-01,\n"
        f"{number},1.00,R5,2026-02-30,\n"
    )
    read = dict(read_bank_file(text))
    assert isinstance(read[2], PaymentLine)
    assert not read[2].interest
    assert [read[n].split(":")[0] for n in range(3, 7) if isinstance(read[n], str)] == [  # type: ignore[union-attr]
        "amount",
        "amount",
        "application",
        "paid_on",
    ]
    with pytest.raises(ValueError, match="missing: reference, paid_on"):
        list(read_bank_file("application,amount\n"))


HEAD = "application,amount,reference,paid_on"


@pytest.mark.parametrize(("head", "rest", "column"), [
    (HEAD, '"20,000.00",R1,2026-12-01', "amount"),
    (HEAD.replace("amount,reference,paid_on", "reference,paid_on,amount"), "R1,2026-12-01,20,000.00", "amount"),
    (HEAD, "1_000.00,R1,2026-12-01", "amount"),
    (HEAD, "２００００．００,R1,2026-12-01", "amount"),
    (HEAD, "٢٠٠٠٠,R1,2026-12-01", "amount"),
    (HEAD, "2e4,R1,2026-12-01", "amount"),
    (f"{HEAD},currency", "20000.00,R1,2026-12-01,USD", "amount"),
    (HEAD, "20000.00,R1,1764547200", "paid_on"),
    (HEAD, "20000.00,R1,20261201", "paid_on"),
    (HEAD, "20000.00,R1,2026-02-29", "paid_on"),
])  # fmt: skip
def test_a_line_of_another_spelling_is_refused_and_never_read_as_something_else(
    head: str, rest: str, column: str
) -> None:
    [(line, said)] = read_bank_file(f"{head}\n{POOL.application},{rest}\n")
    assert (line, isinstance(said, str) and said.partition(":")[0]) == (2, column)


@pytest.mark.parametrize("more", [("", ""), (",", ","), (",currency", ",cny"), (",currency", ","), (",branch", ",甲")])
@pytest.mark.parametrize("amount", ["20000.00", "20000", "20000.0"])
def test_one_payment_is_the_same_however_often_and_in_whichever_digits_a_bank_writes_it(
    amount: str, more: tuple[str, str]
) -> None:
    text = f"{HEAD}{more[0]}\n{POOL.application},{amount},R1,2028-02-29{more[1]}\n"
    [(_, said)] = read_bank_file(text)
    assert isinstance(said, PaymentLine)
    assert (str(said.amount), said.paid_on) == ("20000.00", date(2028, 2, 29))


@pytest.mark.parametrize(("text", "why"), [
    (f"{HEAD},amount\n", "these columns stand twice: amount"),
    (f"{HEAD}\r{POOL.application},1.00,R1,2026-12-01\r", "is no CSV"),
    (HEAD.replace(",", ";"), "missing: application"),
], ids=["a column twice", "other line ends", "semicolons"])  # fmt: skip
def test_a_file_of_another_kind_is_refused_as_a_whole(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        list(read_bank_file(text))


def test_a_home_is_free_again_if_its_family_left_and_only_if_it_is_its_family_s() -> None:
    case = after(POOL, ApplicationWithdrawn(application=POOL.application, at=NOW, reason="moved", by="the family"))
    taken = HomeFile("H-1", Stands.TAKEN, application=case.application)
    freed = free(case, taken, NOW)
    assert freed is not None
    assert freed.why == "withdrawn"
    assert free(POOL, taken, NOW) is None
    assert free(case, HomeFile("H-1", Stands.TAKEN, application="another"), NOW) is None
    assert free(case, HomeFile("H-1", Stands.LIVED_IN, application=case.application), NOW) is None


def test_a_list_that_is_frozen_sends_back_who_did_not_pay_for_it_and_nobody_of_another_project() -> None:
    [lapsed] = lapse(asked(), NOW, "P-1")
    assert after(asked(), lapsed).state is State.POOL_CONFIRMED
    assert lapse(asked(), NOW, "P-2") == lapse(paid(), NOW, "P-1") == lapse(POOL, NOW, "P-1") == ()
    [sent] = send_home(paid(), NOW, "P-1")
    assert after(paid(), sent).state is State.POOL_CONFIRMED
    assert send_home(paid(), NOW, "P-2") == ()
    assert send_home(asked(), NOW, "P-1") == lapse(asked(), NOW, "P-1")
