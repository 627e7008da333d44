"""DATA/departments.toml, edited in place: one table changes, everything else stays as somebody wrote it. Pure."""

import json
import tomllib
from typing import Any

import tomlkit

HEAD = "# How departments are attached; `lianshen department add` writes here, and so may you.\n"

Table = dict[str, str | int | float]


def table_in(text: str, name: str) -> Table:
    """One department's table; empty if there is none. Raises ValueError if the file is no TOML."""
    try:
        found: Any = tomllib.loads(text).get(name, {})
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"departments.toml is no TOML: {error}") from None
    return dict(found) if isinstance(found, dict) else {}


def with_table(text: str, name: str, table: Table) -> str:
    """The file with this table. Comments and other tables stay. Raises ValueError if the file is no TOML."""
    document: Any = tomlkit.parse(text or HEAD)
    if not isinstance(document.get(name), dict):
        document.pop(name, None)
    written = document.setdefault(name, {})
    for key in written.keys() - table.keys():
        del written[key]
    for key, value in table.items():
        # What is right already keeps its own way of being written.
        if written.get(key) != value:
            written[key] = value
    return tomlkit.dumps(document)


def differences(before: Table, after: Table) -> list[str]:
    """What changes in a table, in words."""
    changes = []
    for key in (*after, *(key for key in before if key not in after)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if new is None:
            changes.append(f"{key} is gone")
        else:
            changes.append(f"{key} = {_value(new)}" + ("" if old is None else f" (was {_value(old)})"))
    return changes


def _value(value: str | int | float) -> str:
    # What JSON writes of text and numbers is TOML too.
    return json.dumps(value, ensure_ascii=False)
