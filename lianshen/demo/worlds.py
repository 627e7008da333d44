"""Where the example worlds are."""

from importlib.resources import files
from pathlib import Path


def worlds() -> Path:
    """The example worlds that ship with the distribution."""
    return Path(str(files("examples"))) / "worlds"


OF_THE_KIT = worlds() / "conformance"
"""The registers with the persons that the conformance kit asks about, in the shape of every world's."""
