"""The receipt's secret: typed off paper, and sent in a header."""

import pytest
from intake.receipts import is_receipt, receipt_secret

from contracts.numbers import ALPHABET, application_number
from tests.intake.in_memory import Intake
from tests.support.families import a_form

KEY = bytes(range(32))
NUMBER = application_number("a receipt of this test", KEY)
SECRET = receipt_secret(KEY, NUMBER)
GROUPS = [SECRET[start : start + 5] for start in range(0, 20, 5)]


def test_only_its_own_secret_opens_an_application() -> None:
    assert is_receipt(KEY, NUMBER, SECRET)
    assert not is_receipt(KEY, application_number("another", KEY), SECRET)
    assert not is_receipt(KEY, NUMBER, SECRET[:-1])
    for wrong in ("", "-", "\u200b", "王", "\ud800", SECRET + "0"):
        assert not is_receipt(KEY, NUMBER, wrong)


@pytest.mark.parametrize("dash", ["-", " ", "–", "‑", "−", "－", "\u3000", "\u200b", "\xad", "\xa0"], ids=ascii)
def test_a_secret_is_understood_in_any_width_with_any_dash_and_through_a_header(dash: str) -> None:
    typed = dash.join(GROUPS)
    wide = "".join(chr(ord(character) + 0xFEE0) if character in ALPHABET else character for character in typed)

    for way in (typed, typed.lower(), wide, f"{typed}\u200b", f" {typed}\n"):
        assert is_receipt(KEY, NUMBER, way)
        assert is_receipt(KEY, NUMBER, way.encode().decode("latin-1")), "as HTTP hands over the bytes of a header"


def test_wrong_secrets_are_slowed_by_address_and_the_right_one_is_taken_all_the_same() -> None:
    intake = Intake()
    number = intake.post(a_form().model_dump_json(exclude_none=True).encode()).json()["receipt"]["application_number"]
    wrong = {b"authorization": b"Bearer " + b"A" * 20}
    replies = [intake.answer("get", "/v1/applications/{number}", number, headers=wrong) for _ in range(6)]
    assert [reply.status_code for reply in replies] == [404] * 5 + [429]
    assert 0 < int(replies[5].headers["retry-after"]) <= 60
    assert replies[5].json()["type"] == "/problems/too-many-tries"
    assert intake.get(number).status_code == 200
