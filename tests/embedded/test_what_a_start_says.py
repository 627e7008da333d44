"""A start that comes to no end says what was seen of the process that it waited for, also where that was nothing."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import NotReady, System


@pytest.mark.parametrize(
    ("log", "ended", "said"),
    [
        ("", None, "decisions has said nothing for 0 s"),
        ("the bus is away", None, "decisions is not ready after 0 s; the end of its log:\nthe bus is away"),
        ("a key is missing", 2, "decisions is not ready; the end of its log:\na key is missing"),
    ],
    ids=["silent", "slow", "hopeless"],
)
async def test_what_was_waited_for_is_named_with_how_long(
    tmp_path: Path, log: str, ended: int | None, said: str
) -> None:
    system = System(DataDir(tmp_path))
    program = SimpleNamespace(name="decisions", hopeless=2, last_words=lambda: log)
    process = SimpleNamespace(returncode=ended)
    child = SimpleNamespace(program=program, process=process, is_ready=lambda: False)
    system.children["decisions"] = cast(Any, child)
    with pytest.raises(NotReady, match=said):
        await system.ready(0)
