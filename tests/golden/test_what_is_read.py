"""A recorded log is read to the same states, views, stories and findings by every later version."""

import json

import pytest

from chassis.log.follow import pages
from chassis.log.history import History
from chassis.log.journal import STREAM
from contracts.case.case import Recorded
from evidence.audit import audit
from lianshen.cases.log_tail import LogTail
from tests.golden.reading import (
    beside_as_json,
    case_as_json,
    comparable,
    determinations,
    histories,
    read_by_history,
    register_as_json,
)
from tests.golden.recorded_bus import RecordedBus
from tests.golden.recordings import Recording

SENT = "NoticeSent"


def test_every_case_stands_where_it_stood_and_is_shown_as_it_was(recording: Recording) -> None:
    then, now = recording.expected["cases"], recording.expected["now"]
    of_cases = histories(recording.records)
    assert of_cases.keys() == then.keys()
    for number, records in of_cases.items():
        read = case_as_json(number, records, now, recording.keys["notice"])
        for part, value in read.items():
            was = then[number][part]
            assert comparable(value, was) == was, f"{then[number]['label']}: {part}"


def test_the_notices_of_a_story_have_the_ids_under_which_they_were_sent(recording: Recording) -> None:
    """The ids are made from case, cause, channel and key: another id would tell a family twice after an upgrade."""
    sent = [json.loads(record["body"]) for record in recording.records if record["headers"].get("ce-type") == SENT]
    for notice in sent:
        composed = recording.expected["cases"][notice["application"]]["notices"]
        if notice["channel"] == "folder":
            assert notice["notice_id"] in [item["notice_id"] for item in composed], notice["cause"]
    assert sent


def test_the_register_is_read_as_it_was(recording: Recording) -> None:
    then = recording.expected["register"]
    assert comparable(register_as_json(recording.records), then) == then


def test_projects_draws_homes_and_bans_stand_where_they_stood(recording: Recording) -> None:
    then = recording.expected.get("beside", {})
    assert comparable(beside_as_json(recording.records), then) == then


def test_every_determination_comes_out_again_from_the_answers_it_lists(recording: Recording) -> None:
    made = 0
    for number, records in histories(recording.records).items():
        for stands, again in determinations(number, records):
            assert again == stands
            made += 1
    assert made > 0


async def test_a_service_that_loads_a_case_from_the_bus_has_the_same(recording: Recording) -> None:
    for number in list(recording.expected["cases"])[:10]:
        then = recording.expected["cases"][number]["state"]
        assert comparable(await read_by_history(recording.records, number), then) == then


async def test_a_log_is_audited_and_followed_to_its_end_however_few_records_a_page_has(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pages.__kwdefaults__, "size", 7)
    events = [record["sequence"] for record in recording.records if record["subject"].startswith("case.")]
    seen: list[Recorded] = []
    await audit(RecordedBus(recording.records), each=seen.append)  # type: ignore[arg-type]
    history = History(RecordedBus(recording.records), STREAM)  # type: ignore[arg-type]
    await history.start()
    tail = LogTail(history)
    assert [item.sequence for item in seen] == [item.sequence for item in await tail.read()] == events
    assert await tail.read() == []
