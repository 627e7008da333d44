"""What a command meets outside its work: a console that cannot show a character, a full disk behind stdout, a mistake.

Whatever it is, the person at the console reads one sentence on stderr, and the exit code is 1.
"""

import codecs
import contextlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import typer
from pydantic import ValidationError

from chassis.errors import ChassisError
from contracts.text import lines
from lianshen.errors import CommandError

ESCAPED = "lianshen.escaped"
EXPECTED = (ChassisError, CommandError, OSError, LookupError, ValueError)
"""Whose texts say what is wrong, and are for a person."""


def say(words: str) -> None:
    """Progress, for a person who waits. Nothing ends because it cannot be shown."""
    with contextlib.suppress(OSError, ValueError):  # a full disk, a pipe that was closed
        typer.echo(lines(words), err=True)


def sentence(error: Exception) -> str:
    """What went wrong. Of what nobody expected the type and the place: its text may hold what a family wrote."""
    if type(error).__module__.startswith("nats.") or (type(error) is TimeoutError and not str(error)):
        # By the name of its module: to import it would take half a second of every command.
        return f"the bus gave no answer ({type(error).__name__}); `lianshen doctor` says what is wrong with it"
    if isinstance(error, EXPECTED) and not isinstance(error, KeyError | UnicodeError):
        return str(error) or type(error).__name__
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    place = f" at {Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}" if step is not None else ""
    return f"this is a mistake of Lianshen's, please report it: {type(error).__name__}{place}"


def run_command_line(app: Callable[[], object]) -> int:
    """Runs the commands; returns the exit code."""
    _escape_what_cannot_be_shown()
    code: object = 0
    try:
        app()
    except SystemExit as end:
        code = end.code
    except ValidationError as error:
        from lianshen.embedded.preflight import sentences

        say("\n".join(sentences(error)))
        code = 2
    except Exception as error:
        say(sentence(error))
        code = 1
    if not isinstance(code, int | None):
        say(str(code))
        code = 1
    return (code or 0) if _flushed() else 1


def _escape_what_cannot_be_shown() -> None:
    """As JSON escapes it, so that JSON stays JSON on a console of any encoding."""
    codecs.register_error(ESCAPED, _as_json_escapes)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ESCAPED)


def _as_json_escapes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    points = (int.from_bytes(units[place : place + 2], "big") for place in range(0, len(units), 2))
    return "".join(f"\\u{point:04x}" for point in points), error.end


def _flushed() -> bool:
    """Whether all that was printed is written; what is not must not be tried again when the interpreter ends."""
    if sys.stdout is None:
        return True
    try:
        sys.stdout.flush()
    except OSError as error:
        say(f"the output cannot be written: {error.strerror}")
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True
