"""A1 to A8: a whole history holds, each invariant broken once is named, and no legal history is blamed."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import events as of
from contracts.bans import BanImposed
from contracts.case.case import Recorded
from contracts.draws.events import (
    DrawAnnounced,
    DrawHeld,
    DrawVoid,
    EntrantsListed,
    EnvelopeOpened,
    ManifestPosted,
    ResultPublished,
    ResultVerified,
)
from contracts.events.base import CaseEvent
from contracts.events.values import BanAnswer, Condition, OwnBan
from contracts.homes.events import HomeFreed, HomeTaken
from contracts.local_time import SHANGHAI
from contracts.projects.events import PriceApproved, PriceDetermined
from evidence.audit import Auditor
from tests.evidence.allocated import Break, audited, change, left_with_a_contract, legal, stored, where, whole, without
from tests.support.families import a_form, accepted, an_application_number, submitted


def test_a_whole_history_holds() -> None:
    assert audited(whole().events) == []


@settings(max_examples=30, deadline=None)
@given(st.integers())
def test_no_legal_history_is_blamed(seed: int) -> None:
    assert audited(legal(random.Random(seed)).events) == []


def two_families_take_one_home(history: list[Any]) -> None:
    """The second takes the home of the first, in its file and in its case."""
    first, second = list(where(history, HomeTaken))[:2]
    history[second] = history[second].model_copy(update={"home": history[first].home, "n": 2})
    chosen = list(where(history, of.HomeChosen))[1]
    history[chosen] = history[chosen].model_copy(update={"home": history[first].home})


def a_home_is_freed_under_its_family(history: list[Any]) -> None:
    taken = history[next(where(history, HomeTaken))]
    fields = {"home": taken.home, "n": 1, "at": taken.at, "application": taken.application}
    history.append(HomeFreed.model_validate({**fields, "why": "withdrawn", "by": "unit 1"}))


def two_places_are_exchanged(history: list[Any]) -> None:
    last, first = (list(where(history, of.DrawResult))[at] for at in (-1, 0))
    update = {key: getattr(history[last], key) for key in ("fate", "place", "ticket")}
    history[first] = history[first].model_copy(update=update)


def the_list_gains_a_family(history: list[Any]) -> None:
    at = list(where(history, EntrantsListed))[1]
    lines = history[at].lines
    stranger = lines[0].model_copy(update={"number": lines[0].number[:-1] + "X"})
    history[at] = history[at].model_copy(update={"lines": (*lines, stranger)})


def somebody_draws_who_is_not_listed(history: list[Any]) -> None:
    at = list(where(history, of.EnteredInDraw))[-1]
    history[at] = history[at].model_copy(update={"number": history[at].number[:-1] + "X"})


def another_secret(history: list[Any]) -> None:
    at = next(where(history, EnvelopeOpened))
    history[at] = history[at].model_copy(update={"secret": "f" * 64})


def the_void_draw_places_somebody(history: list[Any]) -> None:
    result, entry = history[next(where(history, of.DrawResult))], history[next(where(history, of.EnteredInDraw))]
    history.insert(next(where(history, DrawVoid)) + 1, result.model_copy(update={"application": entry.application}))


def somebody_enters_the_void_draw(history: list[Any]) -> None:
    entry = history.pop(next(where(history, of.EnteredInDraw)))
    history.insert(next(where(history, DrawVoid)) + 1, entry)


def the_void_draw_is_published(history: list[Any]) -> None:
    history.append(history[next(where(history, ResultPublished))].model_copy(update={"serial": "1"}))


def a_banned_family_is_accepted(history: list[Any]) -> None:
    ban = history[next(where(history, BanImposed))]
    number = an_application_number()
    banned = next(
        it for it in history if isinstance(it, of.ApplicationSubmitted) and it.application == ban.application
    )
    again = accepted(number, banned.form).model_copy(update={"as_of": date(2027, 6, 1)})
    history += [submitted(number, banned.form), again]


def a_ban_that_nobody_imposed_is_named(history: list[Any]) -> None:
    number, form = an_application_number(), a_form()
    own = OwnBan(article="32", since=date(2026, 1, 1), until=date(2027, 1, 1))
    history += [submitted(number, form), accepted(number, form).model_copy(update={"own_ban": own})]


def a_ban_without_a_cancellation(history: list[Any]) -> None:
    keys = history[next(where(history, of.HandedOver))]
    change(BanImposed, application=keys.application)(history)


def keys_while_a_rental_is_kept(history: list[Any]) -> None:
    keys = history[next(where(history, of.HandedOver))]
    at = next(at for at in where(history, of.DeterminationMade) if history[at].application == keys.application)
    rental = Condition(rule="G20", article="20", text="a rental home is to be left")
    history[at] = history[at].model_copy(update={"conditions": (rental,)})


def the_bureau_said_before_the_keys(kind: str, *rows: dict[str, Any]) -> Break:
    """A rental home by the determination, and what the bureau said when it was asked again."""

    def broken(history: list[Any]) -> None:
        keys_while_a_rental_is_kept(history)
        keys = history[next(where(history, of.HandedOver))]
        persons = next(
            it for it in history if isinstance(it, of.ApplicationAccepted) and it.application == keys.application
        ).persons
        said = [{"id_number": person.id_number, "kind": kind, "records": rows} for person in persons]
        answer = {"question_id": "Q" * 26, "kind": kind, "persons": said}
        housing = BanAnswer.model_validate({"asked_at": datetime(2027, 1, 1, tzinfo=UTC), "answer": answer})
        change(of.HandedOver, housing=housing)(history)

    return broken


def test_a_rental_home_that_was_left_before_the_keys_is_left() -> None:
    history = whole().events
    the_bureau_said_before_the_keys("none")(history)
    assert audited(history) == []


def a_paper_before_the_keys(left: bool, days: int) -> Break:
    """A rental home by the determination, and the paper of a bureau whose clerk answers."""

    def broken(history: list[Any]) -> None:
        keys_while_a_rental_is_kept(history)
        at = next(where(history, of.HandedOver))
        keys = history[at]
        dated = keys.at.astimezone(SHANGHAI).date() - timedelta(days=days)
        about = {"application": keys.application, "at": keys.at, "n": 1, "by": "officer 7"}
        history.insert(at, of.RentalShown(**about, left=left, document="receipt 7", dated=dated))

    return broken


def test_a_paper_of_the_bureau_shows_that_a_rental_home_is_left() -> None:
    history = whole().events
    a_paper_before_the_keys(True, 30)(history)
    assert audited(history) == []


def it_asked_to_leave_itself(by: str) -> Break:
    """Confirmed on the same day."""

    def broken(history: list[Any]) -> None:
        change(of.ExitProposed, ground="31(5)", heard_until=date(2027, 12, 1))(history)
        change(of.ExitConfirmed, ground="31(5)", by=by)(history)

    return broken


def test_whoever_asks_to_leave_has_been_heard() -> None:
    history = whole().events
    it_asked_to_leave_itself("officer 7")(history)
    assert audited(history) == []


BROKEN: tuple[tuple[Break, str], ...] = (
    (two_families_take_one_home, "A1 HomeTaken does not follow for a home that is taken"),
    (a_home_is_freed_under_its_family, "A1 HomeFreed does not follow"),
    (without(HomeTaken), "A1 the family has home P-1-0001, which by its file is held by nobody"),
    (change(of.ContractSigned, home="P-1-0002"), "A1 ContractSigned is about home P-1-0002"),
    (without(HomeTaken, 1), "A1 the family has home P-1-0002, which by its file is held by nobody"),
    (without(of.ExitConfirmed), "A1 the family has home P-1-0002, which by its file is held by nobody"),
    (the_list_gains_a_family, "A2 the frozen list is not the one that was listed"),
    (somebody_draws_who_is_not_listed, "A2 entered in draw P-1.2, and the frozen list has no such line"),
    (two_places_are_exchanged, "A2 not_drawn at place"),
    (another_secret, "A2 the secret of bureau does not fit its commitment"),
    (change(DrawHeld, seed="0" * 64), "A2 the seed does not follow from the files"),
    (change(DrawHeld, reveal="{}"), "A2 reveal.json is not what was thrown and opened"),
    (change(ManifestPosted, 1, manifest="{}"), "A2 the manifest is not that of its rules, list and commitments"),
    (change(ResultPublished, result="0" * 64), "A2 the published result does not follow from the files"),
    (without(ResultPublished), "A2 a place in draw P-1.2, whose published list has none"),
    (without(ResultVerified), "A2 ResultPublished does not follow in a draw that is held"),
    (change(DrawAnnounced, 1, rules="[]"), "A2 the files of the draw cannot be read (TypeError)"),
    (without(PriceDetermined), "A3 PriceApproved does not follow in project P-1"),
    (without(PriceApproved), "A3 a contract for home P-1-0001, of which no published approval 1"),
    (change(of.ContractSigned, price=Decimal("219999.99")), "A3 a contract at 219999.99; the approved price"),
    (change(PriceApproved, published_on=date(2099, 1, 1)), "A3 a contract for home P-1-0001, of which no published"),
    (change(of.ContractSigned, approval=2), "A3 a contract for home P-1-0001, of which no published approval 2"),
    (change(of.DepositPaid, amount=Decimal("20000.01")), "A4 a deposit of 20000.01 was taken; 20000.00 was asked"),
    (change(of.DepositPaid, 1, reference="D-0"), "A4 a payment under a bank reference that was used before"),
    (change(of.DepositSettled, amount=Decimal("20000.01")), "A4 20000.01 of the deposit was settled"),
    (change(of.DepositSettled, amount=Decimal("19999.99")), "A4 0.01 of the deposit is still held"),
    (without(of.DepositSettled), "A4 20000.00 of the deposit is still held"),
    (change(of.DepositSettled, 1, how="set_off"), "A4 20000.00 of the deposit was set off, and no contract"),
    (change(of.ContractSigned, balance=Decimal("199999.99")), "A4 deposit 20000.00 and balance 199999.99"),
    (
        change(of.ContractSigned, deposit=Decimal("20000.01"), balance=Decimal("199999.99")),
        "A4 the contract sets off 20000.01; 20000.00 was held",
    ),
    (change(BanImposed, application=an_application_number()), "which is no case of this log"),
    (a_ban_without_a_cancellation, "A5 a ban names this case, and its qualification was not cancelled"),
    (without(BanImposed), "A5 cancelled with a ban until"),
    (change(BanImposed, until=date(2030, 1, 1)), "A5 cancelled with a ban until"),
    (change(BanImposed, until=date(2026, 1, 1)), "A5 a ban from"),
    (a_banned_family_is_accepted, "A5 accepted as of 2027-06-01, and a ban from"),
    (a_ban_that_nobody_imposed_is_named, "A5 accepted with a ban until 2027-01-01, which is not"),
    (change(of.PriceSettled, amount=Decimal("199999.99")), "A6 keys with 0.01 due of a balance of 200000.00"),
    (without(of.ContractSigned), "A6 keys without a contract"),
    (keys_while_a_rental_is_kept, "A6 keys while G20 is open"),
    (
        the_bureau_said_before_the_keys("found", {"register": "tenancy", "kind": "public_rental"}),
        "A6 keys while G20 is open",
    ),
    (the_bureau_said_before_the_keys("cannot_determine"), "A6 keys while G20 is open"),
    (a_paper_before_the_keys(False, 0), "a rental home is not left"),
    (a_paper_before_the_keys(True, 31), "is older than 30 days"),
    (the_void_draw_places_somebody, "A7 a place in draw P-1.1, which is void"),
    (the_void_draw_is_published, "A7 ResultPublished does not follow in a draw that is void"),
    (somebody_enters_the_void_draw, "A7 entered in draw P-1.1, which is void"),
    (change(of.QualificationCancelled, by="by the calendar"), "A8 no officer's word"),
    (without(of.ChoiceMissed), "A8 nothing was proposed that the family could be heard on"),
    (change(of.ChoiceMissed, heard_until=date(2027, 12, 1)), "A8 decided while the family could still be heard"),
    (change(of.ExitConfirmed, by="by the calendar"), "A8 no officer's word"),
    (change(of.ExitProposed, heard_until=date(2027, 12, 1)), "A8 decided while the family could still be heard"),
    (it_asked_to_leave_itself("by the calendar"), "A8 no officer's word"),
    (change(of.ExitConfirmed, ground="31(2)"), "A8 heard on 31(1), and confirmed on 31(2)"),
)


@pytest.mark.parametrize(("broken", "named"), BROKEN, ids=[f"{n}-{named[:40]}" for n, (_, named) in enumerate(BROKEN)])
def test_what_was_broken_is_named(broken: Break, named: str) -> None:
    history = whole().events
    broken(history)
    found = audited(history)
    assert any(named in violation for violation in found), found


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (without(of.PriceGivenBack), "A4 220000.00 of the price is still held, and the case is exited"),
        (change(of.PriceGivenBack, amount=Decimal("219999.99")), "A4 219999.99 go back and 0.00 are kept"),
    ],
)
def test_what_came_in_for_a_home_that_was_left_before_the_keys_is_settled_to_the_cent(
    broken: Break, named: str
) -> None:
    history = left_with_a_contract().events
    assert audited(history) == []
    broken(history)
    assert any(named in violation for violation in audited(history)), audited(history)


def test_the_audit_of_the_log_says_it_with_name_and_sequence() -> None:
    history = whole().events
    two_families_take_one_home(history)
    auditor = Auditor()
    for sequence, event in enumerate(history, 1):
        if isinstance(event, CaseEvent):
            auditor.take(Recorded(sequence, event, "", event.at))
        else:
            auditor.beside(stored(event, sequence))
    at = list(where(history, HomeTaken))[1] + 1
    assert (
        f"home P-1-0001 at sequence {at}: A1 HomeTaken does not follow for a home that is taken" in auditor.violations
    )
