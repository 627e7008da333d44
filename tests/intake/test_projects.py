"""The list of projects: what ships, and every mistake an operator can make in it."""

from datetime import date
from pathlib import Path

import pytest

from procedures.hainan_2025.projects import Project, load_projects


def test_the_packaged_project_is_marked_as_demonstration_and_open_in_the_winter_of_2026() -> None:
    [project] = load_projects().values()

    assert (project.name, project.price_published) == ("HN-2026-01", date(2026, 9, 20))
    assert (project.registration_opens, project.registration_closes) == (date(2026, 10, 1), date(2027, 12, 31))
    assert "演示数据" in project.title


def test_an_operators_file_is_read_and_a_price_may_still_be_missing(tmp_path: Path) -> None:
    file = tmp_path / "projects.toml"
    file.write_text(
        """
        [HN-2027-01]
        title = "甲"
        registration_opens = 2027-03-01
        registration_closes = 2027-03-31

        [HN-2027-02]
        title = "乙"
        registration_opens = 2027-04-01
        registration_closes = 2027-04-01
        price_published = 2027-02-01
        """,
        encoding="utf-8",
    )

    assert load_projects(file) == {
        "HN-2027-01": Project("HN-2027-01", "甲", date(2027, 3, 1), date(2027, 3, 31), None),
        "HN-2027-02": Project("HN-2027-02", "乙", date(2027, 4, 1), date(2027, 4, 1), date(2027, 2, 1)),
    }


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_operators_file_may_be_saved_with_a_byte_order_mark(tmp_path: Path, end: str) -> None:
    file = tmp_path / "projects.toml"
    file.write_text(f'[HN-2027-01]\ntitle = "甲"\n{DAYS}', encoding="utf-8-sig", newline=end)

    assert load_projects(file)["HN-2027-01"].title == "甲"


@pytest.mark.parametrize(("encoding", "told"), [("utf-16", "this is UTF-16"), ("gb18030", "this is not UTF-8")])
def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path, encoding: str, told: str) -> None:
    file = tmp_path / "projects.toml"
    file.write_text(f'[HN-2027-01]\ntitle = "甲"\n{DAYS}', encoding=encoding)

    with pytest.raises(ValueError, match=rf"projects\.toml: .*: {told}.*; save it as UTF-8$"):
        load_projects(file)


DAYS = "registration_opens = 2027-03-01\nregistration_closes = 2027-03-31\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no project is named"),
        ("[HN-1\n", "no TOML"),
        ('HN-1 = "open"\n', "HN-1: a project is a table"),
        (f'["HN 1"]\ntitle = "甲"\n{DAYS}', "HN 1: a project's name is letters"),
        (f"[HN-1]\n{DAYS}", "HN-1.title: this key is missing"),
        (f"[HN-1]\ntitle = 7\n{DAYS}", "HN-1.title: this must be text"),
        (f'[HN-1]\ntitle = ""\n{DAYS}', "HN-1.title: this must be text"),
        (f'[HN-1]\ntitle = "甲"\nprice = 2027-01-01\n{DAYS}', "HN-1.price: there is no such key"),
        (f'[HN-1]\ntitle = "甲"\nprice_published = "2027-01-01"\n{DAYS}', "HN-1.price_published: this must be a day"),
        (
            f'[HN-1]\ntitle = "甲"\nprice_published = 2027-01-01T08:00:00\n{DAYS}',
            "HN-1.price_published: this must be a day",
        ),
        (
            '[HN-1]\ntitle = "甲"\nregistration_opens = 2027-03-02\nregistration_closes = 2027-03-01\n',
            "HN-1.registration_closes: before registration_opens",
        ),
    ],
)
def test_a_mistake_is_told_with_the_file_and_the_key(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "our-projects.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=r"our-projects\.toml: ") as failure:
        load_projects(file)

    assert told in str(failure.value)


def test_a_file_that_is_not_there_or_not_utf_8_is_told_by_its_name(tmp_path: Path) -> None:
    gbk = tmp_path / "gbk.toml"
    gbk.write_bytes('[HN-1]\ntitle = "海南"\n'.encode("gbk"))

    with pytest.raises(ValueError, match=r"gbk\.toml: the list of projects is no TOML in UTF-8"):
        load_projects(gbk)
    with pytest.raises(ValueError, match=r"nowhere\.toml: the list of projects cannot be read"):
        load_projects(tmp_path / "nowhere.toml")
