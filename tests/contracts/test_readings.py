"""By which version something was read: what is made now by the current one, what the log leaves out by the first."""

import pytest
from pydantic import ValidationError

from contracts.model import STORED
from contracts.readings import CURRENT_READING, FIRST_READING, ReadByVersion


def test_what_is_made_now_is_of_the_current_reading() -> None:
    assert ReadByVersion().reading == CURRENT_READING
    assert ReadByVersion.model_validate({}).reading == CURRENT_READING


def test_what_the_log_does_not_state_is_of_the_first() -> None:
    assert ReadByVersion.model_validate({}, context=STORED).reading == FIRST_READING
    assert ReadByVersion.model_validate_json("{}", context=STORED).reading == FIRST_READING


@pytest.mark.parametrize("stated", range(FIRST_READING, CURRENT_READING + 1))
def test_what_is_stated_counts_everywhere(stated: int) -> None:
    for context in (None, STORED):
        read = ReadByVersion.model_validate({"reading": stated}, context=context)
        assert read.reading == stated
        assert ReadByVersion.model_validate_json(read.model_dump_json(), context=STORED) == read


@pytest.mark.parametrize("stated", [FIRST_READING - 1, CURRENT_READING + 1])
def test_a_reading_that_never_was_is_none(stated: int) -> None:
    with pytest.raises(ValidationError):
        ReadByVersion.model_validate({"reading": stated}, context=STORED)
