"""Every field of a form, dirty in every way a file or a keyboard makes it: taken, or told where it is wrong."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from intake.read_bodies import read_form

from contracts.application import ApplicationForm
from tests.intake.in_memory import Intake
from tests.support.families import a_form

TODAY = date(2026, 11, 28)
FORM: dict[str, Any] = json.loads(a_form().model_dump_json())
FORM["applicant"]["hukou_division"] = "150303"
FORM["declared_housing"] = [{"address": "测试路 1 号", "area": 36.5, "rooms": [1, 2]}]
Way = tuple[str | int, ...]
HERE = "\uff00HERE\uff00"
"""Stands in the JSON text where something that is no JSON value is put."""


def full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def same_kind(value: Any, change: Callable[[str], str]) -> Any:
    """The text changed; the same of every text within a list or object."""
    match value:
        case str():
            return change(value)
        case list():
            return [same_kind(item, change) for item in value]
        case dict():
            return {key: same_kind(item, change) for key, item in value.items()}
    return value


VALUES: dict[str, Callable[[Any], Any]] = {
    "padded": lambda value: same_kind(value, lambda text: f" {text} "),
    "padded-in-full-width": lambda value: same_kind(value, lambda text: f"\u3000{text}\u3000"),
    "with-a-line": lambda value: same_kind(value, lambda text: f"{text}\n"),
    "with-a-mark": lambda value: same_kind(value, lambda text: f"\ufeff{text}"),
    "zero-width": lambda value: same_kind(value, lambda text: f"{text[:2]}\u200b{text[2:]}"),
    "control": lambda value: same_kind(value, lambda text: f"{text}\x00\x1b[2J"),
    "right-to-left": lambda value: same_kind(value, lambda text: f"\u202e{text}"),
    "full-width": lambda value: same_kind(value, full_width),
    "upper": lambda value: same_kind(value, str.upper),
    "lower": lambda value: same_kind(value, str.lower),
    "in-quotes": lambda value: same_kind(value, lambda text: f'"{text}"'),
    "with-an-apostrophe": lambda value: same_kind(value, lambda text: f"'{text}"),
    "a-formula": lambda value: same_kind(value, lambda text: f'="{text}"'),
    "scientific": lambda value: "1.50303E+17",
    "empty": lambda value: "",
    "space": lambda value: " ",
    "nothing": lambda value: None,
    "none-in-words": lambda value: "null",
    "not-available": lambda value: "#N/A",
    "unknown-word": lambda value: "whatever",
    "unknown-character": lambda value: "\ufffd\ufffd",
    "a-character-of-plane-2": lambda value: "\U00020000\U0003134f",
    "number": lambda value: 150303198803120019,
    "zero": lambda value: 0,
    "negative": lambda value: -1,
    "fraction": lambda value: 0.1,
    "true": lambda value: True,
    "false": lambda value: False,
    "list": lambda value: [value],
    "list-of-lists": lambda value: [[value]],
    "empty-list": lambda value: [],
    "object": lambda value: {"value": value},
    "empty-object": lambda value: {},
    "twice": lambda value: [*value, *value] if isinstance(value, list) else [value, value],
    "too-long": lambda value: "囍" * 10_000,
    "long-digits": lambda value: "9" * 5000,
    "too-many": lambda value: [value] * 500,
    "an-old-id-number": lambda value: "150303880312001",
    "a-residence-card": lambda value: "915840198904120022",
    "born-in-999": lambda value: "150303099901018269",
}  # fmt: skip
TEXTS: dict[str, str] = {
    "huge-number": "1" + "0" * 4000,
    "number-beyond-reading": "1" * 5000,
    "beyond-a-float": "1e999",
    "not-a-number": "NaN",
    "infinity": "-Infinity",
    "nested": "[" * 300 + "]" * 300,
    "nested-objects": '{"a":' * 300 + "1" + "}" * 300,
    "nested-without-end": "[" * 20_000,
    "half-a-surrogate": '"\\ud83d"',
    "surrogates-swapped": '"\\udc00\\ud83d"',
    "an-escape-of-nothing": '"\\u12"',
    "a-raw-control": '"\x01"',
    "cut-off": '"150303',
    "no-quotes": "kiosk",
    "comment": "/* none */ null",
}
KEYS: dict[str, Callable[[str], str]] = {
    "padded-key": lambda key: f" {key} ",
    "upper-key": str.upper,
    "full-width-key": full_width,
    "hyphen-key": lambda key: key.replace("_", "-"),
    "a-persons-number-as-key": lambda key: "15030319880312001X",
    "empty-key": lambda key: "",
}


def ways(value: Any, way: Way = ()) -> Iterator[Way]:
    """Every place in a form, itself included."""
    yield way
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        yield from ways(item, (*way, step))


def changed(way: Way, change: Callable[[Any], Any]) -> Any:
    """The form with the value at one place changed."""
    if not way:
        return change(FORM)
    form = json.loads(json.dumps(FORM))
    inside = form
    for step in way[:-1]:
        inside = inside[step]
    inside[way[-1]] = change(inside[way[-1]])
    return form


def renamed(way: Way, change: Callable[[str], str]) -> Any:
    *above, key = way

    def rename(inside: dict[str, Any]) -> dict[str, Any]:
        return {change(name) if name == key else name: item for name, item in inside.items()}

    return changed(tuple(above), rename)


def bodies() -> Iterator[tuple[str, bytes]]:
    for way in ways(FORM):
        place = "/" + "/".join(map(str, way))
        for name, change in VALUES.items():
            yield f"{place}: {name}", json.dumps(changed(way, change), ensure_ascii=False).encode()
        hole = json.dumps(changed(way, lambda _: HERE), ensure_ascii=False)
        for name, text in TEXTS.items():
            yield f"{place}: {name}", hole.replace(f'"{HERE}"', text).encode()
        if way and isinstance(way[-1], str):
            for name, rename in KEYS.items():
                yield f"{place}: {name}", json.dumps(renamed(way, rename), ensure_ascii=False).encode()
            twice = json.dumps(renamed(way, lambda key: HERE + key), ensure_ascii=False)
            yield f"{place}: twice", twice.replace(f'"{HERE}{way[-1]}"', f'"{way[-1]}": 0, "{way[-1]}"').encode()


BODIES = dict(bodies())


def points_into(pointer: str, body: bytes) -> bool:
    """Whether a pointer leads to a value of the form, or to a field that is missing where it says so."""
    if pointer == "":
        return True
    inside: Any = json.loads(body.decode("utf-8-sig"))
    *above, last = [token.replace("~1", "/").replace("~0", "~") for token in pointer.removeprefix("/").split("/")]
    for token in above:
        inside = inside[int(token)] if isinstance(inside, list) else inside[token]
    return int(last) < len(inside) if isinstance(inside, list) else isinstance(inside, dict)


def test_there_are_more_than_two_thousand_dirty_forms() -> None:
    assert len(BODIES) > 2000


def test_a_dirty_form_is_read_or_told_at_a_place_that_is_in_it() -> None:
    for what, body in BODIES.items():
        read = read_form(body, TODAY)
        if isinstance(read, ApplicationForm):
            assert ApplicationForm.model_validate_json(read.model_dump_json()) == read, what
            continue
        assert read, what
        for fault in read:
            assert fault.detail, what
            assert points_into(fault.pointer, body), f"{what}: {fault.pointer}"
            for person in (FORM["applicant"], *FORM["members"]):
                assert person["id_number"] not in fault.pointer + fault.detail, what


def test_a_dirty_form_over_http_is_taken_or_told_and_never_a_fault_of_ours() -> None:
    intake, taken = Intake(), 0
    for n, what in enumerate(random.Random(36).sample(sorted(BODIES), 400)):
        key = f"dirty-form-{n}".encode()
        reply = intake.post(BODIES[what], key)
        assert reply.status_code in (202, 413, 422), what
        if reply.status_code == 422:
            assert all(points_into(fault["pointer"], BODIES[what]) for fault in reply.json()["errors"]), what
        if reply.status_code == 202:
            taken += 1
            assert intake.post(BODIES[what], key).json()["receipt"] == reply.json()["receipt"], what
        assert len(intake.memory.cases) == taken, what
    assert 0 < taken < 400


DIRTY: list[object] = ["", " ", "\u3000", None, 7, True, [], {}, "囍" * 10_000, "15030319880312001", "\U00020000"]


@pytest.mark.parametrize("value", DIRTY, ids=range(len(DIRTY)))
@pytest.mark.parametrize("field", ["documents", "consents", "id_number", "given", "text_version", "reason"])
def test_a_dirty_supplement_or_withdrawal_is_answered_and_never_a_fault_of_ours(field: str, value: object) -> None:
    intake = Intake()
    number = intake.post(json.dumps({**FORM, "consents": []}).encode()).json()["receipt"]["application_number"]
    consent = {**FORM["consents"][0], field: value}
    body = {"consents": [consent]} if field in consent and field not in ("documents", "consents") else {field: value}
    sent = json.dumps(body).encode()
    for reply in (intake.supplement(number, sent), intake.withdraw(number, sent)):
        assert reply.status_code in (202, 409, 413, 422)
        if reply.status_code == 422:
            assert all(points_into(fault["pointer"], sent) for fault in reply.json()["errors"])
