"""A family that the list left out wrongly: its place by its ticket, after the result, and nobody else's moves."""

from dataclasses import replace
from datetime import date

import pytest
from allocation.ceremony.admitting import Standing, admit
from allocation.ceremony.posted import files_of
from allocation.ceremony.results import admitted, entered, is_told_soon, places_of
from allocation.choosing_from import Choosing
from allocation.decide.lapsing import came_too_late
from allocation.decide.order import InPool, in_order, is_over, keeps_choosing_open, next_to_call

from chassis.log.aggregate import Versioned
from contracts.case.allocation import Allocation
from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State
from contracts.draws.draw import Draw
from contracts.draws.draw import evolve as after_draw
from contracts.draws.events import Entrant, EntrantAdmitted
from contracts.events import DepositAsked, DrawResult, EnteredInDraw, ReturnedToPool
from contracts.projects.events import ChoosingOpened, ProjectClosed
from contracts.projects.project import SaleProject
from tests.allocation.ceremonies import AT, act, after, at, entrants

EVERYBODY = entrants(13)
FROZEN_AT = 100
CLOSED = ProjectClosed(project="HN-2026-01", at=AT, sold=2, remaining=(), goes_to="nothing remains", by="unit 1")
WHY = "its deposit stood in the log, and the list was read too early"


def published(left_out: int) -> Draw:
    """A draw without one of the thirteen."""
    listed = [one for n, one in enumerate(EVERYBODY) if n != left_out]
    return replace(at("published", listed), frozen_at=FROZEN_AT)


def standing(one: Entrant, confirmed: int = 50, paid: int = 60) -> Standing:
    return Standing(one.application, one, confirmed, paid)


def admission(draw: Draw, one: Entrant) -> EntrantAdmitted:
    [event] = admit(draw, act("officer 7"), standing(one), WHY)
    assert isinstance(event, EntrantAdmitted)
    return event


@pytest.mark.parametrize("n", range(13))
def test_whoever_was_left_out_has_the_place_that_its_ticket_gives(n: int) -> None:
    draw, one = published(n), EVERYBODY[n]
    event = admission(draw, one)
    would = {number.ticket: place for number, place in _by_tickets(draw, one)}
    assert would[event.ticket] == (event.fate, event.place)
    later = after(draw, (event,))
    assert files_of(later) == files_of(draw)
    assert {it: place for it, place in places_of(later).items() if it != one.application} == places_of(draw)


def _by_tickets(draw: Draw, one: Entrant) -> list[tuple[EntrantAdmitted, tuple[str, int]]]:
    """By a way of its own: how many of the same list have a smaller ticket."""
    event = admission(draw, one)
    applications = {it.application for it in draw.entrants if it.pool == one.pool}
    same = [place for name, place in places_of(draw).items() if name in applications and place.fate == event.fate]
    return [(event, (event.fate, 1 + sum(str(place.ticket) < event.ticket for place in same)))]


def test_both_fates_of_being_drawn_or_not_were_tried() -> None:
    assert {admission(published(n), EVERYBODY[n]).fate for n in range(13)} == {"drawn", "substitute", "not_drawn"}


def test_admitted_twice_is_admitted_once() -> None:
    draw = published(0)
    draw = after(draw, (admission(draw, EVERYBODY[0]),))
    assert admit(draw, act("officer 8"), standing(EVERYBODY[0]), "again") == ()
    assert len(draw.admitted) == 1


