"""The departments file is read again while a service runs: the way, the signature, the token, without a restart."""

from pathlib import Path
from typing import Any, cast

import pytest

from chassis.errors import Unavailable
from contracts.jws import Signer
from inquiry.attachments.http import HttpAttachment
from inquiry.attachments.live import Attachments
from inquiry.department_client import DepartmentClient
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS

OURS = Signer.from_seed(b"l" * 32)


class Bus:
    """All that an attachment on the bus needs before it is asked."""

    def new_inbox(self) -> str:
        return "_INBOX.x"


class Told(list[tuple[str, str, str]]):
    async def __call__(self, asking: DepartmentClient, before: str) -> None:
        self.append((asking.name, before, asking.attached_by))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "departments.toml").write_text("")
    return tmp_path / "departments.toml"


def attachments(file: Path) -> tuple[Attachments, dict[str, DepartmentClient], Told]:
    askings = {
        name: DepartmentClient(DEPARTMENTS[name], cast(Any, None), b"k" * 32, cast(Any, None))
        for name in ("tax", "housing")
    }
    told = Told()
    found = Attachments(cast(Any, Bus()), file, askings, OURS, told)
    found.begin()
    return found, askings, told


async def test_a_table_that_comes_later_is_in_force_and_the_others_are_left_alone(file: Path) -> None:
    found, askings, told = attachments(file)
    tax, housing = askings["tax"], askings["housing"].attachment
    assert (tax.attached_by, tax.attachment.address, tax.signer) == ("bus", "department.tax.query.v1", OURS)
    tax.breaker.failed(0.0)
    tax.faults.add("Q1", "silent", "nobody", cast(Any, None))
    (file.parent / "callback").write_text("a-token-of-the-tax-office")
    file.write_text(
        '[tax]\nby = "http"\nurl = "https://tax.example/query"\nsignature = "required"\ntimeout_seconds = 3\n'
        'concurrency = 7\ncallback_token_file = "callback"\n'
    )
    await found.look()
    assert isinstance(tax.attachment, HttpAttachment)
    assert (tax.attached_by, tax.signatures, tax.timeout, tax.breaker.concurrency) == ("http", "required", 3, 7)
    assert found.tokens["tax"].get_secret_value() == "a-token-of-the-tax-office"
    assert (tax.breaker.failures, tax.faults.listed()) == (0, []), "what failed there says nothing of here"
    assert askings["housing"].attachment is housing
    assert told == [("tax", "bus", "http")]
    await found.look()
    assert len(told) == 1, "read once"
    file.write_text('[tax]\nby = "clerk"\nsignature = "none"\n')
    await found.look()
    assert (tax.by_clerk, tax.signer, found.tokens) == (True, None, {})
    await found.close()


async def test_a_file_that_is_wrong_changes_nothing_says_why_and_counts_once_it_is_mended(file: Path) -> None:
    found, askings, told = attachments(file)
    for text, words in (("[tax\n", "no TOML"), ('[tax]\nby = "http"\n', "tax.url is missing")):
        file.write_text(text)
        await found.look()
        assert words in str(found.wrong)
        assert askings["tax"].attached_by == "bus"
    file.write_text('[tax]\nby = "http"\nurl = "https://tax.example/"\ntoken_file = "token"\n')
    await found.look()
    assert "tax.token_file cannot be used" in str(found.wrong)
    (file.parent / "token").write_text("a-token")
    await found.look()
    assert (found.wrong, askings["tax"].attached_by) == (None, "http"), "the missing file came, the table is the same"
    assert told == [("tax", "bus", "http")]
    await found.close()


async def test_a_change_that_could_not_be_entered_is_entered_once_the_bus_is_back(file: Path) -> None:
    """Else a certificate of another way would stay in the register."""
    found, _, told = attachments(file)

    async def away(asking: DepartmentClient, before: str) -> None:
        raise Unavailable("the bus is away")

    found.changed = away
    file.write_text('[tax]\nby = "clerk"\n[housing]\nby = "clerk"\n')
    with pytest.raises(Unavailable):
        await found.look()
    found.changed = told
    await found.look()
    assert sorted(told) == [("housing", "bus", "clerk"), ("tax", "bus", "clerk")]
    await found.look()
    assert len(told) == 2, "each once"
    await found.close()


async def test_one_table_that_cannot_be_used_keeps_no_other_change_unsaid(file: Path) -> None:
    found, askings, told = attachments(file)
    text = '[tax]\nby = "clerk"\n[housing]\nby = "http"\nurl = "https://housing.example/"\ntoken_file = "token"\n'
    file.write_text(text)
    await found.look()
    assert "housing.token_file cannot be used" in str(found.wrong)
    assert (askings["tax"].attached_by, askings["housing"].attached_by) == ("clerk", "bus")
    assert told == [("tax", "bus", "clerk")]
    await found.close()
