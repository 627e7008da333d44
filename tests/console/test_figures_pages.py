"""The figures as page, .csv and workbook: the same numbers, in both languages, and no cell is a formula."""

import csv
import html
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from console.figures.chart import BAR, chart
from console.figures.files import as_csv, as_workbook
from console.figures.month import figures
from console.figures.page import as_shown
from console.figures.tables import Column, Reader, Share, Table, tables
from console.who import Role

from chassis.http.pages.language import Language
from chassis.log.stored import Stored
from tests.console.log_of_a_day import the_log
from tests.console.random_stories import stories
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1＋1", "＋1", "－1", "＠x")
HOURS = " (hours)"
HOSTILE = Table(
    "hostile", "=title", "", (Column("=head"), Column("n"), Column("took", in_hours=True), Column("share")),
    tuple((text, -3, timedelta(minutes=90), Share(0.25)) for text in EVIL),
)  # fmt: skip


def a_stage(tmp_path: Path, log: tuple[Stored, ...] = ()) -> Stage:
    stage = Stage(tmp_path)
    (tmp_path / "views").mkdir()
    return Stage(
        tmp_path, more={"views": views_in(tmp_path / "views", stage.clock, NoBus(log or the_log()))}, clock=stage.clock
    )


def sheets(body: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}


def test_a_csv_has_no_formula_and_its_numbers_are_numbers() -> None:
    body = as_csv(HOSTILE, HOURS)
    assert body.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert head == ["'=head", "n", "took (hours)", "share"]
    assert [row[0] for row in rows] == [f"'{text}" for text in EVIL]
    assert {tuple(row[1:]) for row in rows} == {("-3", "1.5", "0.25")}


def test_a_workbook_has_no_formula_and_its_numbers_are_numbers() -> None:
    table = Table("a", "title", "", HOSTILE.columns, HOSTILE.rows)
    parts = sheets(as_workbook([table], ["=about"], HOURS))
    sheet = parts["xl/worksheets/sheet2.xml"]
    assert "<f>" not in "".join(parts.values())
    assert "<hyperlink" not in "".join(parts.values())
    assert sheet.count("<v>-3</v>") == sheet.count("<v>1.5</v>") == sheet.count("<v>0.25</v>") == len(EVIL)
    said = re.findall(r"<t[^>]*>(.*?)</t>", parts["xl/sharedStrings.xml"], re.S)
    assert [text for text in said if text.startswith(("=", "+", "-", "@", "\t", "＝"))] == []


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_page_csv_and_workbook_say_the_same(tmp_path: Path, language: Language) -> None:
    stage = a_stage(tmp_path)
    found = figures(stage.console.views.projection, "2026-11")
    reader = Reader(lambda key, **values: stage.console.site.catalogue.say(language, key, **values), language)
    async with stage.browser(Role.VIEWER) as browser:
        browser.cookies["lang"] = language
        page = await browser.get("/figures", params={"month": "2026-11"})
        assert page.status_code == 200
        said = html.unescape(page.text)
        book = sheets((await browser.get("/figures.xlsx", params={"month": "2026-11"})).content)
        for n, table in enumerate(tables(found, reader), start=2):
            assert table.rows, table.name
            reply = await browser.get(f"/figures/{table.name}.csv", params={"month": "2026-11"})
            lines = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"), newline="")))
            assert len(lines) == len(table.rows) + 1
            assert book[f"xl/worksheets/sheet{n}.xml"].count("<row ") == len(lines)
            for row, line in zip(table.rows, lines[1:], strict=True):
                assert len(row) == len(line)
                for cell in row:
                    assert as_shown(cell) in said
    assert "style=" not in page.text
    assert page.text.count("<svg") == 3


async def test_the_months_are_a_series_for_a_chart_and_a_table_without_one(tmp_path: Path) -> None:
    stage = a_stage(tmp_path, stories(5, 60))
    async with stage.browser(Role.VIEWER) as browser:
        said = (await browser.get("/figures/months.json?month=2027-01&lang=en")).json()
        lines = list(csv.reader(io.StringIO((await browser.get("/figures/months.csv?month=2027-01&lang=en")).text)))
        assert [one["label"] for one in said["series"]] == lines[0][1:]
        months = [datetime.fromtimestamp(at, UTC).strftime("%Y-%m") for at in said["at"]]
        assert months == [line[0] for line in lines[1:]]
        assert len(months) > 2
        values = [[str(n) for n in one["values"]] for one in said["series"]]
        assert values == [[line[1 + n] for line in lines[1:]] for n in range(len(values))]
        earlier = (await browser.get("/figures/months.json?month=2026-12")).json()
        assert earlier["at"] == [at for at, month in zip(said["at"], months, strict=True) if month <= "2026-12"]
        assert (await browser.get("/figures/months.json?month=x")).status_code == 404
        page = (await browser.get("/figures?month=2027-01")).text
        assert 'data-series="/figures/months.json?month=2027-01"' in page


async def test_every_file_says_as_of_which_record(tmp_path: Path) -> None:
    stage, last = a_stage(tmp_path), the_log()[-1].sequence
    async with stage.browser(Role.HEAD) as browser:
        page = (await browser.get("/figures?lang=en")).text
        assert f"As of record {last}" in page
        assert "Monthly sheet 2026-11" in page
        file = await browser.get("/figures/funnel.csv")
        assert file.headers["content-disposition"] == f'attachment; filename="figures-2026-11-funnel-as-of-{last}.csv"'
        book = await browser.get("/figures.xlsx?lang=en")
        assert f"As of record {last}" in sheets(book.content)["xl/sharedStrings.xml"]


async def test_a_month_or_a_table_that_is_none_is_not_found(tmp_path: Path) -> None:
    stage = a_stage(tmp_path)
    async with stage.browser(Role.OFFICER) as browser:
        for path in ("/figures?month=2026-13", "/figures.xlsx?month=x", "/figures/funnel.csv?month=-1",
                     "/figures/nothing.csv"):  # fmt: skip
            assert (await browser.get(path)).status_code == 404
        assert (await browser.get("/figures?month=2031-01")).status_code == 200


async def test_the_month_on_a_page_is_the_one_that_was_chosen(tmp_path: Path) -> None:
    stage = a_stage(tmp_path, stories(5, 60))
    async with stage.browser(Role.OPERATIONS) as browser:
        page = (await browser.get("/figures?month=2026-12&lang=en")).text
        assert '<option value="2026-12" selected>' in page
        assert '<option value="2027-01">' in page
        assert "/figures?month=2026-12&amp;lang=zh" in page


def test_bars_are_as_long_as_their_numbers() -> None:
    bars = chart([("a", "10", [10.0]), ("b", "5", [5.0]), ("c", "0", [0.0]), ("d", "tiny", [0.0001])]).bars
    assert [bar.width for bar in bars] == [BAR, BAR / 2, 0.0, 1.0]
    behind = chart([("a", "1 / 4", [1.0, 4.0])]).bars[0]
    assert (behind.width, behind.behind) == (BAR / 4, BAR)
    assert chart([("a", "0", [0.0])]).bars[0].width == 0.0
