"""Payments: one by its form, and a bank's list of them, each line with a fate that can be taken along."""

import csv
import html
import io
import re
from pathlib import Path
from typing import Any

import pytest

from chassis.errors import CommandRefused
from tests.console.bureau.forms import hidden
from tests.console.unit.made import Desk
from tests.support.console_views import NoBus
from tests.support.families import an_application_number

NUMBER = an_application_number()
PAID = {
    "pay.application": NUMBER,
    "pay.amount": "20000.00",
    "pay.reference": "R1",
    "pay.paid_on": "2026-12-01",
    "seen": "",
}
REFUSED = "refused: no such application: check the application number"
ANOTHER = "refused: this bank reference was used before: it stands for another payment; look at both with the bank"
LINES = [
    {"line": 2, "application": NUMBER, "reference": "R1", "fate": "paid"},
    {"line": 3, "application": NUMBER, "reference": "R1", "fate": "known before"},
    {"line": 4, "application": NUMBER, "reference": "R2", "fate": "kept: another amount"},
    {"line": 5, "application": NUMBER, "reference": "R3", "fate": REFUSED},
    {"line": 6, "application": NUMBER, "reference": "R1", "fate": ANOTHER},
    {"line": 7, "fate": "refused: amount: Input should be a valid decimal"},
]
FILE = "application,amount,reference,paid_on\n"


def a_desk(folder: Path, refusals: dict[str, CommandRefused] | None = None) -> Desk:
    answers: dict[str, Any] = {"pay": {}, "take-bank-file": {"lines": LINES}}
    return Desk(folder, NoBus(answers=answers, refusals=refusals or {}))


@pytest.mark.parametrize("more", [{}, {"interest": True}])
async def test_one_payment_goes_out_as_the_command_sends_it(tmp_path: Path, more: dict[str, Any]) -> None:
    desk = a_desk(tmp_path)
    ticked = {f"pay.{name}": "yes" for name in more}
    async with desk.unit as unit:
        assert (await unit.post("/payments/pay", data={**PAID, **ticked})).status_code == 303
    said = {"application": NUMBER, "amount": "20000.00", "reference": "R1", "paid_on": "2026-12-01", **more}
    assert desk.bus.sent == [("allocation", "pay", {**said, "by": "孙项目"})]


@pytest.mark.parametrize(
    ("detail", "field"),
    [
        ("no such application: check the application number", "application"),
        ("this bank reference was used before: for exactly this payment: nothing was changed", "reference"),
        ("not possible in this state: say which pool it draws for: two-rooms, three-rooms", "pool"),
    ],
)
async def test_why_a_payment_is_refused_stands_at_its_field(tmp_path: Path, detail: str, field: str) -> None:
    title, _, rest = detail.partition(": ")
    desk = a_desk(tmp_path, {"pay": CommandRefused(409, title, rest)})
    async with desk.unit as unit:
        reply = await unit.post("/payments/pay", data=PAID)
    assert f'href="#pay.{field}"' in reply.text


async def test_each_line_of_a_banks_list_has_its_fate_and_can_be_taken_along(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    async with desk.unit as unit:
        sent = {"file": ("list.csv", ("\ufeff" + FILE).encode())}
        tried = (await unit.post("/payments/bank-file?lang=en", files=sent)).text
        page = (await unit.post("/payments/bank-file/take?lang=en", data=hidden(tried))).text
        for wrong in ({"text": "eA=="}, {"text": "no base64"}, {"mark": "0" * 64}):
            other = await unit.post("/payments/bank-file/take", data={**hidden(tried), **wrong})
            assert other.status_code == 409
        form = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page)}
        taken = await unit.post("/payments/fates?lang=en", data={one: form[one] for one in ("fates", "mark")})
        tampered = await unit.post("/payments/fates", data={"fates": "[]", "mark": form["mark"]})
    said = {"file": FILE, "by": "孙项目"}
    assert desk.bus.sent == [("allocation", "take-bank-file", one) for one in ({**said, "dry": True}, said)]
    assert 'id="foreseen"' in tried
    assert tampered.status_code == 409
    rows = list(csv.DictReader(io.StringIO(taken.text.removeprefix("\ufeff"))))
    assert [(row["line"], row["fate"]) for row in rows] == [
        ("2", "taken"),
        ("3", "known before"),
        ("4", "kept, not used"),
        *((str(n), "refused") for n in (5, 6, 7)),
    ]
    for row in rows:
        assert row["why"] in html.unescape(page), row


async def test_no_fate_of_a_line_is_english_on_a_chinese_page(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    fates = ("interest: Input should be a valid boolean", "too busy: it is changing; try again", "unheard of: x")
    desk.bus.answers["take-bank-file"] = {"lines": [{"line": 2, "fate": f"refused: {one}"} for one in fates]}
    async with desk.unit as unit:
        sent = {"file": ("list.csv", FILE.encode())}
        page = (await unit.post("/payments/bank-file", files=sent)).text
    whys = re.findall(r"<td>([^<]+)</td></tr>", page.replace("\n", ""))
    assert len(whys) == 3
    assert "interest） 一栏" in whys[0]
    for why in whys:
        assert not re.search(r"[a-z]+ [a-z]+", why), why


async def test_a_list_that_is_none_is_refused_with_what_to_do(tmp_path: Path) -> None:
    columns = "the first line names the columns; these are missing: amount"
    desk = a_desk(tmp_path, {"take-bank-file": CommandRefused(422, "this is no list of payments", columns)})
    async with desk.unit as unit:
        for body, words in ((b"", "请先选择文件"), ("金额".encode("gbk"), "UTF-8"), (b"x,y\n", "amount")):
            reply = await unit.post("/payments/bank-file", files={"file": ("list.csv", body)})
            assert reply.status_code == 422
            assert words in reply.text


async def test_nothing_of_a_list_becomes_a_formula(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    lines = [{"line": 2, "application": NUMBER, "reference": "=1+1", "fate": "refused: unheard of"}]
    desk.bus.answers["take-bank-file"] = {"lines": lines}
    async with desk.unit as unit:
        tried = (await unit.post("/payments/bank-file", files={"file": ("list.csv", FILE.encode())})).text
        page = (await unit.post("/payments/bank-file/take", data=hidden(tried))).text
        form = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page)}
        taken = await unit.post("/payments/fates", data={one: form[one] for one in ("fates", "mark")})
    assert ",'=1+1," in taken.text
