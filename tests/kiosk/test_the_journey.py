"""From the first screen to the answers that are checked: one section a screen, every fault at its field and on top."""

import pytest
from intake.kiosk.screens import SCREENS

from contracts.application import ApplicationForm
from contracts.events import ApplicationSubmitted
from contracts.faults import FAULTS
from tests.kiosk.at_the_kiosk import Kiosk, on_monday, screens_of, words
from tests.support.families import an_id_number

MISSING = FAULTS["missing"].zh


def stored(kiosk: Kiosk) -> ApplicationForm:
    [case] = kiosk.intake.memory.cases.values()
    first = case[0].event
    assert isinstance(first, ApplicationSubmitted)
    return first.form


async def test_a_family_fills_in_every_screen_and_what_it_typed_is_what_is_taken_in() -> None:
    kiosk, form = Kiosk(), on_monday()
    async with kiosk.family() as family:
        page = await family.fill(form)
        assert "errors" not in page.ids
        for value in (form.applicant.name, form.applicant.id_number, form.residence.address, "13800000000"):
            assert value in family.text
        await family.send(page)
    assert (family.path, family.status) == ("/receipt", 200)
    assert stored(kiosk) == form


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/project", ["project"]),
        ("/applicant", ["applicant-name", "applicant-id_number", "applicant-phone", "applicant-marital_status"]),
        ("/residence", ["residence-division", "residence-address"]),
    ],
)
async def test_what_is_left_empty_is_said_on_top_and_at_its_field(path: str, fields: list[str]) -> None:
    async with Kiosk().family() as family:
        await family.post("/")
        page = await family.post(path, {})
        assert (family.status, family.path) == (422, path)
        for name in fields:
            assert f"#{name}" in page.links, "the list on top leads to the field"
            assert MISSING in page.ids[f"{name}-wrong"]
            assert name in page.ids, "and the field is there"
        assert page.ids["errors"].count(MISSING) == len(fields)


