"""What is announced before a draw: its pools and homes, its parties, its dice and public number."""

import re
from dataclasses import dataclass
from typing import Any, Final

from allocation.draw.documents import written
from allocation.draw.faults import need
from allocation.draw.public_format import is_usable

MOST: Final = 1_000_000
"""Of homes, substitutes or dice."""
_LINE = re.compile("[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(frozen=True)
class Pool:
    """Homes of one kind, and how many of them are reserved for the first members of each group."""

    name: str
    homes: int
    substitutes: int
    reserved: tuple[tuple[str, int], ...] = ()

    @classmethod
    def read(cls, name: str, value: Any) -> "Pool":
        """Raises DoesNotHold."""
        _need(is_line(name), "a pool has no name of one line")
        found = value if isinstance(value, dict) else {}
        for key in ("homes", "substitutes"):
            _need(is_count(found.get(key)), f"pool {name}: {key} is no whole number from 0 to {MOST}")
        reserved = found.get("reserved")
        _need(
            isinstance(reserved, list) and all(map(_is_reserved, reserved)),
            f"pool {name}: reserved is no list of groups and their homes",
        )
        assert isinstance(reserved, list)
        total = sum(homes for _, homes in reserved)
        _need(total <= found["homes"], f"pool {name} reserves more homes than it has")
        return cls(name, found["homes"], found["substitutes"], tuple((group, homes) for group, homes in reserved))

    def value(self) -> dict[str, Any]:
        """As the file has it."""
        return {"homes": self.homes, "substitutes": self.substitutes, "reserved": [list(it) for it in self.reserved]}


@dataclass(frozen=True)
class Rules:
    """Of one draw; a draw that was void is held again under a new serial."""

    project: str
    serial: str
    dice: int
    public: str
    public_format: str
    parties: tuple[str, ...]
    pools: tuple[Pool, ...]

    @classmethod
    def read(cls, value: Any) -> "Rules":
        """Raises DoesNotHold."""
        _need(isinstance(value, dict), "rules.json is no object")
        for key in ("project", "serial"):
            _need(is_line(value.get(key)), f"{key} is no line of text")
        for key in ("public", "public_format"):
            _need(is_line_or_empty(value.get(key)), f"{key} is no line of text")
        _need(is_count(value.get("dice")), f"dice is no whole number from 0 to {MOST}")
        _need(is_usable(value["public_format"]), "public_format is not of character classes and counts")
        parties, pools = value.get("parties"), value.get("pools")
        _need(_are_names(parties), "parties is no list of different names")
        _need(isinstance(pools, dict) and pools != {}, "there are no pools")
        texts = {key: value[key] for key in ("project", "serial", "dice", "public", "public_format")}
        read = tuple(Pool.read(name, pool) for name, pool in pools.items())
        return cls(**texts, parties=tuple(parties), pools=read)

    def value(self) -> dict[str, Any]:
        """As the file has it."""
        pools = {pool.name: pool.value() for pool in self.pools}
        return {**vars(self), "parties": list(self.parties), "pools": pools}

    def to_bytes(self) -> bytes:
        """The file. Raises DoesNotHold for rules that nobody could draw by."""
        Rules.read(self.value())
        return written(self.value())


def is_line(value: Any) -> bool:
    """Whether it is text that can be a line of a hash: no control character, no half of one."""
    return isinstance(value, str) and _LINE.fullmatch(value) is not None


def is_line_or_empty(value: Any) -> bool:
    return value == "" or is_line(value)


def is_count(value: Any) -> bool:
    """True and False are whole numbers to Python, and none to JSON."""
    return type(value) is int and 0 <= value <= MOST


def _need(holds: bool, sentence: str) -> None:
    need(holds, "bad-rules", sentence)


def _is_reserved(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and is_line(value[0]) and is_count(value[1])


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(map(is_line, value)) and len(set(value)) == len(value)
