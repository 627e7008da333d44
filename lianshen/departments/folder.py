"""What a department is given: DATA/departments/NAME, a folder of mode 0700 whose files are to be handed over."""

import json
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.text_file import read_json, read_text
from lianshen.embedded.data_dir import DataDir


@dataclass(frozen=True)
class DepartmentFolder:
    """The files of one department; which of them are there depends on how it is attached."""

    path: Path

    @classmethod
    def of(cls, directory: DataDir, name: str) -> "DepartmentFolder":
        # The path of the seed checks that it is a department's name, and leads nowhere else.
        return cls(directory.path / "departments" / directory.department_seed(name).stem)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def signing_key(self) -> Path:
        """The department's private key, where we made it."""
        return self.path / "signing.jwk"

    @property
    def our_key(self) -> Path:
        """What verifies our questions."""
        return self.path / "lianshen.jwk"

    @property
    def seed(self) -> Path:
        return self.path / "nats.seed"

    @property
    def token(self) -> Path:
        """What we present to an HTTP department."""
        return self.path / "token"

    @property
    def callback_token(self) -> Path:
        """What an HTTP department presents to us."""
        return self.path / "callback-token"

    @property
    def settings(self) -> Path:
        return self.path / "attach.env"

    @property
    def _registration(self) -> Path:
        return self.path / "registration.json"

    def make(self) -> None:
        for folder in (self.path.parent.parent, self.path.parent, self.path):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)

    def registration(self) -> dict[str, Any] | None:
        """The request that makes its signature count; None where it does not sign."""
        if not self._registration.is_file():
            return None
        return dict(read_json(self._registration))

    def write_registration(self, x: str, by: str, not_after: str | None) -> bool:
        request = {"department": self.name, "x": x, "by": by} | ({"not_after": not_after} if not_after else {})
        return put(self._registration, json.dumps(request, ensure_ascii=False, indent=2) + "\n")

    def write_settings(self, values: dict[str, str]) -> bool:
        """Lines that a shell reads, and whatever reads env files."""
        head = "# The paths are this machine's; change them where you take the folder.\n"
        return put(self.settings, head + "".join(f"{key}={shlex.quote(value)}\n" for key, value in values.items()))

    def read_settings(self) -> dict[str, str]:
        if not self.settings.is_file():
            return {}
        lines = (line for line in read_text(self.settings).splitlines() if line and not line.startswith("#"))
        return {key: "".join(shlex.split(value)) for key, _, value in (line.partition("=") for line in lines)}


def folders(directory: DataDir) -> Iterator[DepartmentFolder]:
    """Of every department that was added here."""
    for path in sorted((directory.path / "departments").glob("*/")):
        folder = DepartmentFolder(path)
        # A certificate may lie in a folder of nobody who was added.
        if folder.settings.is_file():
            yield folder


def put(path: Path, text: str) -> bool:
    """Writes a file of mode 0600 in one step; False where it holds just that already."""
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return True
