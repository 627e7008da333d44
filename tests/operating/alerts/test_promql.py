"""The evaluator of the alerts' expressions: what it counts, and that it refuses what it does not know."""

import pytest

from tests.operating.alerts.promql import Scrapes, fires


def scraped(*texts: str | None) -> Scrapes:
    scrapes = Scrapes()
    for text in texts:
        scrapes.scrape(a=text)
    return scrapes


def values(expression: str, *texts: str | None) -> list[float]:
    return list(fires(expression, scraped(*texts)).values())


def test_an_increase_sees_a_reset_and_a_series_seen_for_the_first_time_has_none() -> None:
    assert values("increase(x[5m]) > 0", "x 5", "x 8") == [3]
    assert values("increase(x[5m]) > 0", "x 5", "x 2") == [2]
    assert values("increase(x[5m]) > 0", "y 5", "x 8") == []
    assert values("increase(x[2m]) > 0", "x 1", "x 5", "x 5", "x 5") == []


def test_a_target_that_does_not_answer_is_down_and_what_it_said_last_is_gone() -> None:
    assert values("up == 0", "x 1", None) == [0]
    assert values("up == 0", "x 1", "x 1") == []
    assert values("x > 0", "x 1", None, None, None, None, None) == []


def test_labels_choose_series_and_sums_are_divided_by_the_labels_they_share() -> None:
    text = 'x{app="a",status="503"} %d\nx{app="a",status="200"} %d\nx{app="b",status="200"} %d\n'
    ratio = 'sum by (app) (increase(x{status=~"5.."}[5m])) / sum by (app) (increase(x[5m])) > 0.2'
    assert values(ratio, text % (0, 0, 0), text % (1, 3, 9)) == [0.25]
    assert values('x{status!="200"} >= 1', text % (1, 3, 9)) == [1]
    assert values("changes(x[15m]) >= 2", "x 1", "x 2", "x 3") == [2]


def test_nan_fires_nothing() -> None:
    assert values("x > 0", "x NaN") == []
    assert values("sum(increase(x[5m])) / sum(increase(y[5m])) < 0.9", "x 1\ny 1", "x 1\ny 1") == []


@pytest.mark.parametrize(
    "unknown",
    ["rate(x[5m]) > 0", "x + x > 0", "x", "histogram_quantile(0.9, x) > 1", "x > 0 and y > 0", "x offset 5m > 0"],
)
def test_what_it_does_not_know_is_refused(unknown: str) -> None:
    with pytest.raises((ValueError, KeyError, IndexError)):
        fires(unknown, scraped("x 1\ny 1"))
