"""What real-estate registration says of a home before a buy-back: met, not met, or left to a paper (Art. 28)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from after_care.decide.buy_back import ask
from after_care.decide.registration import ASKED, owner_of, read, show_all

from contracts.case.case import Case, NotAllowed
from contracts.events.values import BanAnswer
from contracts.inquiries import Answer, PersonAnswer
from tests.after_care.families import HOME, home_of, with_keys
from tests.allocation.families import after

NOW = datetime(2027, 3, 1, 2, tzinfo=UTC)
MET = dict.fromkeys(ASKED, True)


def asked() -> Case:
    case = with_keys()
    return after(case, ask(case, home_of(case.application), "the owner", NOW))


def said(case: Case, kind: str, *rows: dict[str, Any]) -> Answer:
    person = PersonAnswer.model_validate({"id_number": owner_of(case), "kind": kind, "records": rows})
    return Answer.model_validate({"question_id": "q" * 16, "kind": kind, "persons": (person,)})


def row(kind: str | None, status: str | None = "registered", unit_code: str | None = HOME) -> dict[str, Any]:
    return {"unit_code": unit_code, "kind": kind, "status": status, "since": "2026-01-05"}


@pytest.mark.parametrize(
    ("kind", "rows", "known"),
    [
        ("none", [], MET),
        ("found", [row("mortgage")], {**MET, "mortgage": False}),
        ("found", [row("lease"), row("dispute")], {**MET, "lease": False, "dispute": False}),
        ("found", [row("mortgage", "cancelled")], MET),
        ("found", [row("mortgage", None)], {**MET, "mortgage": None}),
        ("found", [row("mortgage", unit_code=None)], {**MET, "mortgage": None}),
        ("found", [row(None)], dict.fromkeys(ASKED)),
        ("found", [row("residence_right", unit_code="ANOTHER-1")], MET),
        ("cannot_determine", [], dict.fromkeys(ASKED)),
        ("not_matched", [], dict.fromkeys(ASKED)),
        ("refused", [], dict.fromkeys(ASKED)),
    ],
)
def test_each_condition_is_met_not_met_or_unknown(kind: str, rows: list[Any], known: dict[str, Any]) -> None:
    case = asked()
    assert read(said(case, kind, *rows), owner_of(case), HOME) == known


def test_what_is_clear_is_shown_with_the_answer_and_the_rest_waits() -> None:
    case = asked()
    answer = BanAnswer(asked_at=NOW, answer=said(case, "found", row("mortgage"), row("lease", None)))
    events = show_all(case, read(answer.answer, owner_of(case), HOME), answer, "officer 7", NOW)
    assert [(one.condition, one.met, one.n) for one in events] == [
        ("mortgage", False, 1),
        ("residence_right", True, 2),
        ("dispute", True, 3),
    ]
    assert [one.said for one in events] == [answer] * 3
    assert after(case, *events).allocation.shown.keys() == {"mortgage", "residence_right", "dispute"}


def test_nothing_is_shown_where_no_buy_back_waits() -> None:
    case = with_keys()
    with pytest.raises(NotAllowed, match="no buy-back waits"):
        show_all(case, MET, BanAnswer(asked_at=NOW, answer=said(case, "none")), "officer 7", NOW)
