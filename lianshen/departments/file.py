"""DATA/departments.toml, edited in place: one table changes, everything else stays as somebody wrote it. Pure."""

import json
import re
import tomllib
from typing import Any

HEAD = "# How departments are attached; `lianshen department add` writes here, and so may you.\n"
TABLE = re.compile(r"^\s*\[")

Table = dict[str, str | int | float]


class NotEditable(ValueError):
    """The file cannot be edited without a risk to what is in it; says what to do by hand."""


def table_in(text: str, name: str) -> Table:
    """One department's table; empty where there is none. Raises ValueError where the file is no TOML."""
    try:
        found: Any = tomllib.loads(text).get(name, {})
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"departments.toml is no TOML: {error}") from None
    return dict(found) if isinstance(found, dict) else {}


def with_table(text: str, name: str, table: Table) -> str:
    """The file with this table. Comments and other tables stay. Raises NotEditable."""
    before = {**tomllib.loads(text), name: table}
    lines = (text or HEAD).splitlines()
    begin, end = _place(lines, name)
    if begin is None:
        while lines and not lines[-1].strip():
            lines.pop()
        lines += ["", f"[{name}]", *_lines(table)]
    else:
        lines[begin:end] = _edited(lines[begin:end], table)
    edited = "\n".join(lines).rstrip("\n") + "\n"
    if _read(edited) != before:
        raise NotEditable(f"departments.toml is written in a way that is not edited here; set [{name}] by hand")
    return edited


def differences(before: Table, after: Table) -> list[str]:
    """What changes in a table, in words."""
    told = []
    for key in (*after, *(key for key in before if key not in after)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if new is None:
            told.append(f"{key} is gone")
        else:
            told.append(f"{key} = {_value(new)}" + ("" if old is None else f" (was {_value(old)})"))
    return told


def _place(lines: list[str], name: str) -> tuple[int | None, int]:
    """Where the table stands: from the line after its head to the line before the next head."""
    head = re.compile(rf'^\s*\[\s*(?:{re.escape(name)}|"{re.escape(name)}")\s*\]\s*(?:#.*)?$')
    begin = next((n + 1 for n, line in enumerate(lines) if head.match(line)), None)
    if begin is None:
        return None, 0
    end = next((n for n in range(begin, len(lines)) if TABLE.match(lines[n])), len(lines))
    # A comment right above the next head belongs to that table.
    while end > begin and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")) and end < len(lines):
        end -= 1
    return begin, end


def _edited(body: list[str], table: Table) -> list[str]:
    left = dict(table)
    edited = []
    for line in body:
        key = re.match(r"^\s*([A-Za-z0-9_-]+)\s*=", line)
        if key is None:
            edited.append(line)
        elif key[1] in left:
            value = left.pop(key[1])
            edited.append(line if _read(line).get(key[1]) == value else f"{key[1]} = {_value(value)}{_comment(line)}")
    while edited and not edited[-1].strip():
        edited.pop()
    return [*edited, *_lines(left)]


def _comment(line: str) -> str:
    """A comment behind a value; a # within quotes is none."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', lambda quoted: "_" * len(quoted[0]), line)
    at = bare.find("#")
    return "  " + line[at:] if at >= 0 else ""


def _lines(table: Table) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in table.items()]


def _value(value: str | int | float) -> str:
    # What JSON writes of text and numbers is TOML too.
    return json.dumps(value, ensure_ascii=False)


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
