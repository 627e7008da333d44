"""Whether a ban of Art. 32 binds: by its edges, by what is not stated, and by the reading of its day."""

from datetime import date

import pytest

from procedures.hainan_2025.bans import binds, first_free_day
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.records import read_row
from tests.rules.rules_world import ban, tenancy

TODAY = date(2026, 11, 20)


def a_row(since: object, until: object, article: object = "32", register: object = "ban") -> HousingRow:
    return read_row(HousingRow, {"register": register, "article": article, "since": since, "until": until})


@pytest.mark.parametrize(
    ("row", "truth"),
    [
        pytest.param(a_row("2026-11-20", "2027-11-20"), True, id="first-day"),
        pytest.param(a_row("2026-11-21", "2027-11-21"), False, id="begins-tomorrow"),
        pytest.param(a_row("2025-11-21", "2026-11-21"), True, id="last-day"),
        pytest.param(a_row("2025-11-20", "2026-11-20"), False, id="first-free-day"),
        pytest.param(a_row("2025-11-21", ""), True, id="no-end-last-day-of-the-year"),
        pytest.param(a_row("2025-11-20", ""), False, id="no-end-a-year-ago"),
        pytest.param(a_row("2024-06-01", "2027-06-01"), True, id="longer-than-a-year-as-stated"),
        pytest.param(a_row("2026-06-01", "2026-06-01"), None, id="ends-as-it-begins"),
        pytest.param(a_row("2026-06-01", "2026-05-01"), None, id="ends-before-it-begins"),
        pytest.param(a_row("2026-06-01", "长期"), None, id="end-not-understood"),
        pytest.param(a_row("2026-11-21", "长期"), False, id="begins-tomorrow-and-its-end-is-not-understood"),
        pytest.param(a_row("去年", "2027-06-01"), None, id="beginning-not-understood"),
        pytest.param(a_row("去年", "2026-06-01"), None, id="beginning-not-understood-and-over"),
        pytest.param(a_row("2026-06-01", "2027-06-01", ""), None, id="no-article"),
        pytest.param(a_row("2026-06-01", "2027-06-01", "31"), False, id="another-article"),
        pytest.param(a_row("2026-06-01", "2027-06-01", register=""), None, id="no-register"),
        pytest.param(a_row("2026-06-01", "2027-06-01", register="tenancy"), False, id="a-tenancy"),
        pytest.param(a_row("", ""), None, id="nothing-stated"),
    ],
)
def test_a_ban_binds_from_its_first_day_until_the_day_before_its_first_free_one(
    row: HousingRow, truth: bool | None
) -> None:
    assert binds(row, "32", TODAY) is truth


@pytest.mark.parametrize(
    ("since", "until", "free"),
    [
        ("2026-03-01", "", date(2027, 3, 1)),
        ("2024-02-29", "", date(2025, 2, 28)),
        ("2026-03-01", "2030-01-01", date(2030, 1, 1)),
        ("", "", None),
        ("", "2030-01-01", date(2030, 1, 1)),
        ("2026-03-01", "长期", None),
    ],
)
def test_without_an_end_it_is_over_on_the_same_day_a_year_later(since: str, until: str, free: date | None) -> None:
    assert first_free_day(a_row(since, until)) == free


@pytest.mark.parametrize(
    ("row", "truth"),
    [
        (ban("2020-01-01", ""), True),
        (ban("2020-01-01", "2026-11-20"), False),
        (ban("2020-01-01", "2026-11-21"), True),
        (ban("2026-11-20", ""), True),
        (ban("2026-11-21", ""), False),
        (ban("", "2027-01-01"), None),
        (ban("2026-01-01", "", ""), None),
        (ban("2026-01-01", "", "31"), False),
        (ban("2026-06-01", "2026-05-01"), False),
        (tenancy("private", "2020-01-01"), None),
    ],
)
def test_by_the_first_reading_a_ban_without_an_end_ran_on(row: dict[str, object], truth: bool | None) -> None:
    then = read_row(HousingRow, row)
    assert binds(then, "32", TODAY, reading=1) is truth
    assert first_free_day(then, reading=1) == then.until
