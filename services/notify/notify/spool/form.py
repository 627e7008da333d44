"""A file of letters: first a page that lists them, then each on pages of its own. Pure.

4G4TWYR61EH8919BBS679AGM00 8235F-JF7D1-5RFJ8-A69TW-8BB2Q-Z 申请 8235F 已受理 / Application 8235F accepted
(form feed)
№ 4G4TWYR61EH8919BBS679AGM00

申请 8235F 已受理 / Application 8235F accepted
…
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

PAGE = "\f"
"""A printer begins a new page at it."""
NUMBER = "№ "


@dataclass(frozen=True)
class Letter:
    """One notice as it is printed."""

    notice_id: str
    application: str
    subject: str
    text: str = field(repr=False)


def written(letters: Sequence[Letter]) -> bytes:
    """The whole file."""
    listed = "".join(f"{letter.notice_id} {letter.application} {_one_line(letter.subject)}\n" for letter in letters)
    return (listed + "".join(PAGE + printed(letter) for letter in letters)).encode()


def printed(letter: Letter) -> str:
    """One letter alone. No page ends within it: where one does, the next letter begins."""
    return f"{NUMBER}{letter.notice_id}\n\n{letter.text.replace(PAGE, ' ').rstrip()}\n"


def ids_on(first_page: str) -> set[str]:
    return {line.partition(" ")[0] for line in first_page.splitlines() if line}


def read(file: str) -> list[Letter]:
    """The letters of a file, in order."""
    first, *pages = file.split(PAGE)
    texts = dict(_page(page) for page in pages)
    return [_letter(line, texts) for line in first.splitlines() if line]


def _letter(line: str, texts: dict[str, str]) -> Letter:
    notice_id, application, subject = line.split(" ", 2)
    return Letter(notice_id, application, subject, texts.get(notice_id, ""))


def _page(page: str) -> tuple[str, str]:
    number, _, text = page.partition("\n\n")
    return number.removeprefix(NUMBER), text


def _one_line(text: str) -> str:
    return " ".join(text.split())
