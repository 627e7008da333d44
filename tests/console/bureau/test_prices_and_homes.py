"""A price is approved by its document; a home has one file, and who opens it is on record at its families."""

import csv
import io
import json

from console.who import Role

from evidence.streams import PROJECTS
from tests.after_care.families import HOME, a_housed_family
from tests.console.bureau.at_work import Bureau
from tests.console.bureau.forms import done, is_foreseen, seen, send, wrong

PAPER = {"determination": "2", "document": "乌海发改〔2026〕9号", "document_date": "2026-11-20"}


async def test_a_second_price_is_approved_by_its_document_and_not_before_it(bureau: Bureau) -> None:
    await bureau.a_priced_project()
    per_m2 = {"land": "800.00", "construction": "1900.00", "other": "100.00", "profit": "100.00"}
    await bureau.do("determine-price", project="P-1", per_m2=per_m2, by="unit 1")
    async with bureau.stage.browser(Role.OFFICER, name="王审核") as officer:
        page = (await officer.get("/projects/P-1")).text
        early = await send(officer, "/projects/P-1", "approve-price", seen(page), **PAPER, published_on="2026-11-19")
        assert (early.status_code, [*wrong(early)]) == (409, ["approve-price.published_on"])
        paper = {f"approve-price.{name}": value for name, value in {**PAPER, "published_on": "2026-11-28"}.items()}
        shown = await officer.post("/projects/P-1/approve-price", data={"seen": seen(page), **paper})
        assert is_foreseen(shown)
        assert "2026-11-28" in shown.text.partition('id="foreseen"')[2].partition("</ul>")[0]
        assert (await bureau.journal.history.read(PROJECTS, "P-1")).state.approvals[1:] == ()
        sent = await send(officer, "/projects/P-1", "approve-price", seen(page), **PAPER, published_on="2026-11-28")
        assert done(sent) == "approve-price"
        assert 'id="approve-price"' not in (await officer.get("/projects/P-1")).text
    approval = (await bureau.stage.console.views.aggregates.projects())["P-1"].approval
    assert approval is not None
    assert (approval.determination, approval.by) == (2, "王审核")


async def test_a_homes_file_names_families_by_number_and_is_opened_and_exported_on_record(bureau: Bureau) -> None:
    number = await a_housed_family(bureau.journal)
    paper = "离婚协议 2027-03-01"
    said = {"application": number, "cause": "divorce", "document": paper, "by": "王审核"}
    await bureau.do("change-owners", "after-care", **said)
    async with bureau.stage.browser(Role.OFFICER, name="王审核") as officer:
        page = (await officer.get(f"/homes/{HOME}")).text
        assert (number in page, paper in page, bureau.stage.looks) == (True, False, [])
        assert "是：不得上市转让" in page
        assert paper in (await officer.post(f"/homes/{HOME}", data={"open": "yes"})).text
        given = await officer.post(f"/homes/{HOME}/file", data={"format": "csv"})
        as_json = await officer.post(f"/homes/{HOME}/file", data={"format": "json"})
    assert [(look.application, look.reason) for look in bureau.stage.looks] == [
        (number, "decide"), (number, "export"), (number, "export"),
    ]  # fmt: skip
    shown = await bureau.do("show-home", "after-care", home=HOME)
    assert given.text == shown.pop("csv")
    assert json.loads(as_json.text) == shown
    assert [line["what"] for line in csv.DictReader(io.StringIO(given.text))][-1] == "OwnersOfHomeChanged"


async def test_nothing_of_a_file_is_shown_while_the_look_cannot_be_recorded(bureau: Bureau) -> None:
    await a_housed_family(bureau.journal)
    bureau.stage.bus_is_away = True
    async with bureau.stage.browser(Role.OFFICER, name="王审核") as officer:
        for path in (f"/homes/{HOME}", f"/homes/{HOME}/file"):
            assert (await officer.post(path, data={"format": "csv"})).status_code == 503


async def test_damage_and_its_refused_repair_are_recorded_in_order(bureau: Bureau) -> None:
    await a_housed_family(bureau.journal)
    async with bureau.stage.browser(Role.PROJECT_UNIT, name="孙单位") as unit:
        page = (await unit.get(f"/homes/{HOME}")).text
        assert "export" not in page
        early = await send(unit, f"/homes/{HOME}", "record-repair", seen(page), what="refused", reason="不同意")
        assert [*wrong(early)] == ["record-repair.what"]
        damage = await send(unit, f"/homes/{HOME}", "record-repair", seen(page), what="damaged", reason="拆除承重墙")
        assert done(damage) == "record-repair"
        twice = await send(unit, f"/homes/{HOME}", "record-repair", seen(page), what="damaged", reason="拆除承重墙")
        assert twice.status_code == 409
        page = (await unit.get(f"/homes/{HOME}")).text
        refusal = await send(unit, f"/homes/{HOME}", "record-repair", seen(page), what="refused", reason="不同意")
        assert done(refusal) == "record-repair"
        assert "拒绝修复" in (await unit.get(f"/homes/{HOME}")).text


async def test_a_home_that_nobody_listed_is_not_there(bureau: Bureau) -> None:
    async with bureau.stage.browser(Role.OFFICER) as officer:
        assert (await officer.get("/homes/X-1")).status_code == 404
        assert (await officer.post("/homes/X-1/file", data={"format": "csv"})).status_code == 404
