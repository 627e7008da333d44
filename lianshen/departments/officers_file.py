"""The JSON files in which officers and clerks write what was found."""

from pathlib import Path
from typing import Any

from contracts.people import eighteen_digits
from contracts.text_file import read_json


def read_found(option: str, path: Path) -> Any:
    """What the file says; an ID number of 15 digits as the 18 characters it became. Raises ValueError."""
    try:
        return _upgraded(read_json(path))
    except OSError as error:
        raise ValueError(f"{option}: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{option}: {error}") from None


def _upgraded(said: Any) -> Any:
    """Numbers stand under keys like owner_id_number, and as the keys of a map ID number → rows."""
    if isinstance(said, list):
        return [_upgraded(item) for item in said]
    if not isinstance(said, dict):
        return said
    found = {
        _number(key): _number(value) if key.endswith("id_number") else _upgraded(value) for key, value in said.items()
    }
    if len(found) < len(said):
        raise ValueError("one person stands there under two numbers, of 15 digits and of 18; put the rows together")
    return found


def _number(said: Any) -> Any:
    return eighteen_digits(said) if isinstance(said, str) else _upgraded(said)
