"""The recordings that there are: a folder a release, in it a folder a scene."""

import gzip
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from tests.golden.recorded_bus import Record

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Recording:
    """One scene as one release played it, and what that release made of it."""

    folder: Path

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}-{self.folder.name}"

    @cached_property
    def records(self) -> list[Record]:
        return [json.loads(line) for line in self._text("log.jsonl.gz").splitlines()]

    @cached_property
    def expected(self) -> dict[str, Any]:
        return dict(json.loads(self._text("expected.json.gz")))

    @cached_property
    def dossiers(self) -> dict[str, str]:
        """By number, each as `lianshen prove` printed it."""
        return dict(json.loads(self._text("dossiers.json.gz")))

    @cached_property
    def keys(self) -> dict[str, str]:
        """The public seal key, and the keys of the archive and of notices."""
        return dict(json.loads((self.folder / "keys.json").read_text(encoding="utf-8")))

    @property
    def heads(self) -> str:
        """The sealed heads of the archive, as its file holds them."""
        return (self.folder / "heads.jws").read_text(encoding="ascii")

    def _text(self, name: str) -> str:
        return gzip.decompress((self.folder / name).read_bytes()).decode()


@lru_cache
def recordings() -> tuple[Recording, ...]:
    return tuple(Recording(path.parent) for path in sorted(FOLDER.glob("*/*/log.jsonl.gz")))
