"""A case under way at an upgrade: answers of reading 1, determined by reading 2. What is not clear is reviewed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.case.answers import Counted
from contracts.inquiries import Answer, PersonAnswer
from contracts.readings import CURRENT_READING, FIRST_READING
from procedures.hainan_2025.determination import judge, outcome
from tests.rules.rules_world import MAN, counted, evidence, family, hukou, unit

ALONE = family(MAN)
WELL = {
    "household-registry": counted({MAN: [hukou()]}),
    **{name: counted({MAN: "none"}, kind="none") for name in ("civil-affairs", "social-security", "tax", "housing")},
}


def answered(kind: Any, of_man: Any, *rows: dict[str, Any], surplus: int = 0, reading: int = FIRST_READING) -> Counted:
    person = PersonAnswer(id_number=MAN, kind=of_man, records=rows)
    answer = Answer(question_id="question-of-a-test", kind=kind, persons=(person,))
    return Counted(1, answer, datetime(2026, 11, 10, tzinfo=UTC), reading=reading, surplus=surplus)


def determined(said: Counted, reading: int = CURRENT_READING) -> str:
    return outcome(judge(replace(evidence(ALONE, WELL | {"real-estate": said}), reading=reading)))


@pytest.mark.parametrize(
    "said",
    [
        answered("found", "found"),
        answered("found", "none"),
        answered("none", "found", unit(MAN, "10")),
        answered("found", "found", unit(MAN, "10"), surplus=1),
        answered("found", "found", unit(MAN, "120", use="住宅")),
        answered("found", "found", unit(MAN, "120", status="现势")),
        answered("found", "found", unit(MAN, "0")),
    ],
    ids=["found, no rows", "found of nobody", "none of all", "something dropped", "use", "status", "no area"],
)
def test_what_reading_1_would_have_taken_goes_to_a_person(said: Counted) -> None:
    assert determined(said, FIRST_READING) == "eligible"
    assert determined(said) == "review"


def test_what_was_clear_is_clear() -> None:
    assert determined(answered("none", "none")) == "eligible"
    assert determined(answered("found", "found", unit(MAN, "14"))) == "eligible"
    assert determined(answered("found", "found", unit(MAN, "15"))) == "ineligible"


def test_what_is_read_today_and_names_only_homes_elsewhere_is_clear() -> None:
    assert determined(answered("found", "found", surplus=1, reading=CURRENT_READING)) == "eligible"


def test_whoever_was_not_matched_or_of_whom_all_is_none_was_answered_clearly() -> None:
    for said in (answered("not_matched", "not_matched"), answered("found", "not_matched"), answered("none", "none")):
        world = evidence(ALONE, WELL | {"civil-affairs": said, "real-estate": WELL["housing"]})
        clear = said.answer.kind != "found"
        assert outcome(judge(world)) == ("eligible" if clear else "review")


def test_what_was_said_of_nobody_in_particular_was_said_of_all() -> None:
    def of_all(kind: Any) -> Counted:
        said = Answer(question_id="question-of-a-test", kind=kind, persons=())
        return Counted(1, said, datetime(2026, 11, 10, tzinfo=UTC), reading=FIRST_READING)

    assert determined(of_all("none")) == "eligible"
    world = evidence(ALONE, WELL | {"civil-affairs": of_all("not_matched"), "real-estate": of_all("none")})
    assert outcome(judge(world)) == "eligible"
