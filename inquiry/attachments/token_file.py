"""A bearer token in a file: read again whenever the file changed, so that a new one needs no restart."""

import re
from pathlib import Path

from pydantic import SecretStr

from contracts.text_file import read_text

TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")


class TokenFile:
    """The token as the file has it now; a file that is gone holds none."""

    def __init__(self, path: Path) -> None:
        """Raises OSError or ValueError where there is no token to begin with."""
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._token = SecretStr("")
        self.get_secret_value()

    def get_secret_value(self) -> str:
        """Raises OSError where the file is gone, ValueError where it holds no token."""
        now = self._path.stat()
        seen = (now.st_ino, now.st_mtime_ns, now.st_size)
        if seen != self._seen:
            self._token = _token_in(self._path)
            self._seen = seen
        return self._token.get_secret_value()


def _token_in(path: Path) -> SecretStr:
    text = read_text(path).strip()
    if not TOKEN.fullmatch(text):
        raise ValueError(f"{path.name} holds no token: one line of printable ASCII, at most 4096 characters")
    return SecretStr(text)
