"""Projects and their prices, purely: windows by the day, homes that are not to be had, profit exact to the cent."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from allocation.decide.prices import approve, determine, price_of
from allocation.decide.projects import announce, by_the_clock, close, warnings
from hypothesis import given
from hypothesis import strategies as st

from contracts.case.case import NotAllowed, Recorded
from contracts.homes.events import HomeData
from contracts.homes.home import HomeFile, Stands
from contracts.projects import ProjectRecord
from contracts.projects.events import Announcement, PricePerSquareMetre
from contracts.projects.project import SaleProject, evolve
from procedures.hainan_2025.policy import POLICY
from tests.allocation.announced import PER_M2, an_announcement, approval

TODAY = date(2026, 11, 28)
NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
LAW = POLICY.on(TODAY)
SAYS = Announcement.model_validate(an_announcement(TODAY))


def after(project: SaleProject, *events: ProjectRecord) -> SaleProject:
    for n, event in enumerate(events, 1):
        project = evolve(project, Recorded(n, event, "", event.at))
    return project


def announced(says: Announcement = SAYS) -> SaleProject:
    return after(SaleProject(says.project), announce(SaleProject(says.project), says, {}, (), LAW, NOW, "unit")[0])


def priced() -> SaleProject:
    project = announced()
    return after(project, determine(project, PricePerSquareMetre.model_validate(PER_M2), LAW, NOW, "unit"))


def approved() -> SaleProject:
    project = priced()
    days = {key: date.fromisoformat(day) for key, day in approval(TODAY).items() if key != "document"}
    return after(project, approve(project, 1, "document 1", now=NOW, by="officer", **days))


def test_a_project_is_announced_once() -> None:
    with pytest.raises(NotAllowed, match=r"one registration a project \(Art. 26\(1\)\)"):
        announce(announced(), SAYS, {}, (), LAW, NOW, "unit")


@pytest.mark.parametrize(
    ("home", "closed", "why"),
    [
        (HomeFile("P-1-0001", Stands.TAKEN), (), "belongs to a family"),
        (HomeFile("P-1-0001", Stands.LIVED_IN), ("P-0",), "belongs to a family"),
        (HomeFile("P-1-0001", Stands.FREE, project="P-0"), (), "is not closed"),
        (HomeFile("P-1-0001", Stands.FREE, project="P-0"), ("P-0",), None),
        (HomeFile("P-1-0001", Stands.IN_STOCK, project="P-0"), (), None),
    ],
)
def test_a_home_is_offered_by_one_project_at_a_time(home: HomeFile, closed: tuple[str, ...], why: str | None) -> None:
    if why is None:
        assert len(announce(SaleProject("P-1"), SAYS, {home.code: home}, closed, LAW, NOW, "unit")[1]) == 2
        return
    with pytest.raises(NotAllowed, match=why):
        announce(SaleProject("P-1"), SAYS, {home.code: home}, closed, LAW, NOW, "unit")


@pytest.mark.parametrize(("area", "stock", "warned"), [
    ("59.99", "new", True), ("60.00", "new", False), ("100.00", "new", False), ("100.01", "new", True),
    ("59.99", "purchased", False),
])  # fmt: skip
def test_an_area_outside_60_to_100_is_a_warning_with_its_article(area: str, stock: str, warned: bool) -> None:
    home = {**an_announcement(TODAY)["homes"][0], "area": area}
    says = Announcement.model_validate(an_announcement(TODAY, stock=stock, homes=1) | {"homes": [home]})
    assert warnings(says, LAW) == (("outside 60 to 100 m2 (Art. 15): P-1-0001",) if warned else ())


def test_registration_opens_by_the_calendar_with_a_published_price_alone_and_closes_after_its_last_day() -> None:
    assert by_the_clock(announced(), NOW) == ()
    [opened] = by_the_clock(approved(), NOW)
    assert type(opened).__name__ == "RegistrationOpened"
    last = datetime(2026, 12, 28, 15, 59, 59, tzinfo=UTC)
    project = after(approved(), opened)
    assert by_the_clock(project, last) == ()
    [closed] = by_the_clock(project, datetime(2026, 12, 28, 16, tzinfo=UTC))
    assert type(closed).__name__ == "RegistrationClosed"
    assert by_the_clock(after(project, closed), datetime(2027, 1, 1, tzinfo=UTC)) == ()


def test_a_project_ends_after_its_window_and_says_what_remains() -> None:
    homes = {
        "A": HomeFile("A", Stands.FREE, project="P-1"),
        "B": HomeFile("B", Stands.TAKEN, project="P-1"),
        "C": HomeFile("C", Stands.FREE, project="P-2"),
    }
    with pytest.raises(NotAllowed, match="registration runs"):
        close(approved(), homes, "the next project", NOW, "unit")
    closed = close(approved(), homes, "the next project", datetime(2026, 12, 29, tzinfo=UTC), "unit")
    assert (closed.sold, closed.remaining) == (1, ("A",))


def test_a_profit_above_the_limit_is_refused_with_the_most_that_it_may_be() -> None:
    per_m2 = PricePerSquareMetre.model_validate(PER_M2 | {"profit": "140.01"})
    with pytest.raises(NotAllowed, match=r"above 5% of the cost of 2800.00 yuan \(Art. 25\): at most 140.00"):
        determine(announced(), per_m2, LAW, NOW, "unit")


def test_a_price_is_approved_once_and_a_later_price_is_a_new_approval() -> None:
    project = approved()
    with pytest.raises(NotAllowed, match="approved before"):
        approve(project, 1, "document 2", TODAY, TODAY, NOW, "officer")
    with pytest.raises(NotAllowed, match="no price 2"):
        approve(project, 2, "document 2", TODAY, TODAY, NOW, "officer")
    assert project.price_of("P-1-0001", TODAY) == Decimal("221382.00")
    cheaper = PricePerSquareMetre.model_validate(PER_M2 | {"land": "700.00", "profit": "0.00"})
    project = after(project, determine(project, cheaper, LAW, NOW, "unit"))
    assert project.price_of("P-1-0001", TODAY) == Decimal("221382.00")
    project = after(project, approve(project, 2, "document 2", TODAY, TODAY, NOW, "officer"))
    assert project.price_of("P-1-0001", TODAY) == Decimal("203310.00")


def test_a_price_that_is_published_later_sells_nothing_before_and_the_earlier_one_holds_until_then() -> None:
    tomorrow = TODAY + timedelta(days=1)
    first = after(priced(), approve(priced(), 1, "document 1", TODAY, tomorrow, NOW, "officer"))
    assert [first.price_of("P-1-0001", day) for day in (TODAY, tomorrow)] == [None, Decimal("221382.00")]
    cheaper = PricePerSquareMetre.model_validate(PER_M2 | {"land": "700.00", "profit": "0.00"})
    later = after(approved(), determine(approved(), cheaper, LAW, NOW, "unit"))
    later = after(later, approve(later, 2, "document 2", TODAY, tomorrow, NOW, "officer"))
    prices = [later.price_of("P-1-0001", day) for day in (TODAY, tomorrow)]
    assert prices == [Decimal("221382.00"), Decimal("203310.00")]


def test_more_homes_than_a_batch_takes_are_refused_with_the_limit() -> None:
    [home] = an_announcement(TODAY, homes=1)["homes"]
    homes = [{**home, "code": f"P-1-{n:04d}"} for n in range(501)]
    Announcement.model_validate(an_announcement(TODAY) | {"homes": homes[:500]})
    with pytest.raises(ValueError, match="a project has at most 500 homes, not 501: announce two"):
        Announcement.model_validate(an_announcement(TODAY) | {"homes": homes})


CENTS = st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100)
AREAS = st.integers(1, 50000).map(lambda hundredths: Decimal(hundredths) / 100)


@given(CENTS, CENTS, CENTS, st.integers(0, 500), AREAS)
def test_lines_add_up_to_the_cent_and_profit_never_passes_the_limit_in_any_home(
    land: Decimal, construction: Decimal, other: Decimal, share: int, area: Decimal
) -> None:
    limit = Decimal("0.05")
    cost = land + construction + other
    profit = (cost * Decimal(share) / 10000).quantize(Decimal("0.01"), "ROUND_DOWN")
    per_m2 = PricePerSquareMetre(land=land, construction=construction, other=other, profit=profit)
    home = HomeData(code="A", building="1", floor=1, area=area, pool="p")
    priced = price_of(home, per_m2, limit)
    assert priced.price == priced.land + priced.construction + priced.other + priced.profit
    assert priced.profit <= (priced.land + priced.construction + priced.other) * limit
    assert abs(priced.price - per_m2.total * area) <= Decimal("0.05")
