"""The ceremony of a draw: its steps in order, each once, and what ends it without a result (Art. 26(5))."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from allocation.ceremony import before, dice, opening
from allocation.ceremony.posted import files_of, result_file
from allocation.ceremony.results import entered, placed, places_of
from allocation.draw.check import check
from allocation.draw.documents import NAMES, RESULT
from allocation.draw.faults import DoesNotHold

from contracts.case.allocation import Allocation
from contracts.case.case import Case, NotAllowed
from contracts.case.states import State
from contracts.draws.draw import Draw, Stage
from contracts.draws.events import DiceThrown
from contracts.events import DepositAsked, EnteredInDraw
from tests.allocation.ceremonies import (
    AT,
    CHECKER,
    FIGURES,
    PARTIES,
    RULES,
    SECRETS,
    act,
    after,
    at,
    entrants,
    steps,
)

HELD = AT + timedelta(days=3)
FIRST_DAY = date(2026, 12, 1)


def test_each_step_leads_to_the_next_and_the_files_hold() -> None:
    assert [draw.stage for _, draw in steps(entrants())] == [
        *(Stage.ANNOUNCED, Stage.FROZEN, Stage.COMMITTED, Stage.THROWN),
        *(Stage.HELD, Stage.VERIFIED, Stage.PUBLISHED),
    ]
    files = files_of(at("published"))
    assert tuple(files) == NAMES
    assert check(files).to_bytes() == files[RESULT]


def test_nothing_of_a_result_is_posted_before_it_was_published_and_no_file_names_an_application() -> None:
    assert RESULT not in files_of(at("verified"))
    posted = b"".join(files_of(at("published")).values()).decode()
    assert not [entrant for entrant in entrants() if entrant.application in posted]


def test_a_step_that_is_done_again_writes_nothing() -> None:
    announced, published = at("announced"), at("published")
    rules, day = RULES.to_bytes(), AT + timedelta(days=3)
    assert before.announce(announced, act(), rules, CHECKER, day, "the hall") == ()
    assert before.post_manifest(published, act()) == ()
    assert before.commit(published, act(), "notary", published.commitments["notary"]) == ()
    assert dice.type_dice(published, act("clerk 1", HELD), FIGURES, "", FIRST_DAY) == ()
    assert opening.open_envelope(published, act(), "notary", SECRETS["notary"]) == ()
    assert opening.verify(published, act(), CHECKER, "") == ()
    assert opening.publish(published, act()) == ()


@pytest.mark.parametrize("stage", ["frozen", "committed", "thrown", "held", "published"])
def test_a_list_is_frozen_once(stage: str) -> None:
    with pytest.raises(NotAllowed, match="frozen once"):
        before.freeze(at(stage), act(), entrants())


def test_rules_are_announced_once_and_in_the_one_way_they_are_written() -> None:
    other = replace(RULES, dice=10).to_bytes()
    with pytest.raises(NotAllowed, match="next serial"):
        before.announce(at("announced"), act(), other, CHECKER, HELD, "the hall")
    nobody = Draw("HN-2026-01.1")
    for body in (b"\xef\xbb\xbf" + RULES.to_bytes(), RULES.to_bytes() + b"\n", b"{", b"[]"):
        with pytest.raises(DoesNotHold):
            before.announce(nobody, act(), body, CHECKER, HELD, "the hall")
    with pytest.raises(NotAllowed, match="before it is held"):
        before.announce(nobody, act(), RULES.to_bytes(), CHECKER, AT, "the hall")


def test_a_pool_that_the_rules_do_not_have_stops_the_freeze() -> None:
    strange = [entrants()[0].model_copy(update={"pool": "C-99"})]
    with pytest.raises(NotAllowed, match="pool C-99"):
        before.freeze(at("announced"), act(), strange)
    with pytest.raises(NotAllowed, match="nobody"):
        before.freeze(at("announced"), act(), [])


def test_no_draw_goes_on_without_a_party() -> None:
    frozen = at("frozen")
    with pytest.raises(NotAllowed, match="not committed yet: housing-bureau"):
        before.post_manifest(frozen, act())
    with pytest.raises(NotAllowed, match="no party"):
        before.commit(frozen, act(), "a friend", "0" * 64)
    with pytest.raises(NotAllowed, match="never changed"):
        before.commit(at("committed"), act(), "notary", "0" * 64)


def test_dice_are_thrown_a_working_day_after_the_manifest_at_the_earliest() -> None:
    with pytest.raises(NotAllowed, match="2026-12-01 at the earliest"):
        dice.type_dice(at("committed"), act("clerk 1", AT), FIGURES, "", FIRST_DAY)


def test_two_people_type_the_same_figures_and_one_alone_does_not() -> None:
    draw = at("committed")
    draw = after(draw, dice.type_dice(draw, act("clerk 1", HELD), FIGURES, "", FIRST_DAY))
    with pytest.raises(NotAllowed, match="second person"):
        dice.type_dice(draw, act("clerk 1", HELD), FIGURES, "", FIRST_DAY)
    other = FIGURES[:4] + "0" + FIGURES[5:]
    draw = after(draw, dice.type_dice(draw, act("clerk 2", HELD), other, "", FIRST_DAY))
    assert (draw.stage, draw.differs_at) == (Stage.COMMITTED, 5)
    written = dice.type_dice(draw, act("clerk 1", HELD), other, "", FIRST_DAY, "the fifth was read again")
    assert isinstance(written[-1], DiceThrown)


@pytest.mark.parametrize("figures", ["", "1" * 19, "1" * 21, "１" * 20])
def test_figures_that_the_rules_do_not_allow_are_refused(figures: str) -> None:
    with pytest.raises(DoesNotHold, match="bad-dice"):
        dice.type_dice(at("committed"), act("clerk 1", HELD), figures, "", FIRST_DAY)


def test_an_envelope_is_opened_after_the_dice_and_must_fit() -> None:
    with pytest.raises(NotAllowed, match="after the dice"):
        opening.open_envelope(at("committed"), act(), "notary", SECRETS["notary"])
    with pytest.raises(DoesNotHold, match="not-committed"):
        opening.open_envelope(at("thrown"), act(), "notary", SECRETS["families"])


def test_after_the_first_envelope_only_what_anybody_can_check_voids_a_draw() -> None:
    draw = at("thrown")
    draw = after(draw, opening.open_envelope(draw, act(), "notary", SECRETS["notary"]))
    with pytest.raises(NotAllowed, match="an envelope is open"):
        opening.declare_void(draw, act(), "before the envelopes", "the hall was cold", None)
    with pytest.raises(NotAllowed, match="fits its commitment"):
        opening.declare_void(draw, act(), "not committed", "it does not fit", "families", SECRETS["families"])
    with pytest.raises(NotAllowed, match="opened and fits"):
        opening.declare_void(draw, act(), "envelope missing", "it is gone", "notary")
    with pytest.raises(NotAllowed, match="are the files"):
        opening.declare_void(at("held"), act(), "file differs", "somebody says so", None)
    void = after(draw, opening.declare_void(draw, act(), "not committed", "the paper says 0", "families", "0" * 64))
    assert (void.stage, void.void and void.void.party) == (Stage.VOID, "families")
    with pytest.raises(NotAllowed):
        opening.open_envelope(void, act(), "families", SECRETS["families"])


def test_a_result_is_never_void_once_it_is_published() -> None:
    with pytest.raises(NotAllowed, match="cannot be declared void"):
        opening.declare_void(at("published"), act(), "envelope missing", "too late", "notary")


def test_a_result_is_published_after_the_announced_checker_agreed() -> None:
    held = at("held")
    assert held.held is not None
    with pytest.raises(NotAllowed, match="after it was verified"):
        opening.publish(held, act())
    with pytest.raises(NotAllowed, match="not the checker"):
        opening.verify(held, act(), "d" * 64, held.held.result)
    with pytest.raises(NotAllowed, match="another result"):
        opening.verify(held, act(), CHECKER, "0" * 64)


def in_draw(draw: Draw, n: int) -> Case:
    """A case that the list holds, with its line."""
    listed = entrants()[n]
    asked = DepositAsked(
        application=listed.application, at=AT, n=1, project="HN-2026-01", amount="20000.00", pay_by=FIRST_DAY
    )
    case = Case(listed.application, State.DEPOSIT_PAID, allocation=Allocation(asked=asked))
    line, _ = entered(case, AT, draw, listed)
    assert isinstance(line, EnteredInDraw)
    assert entered(replace(case, allocation=replace(case.allocation, entry=line)), AT, draw, listed) == ()
    return replace(case, state=State.IN_DRAW, allocation=replace(case.allocation, entry=line))


def test_each_family_has_one_place_and_whoever_left_has_none() -> None:
    draw = at("published")
    places = places_of(draw)
    assert len(places) == len(entrants())
    for n, listed in enumerate(entrants()):
        (result,) = placed(in_draw(draw, n), HELD, draw, places[listed.application])
        assert result.place >= 1
    left = replace(in_draw(draw, 0), state=State.WITHDRAWN)
    assert placed(left, HELD, draw, places[entrants()[0].application]) == ()


def test_a_list_of_five_thousand_goes_into_records_that_the_bus_takes() -> None:
    draw = at("announced")
    written = before.freeze(draw, act(), entrants(5000))
    assert max(len(event.model_dump_json()) for event in written) < 900_000
    frozen = after(draw, written)
    assert len(frozen.entrants) == 5000


def test_the_result_is_made_again_from_the_log_to_the_byte() -> None:
    draw = at("held")
    assert result_file(draw) == result_file(at("published"))
    assert tuple(draw.secrets) == PARTIES
