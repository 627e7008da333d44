"""What a project unit may open and do in the console, as one list: a new route that lets it in is seen here."""

from typing import Any, get_args

import pytest
from console.app import ROUTES
from console.bureau.home_offers import OFFERS as OF_A_HOME
from console.command_line.acts import ACTS, act_of
from console.route import EVERY_ROLE, OPEN
from console.site import TEXTS
from console.unit import choosing, families, payments, projects
from console.unit.announcing import ACT as ANNOUNCE
from console.unit.deposit_rows import STATUSES
from console.who import Role

from contracts.case.waits import BUY_BACK_WAITS, Turn
from contracts.case.waits import UNIT as WAITS_FOR_UNIT
from contracts.draws.draw import Stage
from contracts.events import DepositSettled, DrawResult, HandOverRefused, PaymentKept
from contracts.homes.home import Stands

UNIT = Role.PROJECT_UNIT
PAGES = {
    *("/projects", "/projects/{project}", "/projects/{project}/choosing", "/announce", "/announce/example.toml"),
    *("/projects/{project}/deposits", "/projects/{project}/deposits.csv"),
    *("/payments", "/families", "/families/{application}"),
    *("/draws", "/draws/{project}", "/draws/{project}/{serial}", "/homes/{home}"),
}
TEXT = {key for table in TEXTS for key in table}


def test_these_pages_and_no_page_of_a_case() -> None:
    of_some = [one for one in ROUTES if one.roles is not OPEN and one.roles != EVERY_ROLE and UNIT in one.roles]
    assert {one.path for one in of_some if one.method == "GET"} == PAGES
    assert not [one.path for one in of_some if one.path.startswith("/cases")]


def test_whatever_the_unit_may_do_at_a_command_line_it_may_do_on_a_page() -> None:
    of_a_draw = {act.verb for act in ACTS if act.verb.startswith("draw-")}
    offers = (*projects.OFFERS, *families.OFFERS, *choosing.OFFERS, *OF_A_HOME, payments.ONE)
    on_pages = {ANNOUNCE.verb, payments.FILE.verb, *(offer.verb for offer in offers)}
    may = {act.verb for act in ACTS if UNIT in act.roles}
    assert may - of_a_draw - on_pages == set()


def test_whom_a_buy_back_waits_for_may_do_it() -> None:
    whom, _, turn = BUY_BACK_WAITS["accepted"]
    assert (whom, turn, UNIT in act_of("after-care", "pay-buy-back").roles) == (WAITS_FOR_UNIT, Turn.PAYS_BACK, True)


def words_of(event: Any, field: str) -> tuple[str, ...]:
    """Of a list that stands in an event."""
    annotation = event.model_fields[field].annotation
    words = get_args(annotation)
    return words if isinstance(words[0], str) else get_args(words[0])


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("settled.", words_of(DepositSettled, "how")),
        ("settled.why.", words_of(DepositSettled, "why")),
        ("deposits.status.", STATUSES),
        ("kept.", words_of(PaymentKept, "why")),
        ("fate.", words_of(DrawResult, "fate")),
        ("family.missing.", words_of(HandOverRefused, "missing")),
        ("stage.", tuple(Stage)),
        ("home.stands.", tuple(Stands)),
    ],
)
def test_every_word_of_a_list_that_a_page_says_has_its_text(prefix: str, words: tuple[str, ...]) -> None:
    assert words
    assert {f"{prefix}{word.replace(' ', '_')}" for word in words} <= TEXT
