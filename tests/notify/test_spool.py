"""The spool: a letter stands in it once and whole, whatever step a process dies at; a person finds and prints it."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notify.spool import day
from notify.spool.day import Day, files_of
from notify.spool.form import Letter, printed, read, written
from notify.spool.shelf import PRINTED, kept_in, note_printed
from typer.testing import CliRunner

from lianshen.cli.main import app

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TODAY = "2026-11-02"


def a_letter(n: int) -> Letter:
    return Letter(f"NOTICE-{n}", f"APPLICATION-{n % 3}", f"申请 {n} / Application {n}", f"申请 {n}\n\n正文 {n}\n")


def letters(first: int, last: int) -> list[Letter]:
    return [a_letter(n) for n in range(first, last + 1)]


def everything_in(spool: Path) -> list[Letter]:
    return [kept.letter for kept in kept_in(spool)]


# --- the form ---


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=80)), max_size=5))
def test_what_is_written_is_read_whatever_stands_in_a_letter(texts: list[tuple[str, str]]) -> None:
    made = [Letter(f"N{n}", "A", subject, text) for n, (subject, text) in enumerate(texts)]
    found = read(written(made).decode())
    assert [(it.notice_id, it.application) for it in found] == [(it.notice_id, it.application) for it in made]
    assert [printed(it) for it in found] == [printed(it) for it in made]


def test_each_letter_begins_a_page_after_one_that_lists_them() -> None:
    assert written(letters(1, 2)).decode() == (
        "NOTICE-1 APPLICATION-1 申请 1 / Application 1\nNOTICE-2 APPLICATION-2 申请 2 / Application 2\n"
        "\f№ NOTICE-1\n\n申请 1\n\n正文 1\n\f№ NOTICE-2\n\n申请 2\n\n正文 2\n"
    )


# --- written once, and whole ---


def test_whoever_begins_anew_knows_what_stands_there(tmp_path: Path) -> None:
    folder = tmp_path / TODAY
    Day(folder).add(letters(1, 3))
    again = Day(folder)
    again.add(letters(2, 5))
    again.add(letters(1, 5))
    assert [file.name for file in files_of(folder)] == ["000001.txt", "000002.txt"]
    assert everything_in(tmp_path) == letters(1, 5)


def test_two_processes_take_numbers_in_turn_and_write_nothing_twice(tmp_path: Path) -> None:
    one, other = Day(tmp_path / TODAY), Day(tmp_path / TODAY)
    one.add(letters(1, 2))
    other.add(letters(1, 4))
    one.add(letters(3, 6))
    other.add(letters(1, 7))
    one.add(letters(1, 7))
    assert everything_in(tmp_path) == letters(1, 7)
    assert len(files_of(tmp_path / TODAY)) == 4


def test_the_millionth_file_follows_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / TODAY
    Day(folder).add(letters(1, 1))
    (folder / "000001.txt").rename(folder / "999999.txt")
    Day(folder).add(letters(1, 2))
    Day(folder).add(letters(1, 3))
    assert [file.name for file in files_of(folder)] == ["999999.txt", "1000000.txt", "1000001.txt"]
    assert everything_in(tmp_path) == letters(1, 3)


STEPS = ("mkdir", "open", "fdopen", "fsync", "link", "unlink")
"""What a writing calls of the system, each twice or more often."""


def killed_before(step: str, passes: int, work: Callable[[], None]) -> bool:
    """In a process of its own, which ends as by kill -9 before its so-manieth pass of a step. Whether it did."""
    child = os.fork()
    if child == 0:
        left, real = passes, getattr(os, step)

        def deadly(*args: object, **more: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **more)

        setattr(os, step, deadly)
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_next_one_writes_what_is_missing_and_nothing_twice(step: str, tmp_path: Path) -> None:
    """And what is read meanwhile is whole."""
    deaths = 0
    for passes in range(1, 12):
        folder = tmp_path / str(passes) / TODAY

        def work(folder: Path = folder) -> None:
            writing = Day(folder)
            writing.add(letters(1, 3))
            writing.add(letters(4, 6))

        deaths += killed_before(step, passes, work)
        found = everything_in(folder.parent) if folder.is_dir() else []
        assert found in (letters(1, 0), letters(1, 3), letters(1, 6))
        Day(folder).add(letters(1, 7))
        assert everything_in(folder.parent) == letters(1, 7)
        assert {file.suffix for file in folder.iterdir()} == {".txt"}, "a part was left"
    assert deaths >= 2


def test_half_a_file_that_a_killed_process_left_is_no_file(tmp_path: Path) -> None:
    folder = tmp_path / TODAY
    folder.mkdir()
    (folder / ".of-a-dead-one.part").write_bytes(written(letters(1, 9))[:40])
    assert everything_in(tmp_path) == []
    Day(folder).add(letters(1, 2))
    assert everything_in(tmp_path) == letters(1, 2)
    assert [file.name for file in folder.iterdir()] == ["000001.txt"]


def test_a_failure_after_the_file_stands_is_no_second_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name may not be on the disk yet: whoever tries again brings it there."""
    synced, writing = list[Path](), Day(tmp_path / TODAY)

    def fails(folder: Path) -> None:
        synced.append(folder)
        if len(synced) == 1:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(day, "sync_names", fails)
    with pytest.raises(OSError, match="Input/output"):
        writing.add(letters(1, 2))
    writing.add(letters(1, 2))
    assert len(synced) == 2
    assert everything_in(tmp_path) == letters(1, 2)


# --- printed ---


def test_which_letters_were_printed_is_known_and_a_torn_note_says_nothing(tmp_path: Path) -> None:
    Day(tmp_path / TODAY).add(letters(1, 3))
    one, other, _ = kept_in(tmp_path)
    note_printed([one], NOW)
    path = tmp_path / TODAY / PRINTED
    note = path.read_bytes()
    path.write_bytes(note + b"NOTICE-2 2026-11-02T09")
    assert [kept.printed for kept in kept_in(tmp_path)] == [NOW, None, None]
    note_printed([other], NOW)
    assert [kept.printed for kept in kept_in(tmp_path)] == [NOW, NOW, None]
    for torn in range(len(note)):
        path.write_bytes(note[:torn])
        assert [kept.printed for kept in kept_in(tmp_path)] in ([None] * 3, [NOW, None, None])


def test_a_person_finds_a_letter_by_its_number_and_prints_it_alone(tmp_path: Path) -> None:
    Day(tmp_path / TODAY).add(letters(1, 4))
    (tmp_path / "OLD.txt").write_text("of before\n\nits text\n")

    def lianshen(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["notices", *arguments, "--folder", str(tmp_path)])
        return result.exit_code, result.stdout

    assert lianshen("print", "notice-2") == (0, printed(a_letter(2)))
    assert lianshen("list", "--new")[1].count("not printed") == 4
    assert "NOTICE-2" not in lianshen("list", "--new")[1]
    # Of one family, and then all that is left.
    assert lianshen("print", "APPLICATION-1") == (0, f"{printed(a_letter(1))}\f{printed(a_letter(4))}")
    assert lianshen("print", "--new")[1] == f"№ OLD\n\nof before\n\nits text\n\f{printed(a_letter(3))}"
    assert lianshen("print", "--new") == (0, "")
    assert lianshen("print", "--day", TODAY)[1].count("\f") == 3
    assert "not printed" not in lianshen("list")[1]
    assert lianshen("print", "NOTICE-9") == (1, "")
    assert lianshen("print")[0] == 2
