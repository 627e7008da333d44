"""Words of a notice or a page that both languages must have."""

from datetime import date, timedelta

import pytest

from procedures.hainan_2025.phrasing import Words
from procedures.working_days import Calendar

WHOLE_YEAR = [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]


@pytest.mark.parametrize(
    ("day", "chinese"),
    [
        (date(2025, 9, 26), "星期五"),
        (date(2025, 9, 28), "调休上班：国庆节"),
        (date(2025, 10, 1), "法定节假日：国庆节"),
        (date(2031, 10, 1), "法定节假日（每年固定，国务院令第795号）"),
        (date(2031, 10, 4), "星期六"),
    ],
)
def test_why_a_day_counts_is_said_in_chinese(day: date, chinese: str) -> None:
    assert Words("zh").why_counted(Calendar().kind(day)) == chinese


def test_no_english_is_left_over_in_a_year_of_reasons() -> None:
    said = [Words("zh").why_counted(Calendar().kind(day)) for day in WHOLE_YEAR]
    assert [
        reason for reason in said if any(character.isascii() and character.isalpha() for character in reason)
    ] == []
