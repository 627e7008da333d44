"""A log that was written by the rules of its own day stays readable, whatever is refused since."""

import gzip
import json
from pathlib import Path
from typing import Any

from contracts.events import EVENTS, ApplicationSubmitted, Event, ObjectionRaised
from contracts.key_register import ENTRIES

LOG = Path(__file__).parents[1] / "recorded" / "a68a448" / "log.jsonl.gz"


def records() -> list[dict[str, Any]]:
    with gzip.open(LOG, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def events() -> list[Event]:
    return [
        EVENTS.read(record["headers"]["ce-type"], record["body"].encode())
        for record in records()
        if record["subject"].startswith("case.")
    ]


def test_every_record_is_read_though_a_name_and_an_objection_in_it_would_be_refused_today() -> None:
    read = events()
    entries = [
        ENTRIES.read(record["headers"]["ce-type"], record["body"].encode())
        for record in records()
        if record["subject"].startswith("register.")
    ]

    assert (len(read), len(entries), len(records())) == (396, 8, 437)  # the others are claims on people
    assert "\u3164" in {event.form.applicant.name for event in read if isinstance(event, ApplicationSubmitted)}
    assert " " in {event.text for event in read if isinstance(event, ObjectionRaised)}


def test_what_is_read_is_what_was_written() -> None:
    for record, event in zip((one for one in records() if one["subject"].startswith("case.")), events(), strict=True):
        assert event == EVENTS.read(record["headers"]["ce-type"], event.model_dump_json().encode())
