"""Every text that a screen says is there in both languages, and none is there that no screen says."""

import re
from pathlib import Path

import intake.kiosk.texts
from intake.kiosk.said import FIELDS
from intake.kiosk.screens import SCREENS
from intake.kiosk.site import site
from intake.kiosk.texts import TEXTS
from intake.settings import IntakeSettings

FOLDER = Path(intake.kiosk.texts.__file__).parent
KEY = re.compile(r"""['"]([a-z]+[._][a-z_]+(?:\.[a-z_]+)*)['"]""")
MADE = (
    {f"screen.{screen.name}" for screen in SCREENS}
    | {f"field.{name}" for name in FIELDS}
    | {f"receipt.{decided}" for decided in ("accepted", "supplement", "refused")}
)
"""Keys that are put together where they are said."""


def said() -> set[str]:
    files = [*FOLDER.glob("templates/*.html"), *(it for it in FOLDER.glob("*.py") if it.name != "texts.py")]
    return {key for file in files for key in KEY.findall(file.read_text("utf-8"))} | MADE


def test_no_text_is_missing_and_none_is_left_over() -> None:
    known = site(IntakeSettings()).catalogue.texts
    beginnings = {key.partition(".")[0] for key in TEXTS if "." in key} | {"common"}
    wanted = {key for key in said() if key in TEXTS or key.partition(".")[0] in beginnings - {"declared_housing"}}
    scripts = {"idle.js", "id_number.js", "card_reader.js", "sending.js"}
    templates = {key for key in wanted if key.endswith((".html", ".css"))}
    assert {key for key in wanted - scripts - templates if key not in known} == set()
    assert {key for key in TEXTS if key not in said()} == set()


def test_both_languages_fill_the_same_braces_and_neither_is_empty() -> None:
    for key, text in TEXTS.items():
        assert text.zh, key
        assert text.en, key
        assert set(re.findall(r"\{(\w+)", text.zh)) == set(re.findall(r"\{(\w+)", text.en)), key
        assert text.zh != text.en, key
