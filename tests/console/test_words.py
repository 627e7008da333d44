"""Every word that a page about cases may need stands in the tables, in both languages."""

from console.pages.decide import OBJECTION, OUTCOMES
from console.trace.rows import Lane, Sign
from console.trace.turns import Whose
from console.words.cases import CASES, WAITS
from console.words.events import EVENTS
from console.words.trace import TRACE
from console.words.work import DESK

from contracts.case.waits import WHO_ELSE, Next, Turn
from contracts.events import STORY


def test_no_turn_no_next_step_and_nobody_who_is_waited_for_is_without_words() -> None:
    wanted = [f"turn.{one}" for one in Turn] + [f"next.{one}" for one in Next] + [f"whom.{one}" for one in WHO_ELSE]
    assert [key for key in wanted if key not in WAITS] == []


def test_every_part_of_the_waterfall_has_words() -> None:
    parts = {"lane": Lane, "sign": Sign, "whose": Whose}
    wanted = [f"trace.{part}.{one}" for part, names in parts.items() for one in names]
    assert [key for key in wanted if key not in TRACE] == []


def test_every_decision_and_every_finding_has_words() -> None:
    assert [one for one in (*OUTCOMES, *OBJECTION) if f"decide.{one}" not in DESK] == []
    assert [one for one in ("met", "not_met", "unknown") if f"case.truth.{one}" not in CASES] == []


def test_every_event_of_the_story_has_words() -> None:
    assert [kind.__name__ for kind in STORY if f"event.{kind.__name__}" not in EVENTS] == []