@pytest.mark.parametrize(("stands", "why"), [
    (standing(EVERYBODY[0], confirmed=FROZEN_AT + 1), "not confirmed in the pool before"),
    (standing(EVERYBODY[0], confirmed=0), "not confirmed in the pool before"),
    (standing(EVERYBODY[0], paid=FROZEN_AT + 1), "not in the log before the list was frozen"),
    (Standing(EVERYBODY[0].application, None, 50, 60), "does not stand confirmed with its deposit"),
    (standing(EVERYBODY[1]), "stands in the list"),
    (standing(EVERYBODY[0].model_copy(update={"pool": "C-99"})), "which the rules do not have"),
])  # fmt: skip
def test_nobody_else_is_admitted(stands: Standing, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        admit(published(0), act("officer 7"), stands, WHY)


def test_nobody_is_admitted_once_nobody_is_called_any_more() -> None:
    with pytest.raises(NotAllowed, match="nobody is called any more"):
        admit(published(0), act("officer 7"), standing(EVERYBODY[0]), WHY, over=True)


def choosing(serial: str, over: bool) -> SaleProject:
    fields = {"project": "HN-2026-01", "at": AT, "n": 1, "serial": serial, "where": "the hall", "slots": ()}
    opened = ChoosingOpened.model_validate({**fields, "by": "unit 1"})
    return SaleProject("HN-2026-01", choosing=opened, choosing_over=over)


@pytest.mark.parametrize(("project", "serial", "over"), [
    (SaleProject("HN-2026-01"), "1", False),
    (choosing("1", False), "1", False),
    (choosing("1", True), "1", True),
    (choosing("1", True), "2", False),
    (choosing("2", False), "1", True),
])  # fmt: skip
def test_a_draw_is_over_once_its_choosing_is_closed(project: SaleProject, serial: str, over: bool) -> None:
    assert is_over(project, serial) == over


@pytest.mark.parametrize("stage", ["frozen", "committed", "held", "verified"])
def test_nobody_is_admitted_before_the_result_is_published(stage: str) -> None:
    draw = replace(at(stage, EVERYBODY[1:]), frozen_at=FROZEN_AT)
    with pytest.raises(NotAllowed, match="after the result"):
        admit(draw, act("officer 7"), standing(EVERYBODY[0]), WHY)
    with pytest.raises(NotAllowed):
        after_draw(draw, Recorded(1, admission(published(0), EVERYBODY[0]), "", AT))


def test_a_draw_keeps_where_in_the_log_its_list_was_frozen() -> None:
    listed = at("announced")
    frozen = next(event for event in (at("frozen").frozen,) if event)
    assert after_draw(listed, Recorded(77, frozen, "", AT)).frozen_at == 77


def paid(one: Entrant) -> Case:
    asked = DepositAsked(
        application=one.application, at=AT, n=1, project="HN-2026-01", amount="20000.00", pay_by=date(2026, 12, 1)
    )
    return Case(one.application, State.DEPOSIT_PAID, allocation=Allocation(asked=asked))


def test_its_case_has_line_and_place_at_once_and_never_twice() -> None:
    draw, one = published(0), EVERYBODY[0]
    event = admission(draw, one)
    line, place = admitted(paid(one), AT, draw, event)
    assert isinstance(line, EnteredInDraw)
    assert isinstance(place, DrawResult)
    assert (line.admitted, line.number) == (WHY, one.number)
    assert (place.fate, place.place, place.ticket) == (event.fate, event.place, event.ticket)
    case = paid(one)
    for n, said in enumerate((line, place), 1):
        case = evolve(case, Recorded(n, said, "", AT))
    assert case.state in {State.DRAWN, State.SUBSTITUTE, State.POOL_CONFIRMED}
    assert admitted(case, AT, draw, event) == ()
    assert admitted(replace(case, state=State.WITHDRAWN), AT, draw, event) == ()


def test_whoever_waits_in_another_draw_is_left_there() -> None:
    draw, one = published(0), EVERYBODY[0]
    event = admission(draw, one)
    next_one = replace(draw, id="HN-2026-01.2")
    line, *_ = entered(paid(one), AT, next_one, one)
    waiting = evolve(paid(one), Recorded(1, line, "", AT))
    assert admitted(waiting, AT, draw, event) == ()


def test_it_has_its_slot_before_whoever_has_its_place_in_the_list() -> None:
    drawn = next(n for n in range(13) if admission(published(n), EVERYBODY[n]).fate == "drawn")
    draw, one = published(drawn), EVERYBODY[drawn]
    later = after(draw, (admission(draw, one),))
    places = places_of(later)
    choosing_now = Choosing(Versioned("HN-2026-01", SaleProject("HN-2026-01")), later, places, {})
    in_order_of_slots = [place for place in choosing_now.places_in(one.pool) if place.fate == "drawn"]
    assert [place.ticket for place in in_order_of_slots] == sorted(str(place.ticket) for place in in_order_of_slots)
    assert places[one.application] in in_order_of_slots
    assert choosing_now.pool_of(one.application) == one.pool


def test_it_is_called_before_any_substitute_and_takes_no_home_that_is_chosen() -> None:
    chosen = [InPool("drawn", n, Case(f"drawn-{n}", state=State.HOME_CHOSEN)) for n in (1, 2)]
    late = InPool("drawn", 1, Case("late", state=State.DRAWN), late="5" * 64)
    later = InPool("drawn", 1, Case("later", state=State.DRAWN), late="6" * 64)
    waits = InPool("substitute", 1, Case("substitute-1", state=State.SUBSTITUTE))
    members = [waits, *chosen, later, late]
    assert [one.case.application for one in in_order(members)] == [
        "late",
        "later",
        "drawn-1",
        "drawn-2",
        "substitute-1",
    ]
    assert next_to_call(members, 1) is late
    with pytest.raises(NotAllowed, match="whoever has chosen keeps it"):
        next_to_call(members, 0)


def test_a_deposit_that_it_paid_for_another_project_since_enters_it_nowhere_else() -> None:
    draw, one = published(0), EVERYBODY[0]
    event, case = admission(draw, one), paid(one)
    asked = case.allocation.asked
    assert asked is not None
    moved_on = replace(case, allocation=Allocation(asked=asked.model_copy(update={"project": "another"})))
    assert admitted(moved_on, AT, draw, event) == ()
    assert entered(moved_on, AT, draw, one) == ()


def test_nobody_is_called_and_nothing_closed_while_an_admission_is_on_its_way_to_its_case() -> None:
    draw, one = published(0), EVERYBODY[0]
    assert is_told_soon(paid(one), draw)
    assert not is_told_soon(replace(paid(one), state=State.WITHDRAWN), draw)
    on_its_way = InPool("substitute", 1, paid(one), late="5" * 64, told_soon=True)
    waits = InPool("substitute", 2, Case("substitute-2", state=State.SUBSTITUTE))
    with pytest.raises(NotAllowed, match="is being told"):
        next_to_call([waits, on_its_way], 1)
    assert keeps_choosing_open([waits, on_its_way], 1)
    assert keeps_choosing_open([waits], 0) is None


@pytest.mark.parametrize(("project", "back"), [
    (choosing("1", False), None),
    (choosing("1", True), "no home left"),
    (replace(choosing("1", True), closed=CLOSED), "project closed"),
])  # fmt: skip
def test_a_place_that_reaches_its_case_once_nobody_is_called_leads_back_to_the_pool(
    project: SaleProject, back: str | None
) -> None:
    drawn = next(n for n in range(13) if admission(published(n), EVERYBODY[n]).fate == "drawn")
    draw, case = published(drawn), paid(EVERYBODY[drawn])
    for n, event in enumerate(admitted(case, AT, draw, admission(draw, EVERYBODY[drawn])), 1):
        case = evolve(case, Recorded(n, event, "", AT))
    found = came_too_late(case, project, AT)
    assert [one.why for one in found if isinstance(one, ReturnedToPool)] == ([back] if back else [])
    for event in found:
        case = evolve(case, Recorded(9, event, "", AT))
    assert came_too_late(case, project, AT) == () or back is None
