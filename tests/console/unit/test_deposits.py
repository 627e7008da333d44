"""All deposits of a project: missing, late, paid, given back, kept, set off, by whom and when, and the sums."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from console.unit.deposit_rows import STATUSES, deposits_of, sums_of

from contracts.case.case import Recorded
from contracts.events import (
    ApplicationWithdrawn,
    DepositAsked,
    DepositLapsed,
    DepositPaid,
    DepositSettled,
    Event,
    PaymentKept,
)
from tests.allocation.families import of_a_case
from tests.console.unit.made import NOW, Desk, announced
from tests.support.console_views import NoBus
from tests.support.families import an_application_number

ASKED: tuple[type[Event], dict[str, Any]] = (
    DepositAsked,
    {"n": 1, "project": "P-1", "amount": "20000.00", "pay_by": date(2026, 12, 10)},
)
ELSEWHERE = (DepositAsked, {"n": 2, "project": "P-2", "amount": "30000.00", "pay_by": date(2027, 5, 1)})


def paid(reference: str, n: int = 1, amount: str = "20000.00") -> tuple[type[Event], dict[str, Any]]:
    fields = {"n": n, "pool": "two-rooms", "amount": amount, "reference": reference}
    return DepositPaid, {**fields, "paid_on": "2026-12-01", "by": "孙项目"}


def settled(how: str, why: str, n: int = 1) -> tuple[type[Event], dict[str, Any]]:
    return DepositSettled, {"n": n, "how": how, "amount": "20000.00", "why": why, "by": "by the policy in force"}


ASIDE = (PaymentKept, {"n": 1, "amount": "100.00", "reference": "K1", "why": "another amount", "by": "孙项目"})
FAMILIES: dict[str, Sequence[tuple[type[Event], dict[str, Any]]]] = {
    "missing": (ASKED, ASIDE),
    "held": (ASKED, paid("R1")),
    "given_back": (ASKED, paid("R2"), settled("given_back", "not drawn")),
    "kept": (ASKED, paid("R3"), settled("kept", "cancelled")),
    "set_off": (ASKED, paid("R4"), settled("set_off", "contract")),
    "lapsed": (ASKED, (DepositLapsed, {"n": 1})),
    "withdrawn": (ASKED, (ApplicationWithdrawn, {"reason": "moved away", "by": "applicant"})),
    "moved on": (ASKED, paid("R5"), settled("given_back", "not drawn"), ELSEWHERE, paid("R6", 2, "30000.00")),
}
NUMBERS = {name: an_application_number() for name in FAMILIES}


def history() -> list[Recorded[Event]]:
    events = [event for name, kinds in FAMILIES.items() for event in of_a_case(NUMBERS[name], *kinds)]
    return [Recorded(n, event, "", event.at) for n, event in enumerate(events, 1)]


def test_every_status_is_found_and_another_projects_deposit_is_not_in_it() -> None:
    found = {one.asked.application: one.status for one in deposits_of("P-1", history())}
    assert found == {NUMBERS[name]: "given_back" if name == "moved on" else name for name in FAMILIES}
    assert set(found.values()) == {*STATUSES}
    [elsewhere] = deposits_of("P-2", history())
    assert (elsewhere.status, str(elsewhere.held)) == ("held", "30000.00")


def test_the_sums_say_how_many_and_how_much_to_the_cent() -> None:
    found = {one.status: (one.count, str(one.amount)) for one in sums_of(deposits_of("P-1", history()))}
    assert found["held"] == (1, "20000.00")
    assert found["given_back"] == (2, "40000.00")
    assert {name: found[name][0] for name in ("missing", "kept", "set_off", "lapsed", "withdrawn")} == dict.fromkeys(
        ("missing", "kept", "set_off", "lapsed", "withdrawn"), 1
    )


def a_desk(folder: Path, days: int = 0) -> Desk:
    project, homes = announced()
    bus = NoBus(projects={"P-1": project}, homes=dict(homes), deposits=tuple(history()))
    return Desk(folder, bus, NOW + timedelta(days=days))


@pytest.mark.parametrize(("days", "late"), [(0, False), (30, True)])
async def test_the_page_names_each_by_its_number_with_who_and_when(tmp_path: Path, days: int, late: bool) -> None:
    desk = a_desk(tmp_path, days)
    async with desk.unit as unit:
        assert 'href="/projects/P-1/deposits"' in (await unit.get("/projects/P-1")).text
        page = (await unit.get("/projects/P-1/deposits")).text
        missing = (await unit.get("/projects/P-1/deposits?status=missing")).text
        assert (await unit.get("/projects/P-9/deposits")).status_code == 404
    for name, number in NUMBERS.items():
        assert number in page, name
    assert ("已过期限" in missing, NUMBERS["held"] in missing, NUMBERS["missing"] in missing) == (late, False, True)
    for said in ("R1", "孙项目", "未中签", "资格取消", "K1"):
        assert said in page, said


async def test_the_table_to_keep_has_every_one_of_them(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    async with desk.unit as unit:
        text = (await unit.get("/projects/P-1/deposits.csv")).text
    rows = {row["application"]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    assert {rows[NUMBERS[name]]["status"] for name in FAMILIES} == {*STATUSES}
    assert rows[NUMBERS["kept"]]["why"] == "cancelled"
