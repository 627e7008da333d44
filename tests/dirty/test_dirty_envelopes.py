"""What holds an answer together, dirty: no answer at all, so a fault of the department; nothing comes out of it."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from contracts.inquiries import Question
from inquiry.parse_answer import NoAnswer, read_answer
from tests.dirty.bases import BASES, Base
from tests.dirty.through import DEPARTMENTS, NOW, asked, envelope, heard
from tests.dirty.ways import WIDE
from tests.rules.rules_world import MAN, OUTSIDER, number

ONE_OF_EACH = [next(base for base in BASES if base.department == name) for name in DEPARTMENTS]
CASES = pytest.mark.parametrize("base", ONE_OF_EACH, ids=[base.department for base in ONE_OF_EACH])
OTHER_TYPES: tuple[Any, ...] = (None, 0, 1, 1.0, True, False, [], {}, ["found"], {"value": "found"})
SPOILED: dict[str, Callable[[str], str]] = {
    "space after": lambda text: f"{text} ",
    "space before": lambda text: f" {text}",
    "tab": lambda text: f"{text}\t",
    "ideographic space": lambda text: f"{text}\u3000",
    "no-break space": lambda text: f"{text}\u00a0",
    "NUL": lambda text: f"{text}\x00",
    "zero width": lambda text: f"{text}\u200b",
    "full width": lambda text: text.translate(WIDE),
    "other case": lambda text: text.swapcase() if text.swapcase() != text else f"{text}x",
    "empty": lambda text: "",
    "blank": lambda text: " ",
    "too long": lambda text: text * 70,
    "near miss": lambda text: text[:-1],
    "another word": lambda text: "有",
    "a word for nothing": lambda text: "N/A",
    "half of a surrogate pair": lambda text: f"{text}\ud800",
}


def clean(base: Base) -> dict[str, Any]:
    return envelope(asked(base.department, base.persons), base.rows)


def body_of(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode()


def is_no_answer(base: Base, body: bytes) -> bool:
    question: Question = asked(base.department, base.persons)
    try:
        read_answer(body, question, DEPARTMENTS[base.department], NOW)
    except NoAnswer as none:
        return not any(digits in str(none) for digits in (MAN[:14], OUTSIDER[:14], question.question_id))
    return False


def dirty_envelopes(base: Base) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each field beside the rows, wrong in each way."""
    for name in ("question_id", "kind"):
        for way, value in wrong(clean(base)[name]):
            yield f"{name} {way}", clean(base) | {name: value}
        yield f"no {name}", {key: value for key, value in clean(base).items() if key != name}
    for value in (None, "", "all", 0, 1.5, True, {}, {"0": {}}, [None], ["x"], [[]], [0], [[MAN, "none"]]):
        yield f"persons {value!r}", clean(base) | {"persons": value}
    yield "51 persons", clean(base) | {"persons": clean(base)["persons"] * 51}
    for name in ("id_number", "kind"):
        for way, value in wrong(clean(base)["persons"][0][name]):
            yield f"a person's {name} {way}", with_person(base, {name: value})
        yield f"a person without {name}", with_person(base, {}, without=name)
    for value in (None, "", "none", 0, True, {}, {"0": {}}, [None], ["x"], [0], [[]], [{"rows": "x"}], [{}] * 201):
        yield f"records {value!r:.30}", with_person(base, {"kind": "found", "records": value})
    yield "records under another name", with_person(base, {"kind": "found", "rows": [{}]}, without="records")
    for value in (0, 1795492800, 1.5, True, "", "1795492800", "2026-11-24", "2026-11-24T10:00:00", [], {}, "soon"):
        yield f"promised_at {value!r}", deferred(base) | {"promised_at": value}
    for value in (
        "2026-13-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        None,
    ):
        yield f"promised_at {value!r}", deferred(base) | {"promised_at": value}
    yield "deferred, and no promise", deferred(base)


def wrong(value: str) -> Iterator[tuple[str, Any]]:
    yield from ((f"as {other!r}", other) for other in OTHER_TYPES)
    yield from ((way, spoil(value)) for way, spoil in SPOILED.items())


def with_person(base: Base, changes: dict[str, Any], without: str = "") -> dict[str, Any]:
    answer = clean(base)
    answer["persons"][0] = {name: it for name, it in (answer["persons"][0] | changes).items() if name != without}
    return answer


def deferred(base: Base) -> dict[str, Any]:
    return {"question_id": clean(base)["question_id"], "kind": "deferred", "persons": []}


@CASES
def test_an_envelope_that_is_dirty_is_no_answer(base: Base) -> None:
    tried = list(dirty_envelopes(base))
    assert [what for what, answer in tried if not is_no_answer(base, body_of(answer))] == []
    assert len(tried) > 140


@CASES
def test_a_name_that_stands_twice_anywhere_is_no_answer(base: Base) -> None:
    text = json.dumps(clean(base))
    for name in ("question_id", "kind", "persons", "id_number", "records", *base.rows[MAN][0]):
        twice = text.replace(f'"{name}": ', f'"{name}": null, "{name}": ', 1)
        assert twice != text
        assert is_no_answer(base, twice.encode()), name


@CASES
def test_an_answer_to_another_question_is_none(base: Base) -> None:
    others = {asked(name, base.persons).question_id for name in DEPARTMENTS} - {clean(base)["question_id"]}
    assert len(others) == 5
    assert all(is_no_answer(base, body_of(clean(base) | {"question_id": other})) for other in others)


@CASES
def test_a_person_under_an_old_number_or_a_small_x_is_the_same_person(base: Base) -> None:
    old = MAN[:6] + MAN[8:17]
    for written in (old, MAN.lower()):
        answer = with_person(base, {"id_number": written})
        read = read_answer(body_of(answer), asked(base.department, base.persons), DEPARTMENTS[base.department], NOW)
        assert read == heard(base.department, base.persons, base.rows)


def test_a_small_x_is_a_large_one() -> None:
    with_x = next(it for order in range(99) if (it := number("19850115", order=order)).endswith("X"))
    answer = json.loads(json.dumps(clean(ONE_OF_EACH[0])).replace(MAN, with_x.lower()))
    base = ONE_OF_EACH[0]
    person = base.persons[0].model_copy(update={"id_number": with_x})
    question = asked(base.department, (person,))
    answer["question_id"] = question.question_id
    read = read_answer(body_of(answer), question, DEPARTMENTS[base.department], NOW)
    assert [it.id_number for it in read.answer.persons] == [with_x]


@CASES
@pytest.mark.parametrize("name", ["note", "answered_by"])
def test_what_is_written_beside_an_answer_decides_nothing(base: Base, name: str) -> None:
    said = heard(base.department, base.persons, base.rows)
    for value in (
        None,
        "",
        "  ",
        "found",
        "\x00",
        "\ud800",
        "x" * 5000,
        0,
        -1,
        1.5,
        True,
        [],
        {},
        [MAN],
        {"kind": "none"},
    ):
        body = body_of(deepcopy(clean(base)) | {name: value})
        read = read_answer(body, asked(base.department, base.persons), DEPARTMENTS[base.department], NOW)
        assert read.answer.model_copy(update={name: None}) == said.answer.model_copy(update={name: None}), value
        assert (read.surplus, read.contradictions) == (said.surplus, said.contradictions)
