"""The printed sheet: number, secret, code, every reason with article and what to do, and the day with its count."""

import re
from dataclasses import replace
from datetime import timedelta

import segno
from intake.kiosk.receipt import in_the_code, qr_code
from intake.settings import IntakeSettings

from tests.kiosk.at_the_kiosk import Family, Kiosk, Page, on_monday, words
from tests.support.families import an_id_number


async def applied(family: Family, **changes: object) -> Page:
    return await family.send(await family.fill(on_monday(**changes)))


async def test_an_accepted_family_leaves_with_number_secret_and_the_day_by_which_departments_answer() -> None:
    kiosk = Kiosk()
    async with kiosk.family() as family:
        page = await applied(family)
    [number] = family.cases
    assert (page.ids["number"], words(page, "decided")) == (number, "已受理")
    assert kiosk.reception.permitted(number, page.ids["secret"]) == number
    assert words(page, "by") == "部门答复期限：2026年12月7日 18:00前"
    counted = re.findall(r"第(\d)个工作日", page.ids["derivation"])
    assert counted == ["1", "2", "3", "4", "5"]
    assert "2026年12月5日 星期六 不计" in words(page, "derivation")
    assert "户籍" in family.text


async def test_a_family_that_has_something_missing_is_told_all_of_it_with_article_day_and_what_to_do() -> None:
    form = on_monday()
    async with Kiosk().family() as family:
        page = await applied(family, documents=("application_form",), consents=form.consents[:0])
    reasons = words(page, "reasons")
    assert words(page, "decided") == "需要补正"
    for missing in ("身份证明复印件", "承诺书", "信息查询授权书", "申请人本人的查询授权同意", "由监护人出具"):
        assert missing in reasons
    assert reasons.count("怎么办：") == 6
    assert "第22条" in reasons
    assert "第22(2)条" in reasons
    assert words(page, "by") == "补交期限：2026年12月14日"
    assert "第10个工作日" in page.ids["derivation"]


async def test_a_refused_family_is_told_every_reason_with_its_article_and_what_to_do() -> None:
    grown = on_monday().members[1].model_copy(update={"id_number": an_id_number(2001)})
    young = on_monday().applicant.model_copy(update={"id_number": an_id_number(2010), "marital_status": "single"})
    async with Kiosk().family() as family:
        page = await applied(family, applicant=young, members=(grown,))
        reasons = words(page, "reasons")
        assert words(page, "decided") == "不予受理"
        assert reasons.count("第17条") == 3
        assert reasons.count("怎么办：") == 3
        assert "申请复核" in family.text
        assert "derivation" not in page.ids
        page = await family.get("/receipt?lang=en")
        assert words(page, "decided") == "not taken up"
        assert words(page, "reasons").count("What to do: ") == 3


async def test_a_day_in_a_year_that_nobody_announced_is_said_to_be_provisional() -> None:
    kiosk = Kiosk()
    kiosk.clock.at += timedelta(days=29)
    async with kiosk.family() as family:
        page = await applied(family)
    assert "暂定" in page.ids["derivation"]


async def test_in_a_drill_the_day_has_no_derivation() -> None:
    kiosk = Kiosk()
    kiosk.reception = replace(kiosk.reception, desk=replace(kiosk.intake.desk, drill_reply_seconds=20))
    kiosk.restart()
    async with kiosk.family() as family:
        page = await applied(family)
    assert "derivation" not in page.ids
    assert words(page, "by") == "部门答复期限：2026年11月30日 10:00:20前"


async def test_the_code_leads_to_the_familys_page_and_what_stands_behind_it_is_sent_to_no_server() -> None:
    kiosk = Kiosk(settings=IntakeSettings(intake_kiosk_family_page="https://family.example/"))
    async with kiosk.family() as family:
        page = await applied(family)
    assert "https://family.example/" in family.text
    secret = page.ids["secret"].replace("-", "")
    text = in_the_code(page.ids["number"], secret, "https://family.example/")
    assert text.partition("#")[0] == "https://family.example/"
    assert qr_code(text, "查询用二维码") in family.text


def test_the_code_is_drawn_without_a_style_and_is_dark_on_white_in_every_mode() -> None:
    drawn = qr_code("YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", "code")
    assert "style" not in drawn
    assert 'fill="#fff"' in drawn
    assert "<title>code</title>" in drawn
    assert segno.make("x" * 150, error="m").version <= 10, "it can be read off paper"


async def test_no_page_has_a_style_or_a_script_within_it() -> None:
    async with Kiosk().family() as family:
        page = await family.fill(on_monday())
        texts = [family.text]
        await family.send(page)
        for text in (*texts, family.text):
            assert not re.search(r"<style|style=|<script(?! src)|\son[a-z]+=|javascript:", text)
