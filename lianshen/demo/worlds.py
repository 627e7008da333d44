"""Where the example worlds are."""

from pathlib import Path


def worlds() -> Path:
    """The example worlds that ship with the distribution: data beside our packages, nothing that is imported."""
    return Path(__file__).parents[2] / "examples" / "worlds"