NUMBER = an_id_number()
WRONG_NUMBERS = [
    ("applicant-id_number", NUMBER[:15], "id-number-of-15-digits"),
    ("applicant-id_number", NUMBER[:17], "id-number-length"),
    ("applicant-id_number", NUMBER[:16] + "YX", "id-number-characters"),
    ("applicant-id_number", "00" + NUMBER[2:], "id-number-province"),
    ("applicant-id_number", NUMBER[:10] + "1340" + NUMBER[14:], "id-number-birth-date"),
    ("applicant-id_number", NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2"), "id-number-check-digit"),
    ("applicant-phone", "12", "form-of-phone"),
    ("applicant-name", "123", "name-without-letters"),
    ("applicant-hukou_division", "1503", "form-of-division"),
]


@pytest.mark.parametrize(("name", "typed", "code"), WRONG_NUMBERS, ids=[code for _, _, code in WRONG_NUMBERS])
async def test_the_server_says_of_a_field_what_it_says_to_every_kiosk(name: str, typed: str, code: str) -> None:
    async with Kiosk().family() as family:
        await family.post("/")
        for language in ("zh", "en"):
            fields = {**screens_of(on_monday())["/applicant"], name: typed}
            page = await family.post(f"/applicant?lang={language}", fields)
            assert family.status == 422
            assert getattr(FAULTS[code], language) in page.ids[f"{name}-wrong"]
            assert getattr(FAULTS[code], language) in page.ids["errors"]
        assert typed in family.text, "what was typed is still in its field"


async def test_a_person_who_is_on_the_form_twice_is_said_at_the_second_place() -> None:
    form = on_monday()
    async with Kiosk().family() as family:
        await family.post("/")
        await family.post("/applicant", screens_of(form)["/applicant"])
        members = screens_of(form)["/members"] | {"members-1-id_number": form.applicant.id_number}
        page = await family.post("/members", members)
    assert FAULTS["person-twice"].zh in page.ids["members-1-id_number-wrong"]
    assert "第2名家庭成员" in page.ids["errors"]


async def test_a_fault_that_another_screen_makes_is_said_when_the_answers_are_checked_with_the_way_to_it() -> None:
    form = on_monday()
    async with Kiosk().family() as family:
        await family.fill(form)
        changed = screens_of(form)["/applicant"] | {"applicant-id_number": form.members[0].id_number}
        await family.post("/applicant", changed)
        page = await family.get("/check")
        assert "/members#members-0-id_number" in page.links
        assert FAULTS["person-twice"].zh in page.ids["errors"]
        assert "submit" not in page.ids, "nothing is sent that would be refused as invalid"


async def test_nothing_can_be_sent_before_everything_is_filled_in() -> None:
    kiosk = Kiosk()
    async with kiosk.family() as family:
        await family.post("/")
        page = await family.get("/check")
        assert {"/project#project", "/applicant#applicant-name", "/residence#residence-address"} <= set(page.links)
        [visit] = [it.value for it in kiosk.visits._open.values()]
        await family.post("/check", {"key": visit.key})
        assert (family.status, family.cases) == (422, [])


async def test_every_section_has_a_way_to_change_it_that_comes_back_to_the_answers() -> None:
    form = on_monday()
    async with Kiosk().family() as family:
        page = await family.fill(form)
        assert [f"change-{screen.name}" in page.ids for screen in SCREENS] == [True] * len(SCREENS)
        fields = screens_of(form)["/residence"] | {"residence-address": "拉僧庙镇 3 号"}
        await family.post("/residence", fields)
        assert family.path == "/check"
        assert "拉僧庙镇 3 号" in family.text


async def test_members_and_homes_are_added_and_taken_off() -> None:
    form = on_monday()
    async with Kiosk().family() as family:
        await family.fill(form)
        page = await family.post("/members", {**screens_of(form)["/members"], "add": "yes"})
        assert {"members-0-name", "members-1-name", "members-2-name"} <= page.ids.keys()
        page = await family.post("/members", {**screens_of(form)["/members"], "remove": "0"})
        assert "members-1-name" not in page.ids
        assert page.fields["members-0-id_number"] == [form.members[1].id_number]
        await family.post("/housing", {"add": "yes"})
        home = {"declared_housing-0-address": "乌达区 1 号", "declared_housing-0-area": "41.5"}
        await family.post("/housing", home)
        page = await family.get("/housing")
        assert page.fields["declared_housing-0-area"] == ["41.5"]


async def test_an_empty_member_is_left_out_and_enter_in_a_field_takes_nobody_off() -> None:
    async with Kiosk().family() as family:
        await family.post("/")
        await family.post("/members", {"add": "yes"})
        first_button = family.text[family.text.index("<form") :]
        assert first_button.index('aria-hidden="true"') < first_button.index('name="remove"')
        await family.post("/members", {"members-0-name": "", "members-0-id_number": ""})
        assert family.path == "/project", "the first screen that is not done"


async def test_who_is_new_is_asked_for_consent_and_who_is_gone_has_given_none() -> None:
    form = on_monday()
    async with Kiosk().family() as family:
        await family.fill(form)
        other = an_id_number(1990)
        page = await family.post("/members", screens_of(form)["/members"] | {"members-0-id_number": other})
        assert family.path == "/consents"
        assert page.fields["consents"] == [form.applicant.id_number, form.members[1].id_number]


async def test_who_was_taken_off_and_comes_back_is_asked_again() -> None:
    form = on_monday()
    async with Kiosk().family() as family:
        await family.fill(form)
        await family.post("/members", {})
        page = await family.post("/members", screens_of(form)["/members"])
        assert family.path == "/consents"
        assert page.fields["consents"] == [form.applicant.id_number]


async def test_everybody_consents_to_the_very_text_that_was_shown_under_its_version() -> None:
    kiosk, form = Kiosk(), on_monday()
    async with kiosk.family() as family:
        await family.fill(form)
        page = await family.get("/consents")
        assert kiosk.intake.texts["2025-1"].zh.strip().splitlines()[0] in page.ids["consent-text"]
        assert page.fields["text_version"] == ["2025-1"]
        again = {**screens_of(form)["/consents"], "text_version": "2024-9"}
        page = await family.post("/consents", again)
        assert family.status == 422
        assert "重新阅读" in page.ids["errors"]
        await family.get("/consents?lang=en")
        assert "The Chinese text is the one that counts." in family.text


async def test_a_home_that_is_described_too_long_is_said_at_its_field() -> None:
    async with Kiosk().family() as family:
        await family.post("/")
        page = await family.post("/housing", {"declared_housing-0-address": "长" * 201})
    assert "200" in page.ids["declared_housing-0-address-wrong"]
    assert family.status == 422


async def test_the_first_screen_names_what_is_needed_and_every_screen_has_one_heading() -> None:
    async with Kiosk().family() as family:
        await family.get("/")
        assert "承诺书" in family.text
        page = await family.fill(on_monday())
        for path in (*(screen.path for screen in SCREENS), "/check"):
            page = await family.get(path)
            assert family.text.count("<h1") == 1
            assert words(page, "leave") == "清空并离开"


def test_a_kiosk_never_passes_for_a_counter() -> None:
    from intake.settings import IntakeSettings
    from pydantic import ValidationError

    with pytest.raises(ValidationError):
        IntakeSettings(intake_kiosk_channel="counter-1")
