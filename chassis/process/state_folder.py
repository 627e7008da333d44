"""Where a user's programs keep what outlives them (XDG base directory specification)."""

import os
from pathlib import Path


class NoHome(ValueError):
    """This user has no home folder, and nothing says where else to keep data."""


def state_folder() -> Path:
    """`$XDG_STATE_HOME/lianshen`, or `~/.local/state/lianshen`. Raises NoHome."""
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    # The specification has relative paths ignored.
    if not state.is_absolute():
        state = _home() / ".local" / "state"
    return state / "lianshen"


def _home() -> Path:
    try:
        home = Path.home()
    except RuntimeError:
        home = Path()
    if not home.is_absolute() or os.environ.get("HOME") == "":
        raise NoHome("this user has no home folder: set HOME or XDG_STATE_HOME")
    return home
