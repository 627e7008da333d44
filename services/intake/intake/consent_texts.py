"""The texts a family consents to, by version, from a file an operator keeps (Art. 22(2))."""

import tomllib
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from contracts.application import Token
from contracts.model import Frozen
from contracts.text_file import text_in

Words = Annotated[str, Field(min_length=1, max_length=20_000)]


class ConsentText(Frozen):
    """One version: from which day it is shown, and its words in both languages."""

    in_force: date
    zh: Words
    en: Words


_TEXTS = TypeAdapter(Annotated[dict[Token, ConsentText], Field(min_length=1)])


def load_consent_texts(path: Path | None = None) -> dict[str, ConsentText]:
    """The texts by version, oldest first, from `path` or the packaged file. Raises ValueError naming file and key."""
    file: Path | Traversable = path or files("intake") / "consent_texts.toml"
    try:
        texts = _TEXTS.validate_python(tomllib.loads(text_in(file.read_bytes())))
    except OSError as error:
        raise ValueError(f"{file}: the consent texts cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{file}: {place or 'no version is there'}: {first['msg']}") from error
    except ValueError as error:
        raise ValueError(f"{file}: the consent texts are no TOML in UTF-8: {error}") from error
    return dict(sorted(texts.items(), key=lambda text: text[1].in_force))


def current_version(texts: dict[str, ConsentText], today: date) -> str | None:
    """The newest version in force; None before the first."""
    return next((version for version, text in reversed(texts.items()) if text.in_force <= today), None)
