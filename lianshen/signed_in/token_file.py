"""The token of a person who signed in, in a file that nobody else may read; it ends after eight hours."""

import json
import os
import stat
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from chassis.process.settings import Settings
from lianshen.embedded.data_dir import DataDir
from lianshen.errors import CommandError

OTHERS = stat.S_IRWXG | stat.S_IRWXO


class NotSignedIn(CommandError):
    """Nobody is signed in here, or not any more; the text says what to do."""


@dataclass(frozen=True)
class Held:
    """What the file holds: the console that gave the token, how it is known, and whose the token is."""

    console: str
    token: str
    name: str
    ends: str
    ca_file: str | None = None

    @property
    def has_ended(self) -> bool:
        return datetime.fromisoformat(self.ends) <= datetime.now(UTC)


def place(data_dir: Path | None) -> Path:
    """LIANSHEN_TOKEN_FILE, else a file in the data directory, or in this user's folder of state."""
    return Settings().token_file or DataDir.at(data_dir).path / "token.json"


def write(file: Path, held: Held) -> None:
    """Whole or not at all, and at no moment readable by others."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(asdict(held), out)
    fresh.replace(file)


def read(file: Path) -> Held:
    """Raises NotSignedIn."""
    try:
        with file.open(encoding="utf-8") as opened:
            about = os.fstat(opened.fileno())
            if about.st_mode & OTHERS or about.st_uid != os.geteuid():
                raise NotSignedIn(
                    f"{file.name} can be read by others, or is another user's, so it does not count: `lianshen login`"
                )
            held = Held(**json.load(opened))
    except FileNotFoundError:
        raise NotSignedIn("nobody is signed in here: `lianshen login` first") from None
    except (OSError, ValueError, TypeError):
        raise NotSignedIn(f"{file.name} cannot be read: `lianshen login` makes it anew") from None
    if held.has_ended:
        raise NotSignedIn("you were signed in for eight hours, which are over: `lianshen login`")
    return held
