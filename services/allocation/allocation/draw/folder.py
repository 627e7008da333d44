"""The five files of a draw from a folder."""

from pathlib import Path

from allocation.draw.documents import NAMES


def read_folder(folder: Path) -> dict[str, bytes]:
    """Those that are there and can be read; a pipe or a device, which may never end, is no file."""
    found = {}
    for name in NAMES:
        try:
            if (folder / name).is_file():
                found[name] = (folder / name).read_bytes()
        except OSError:
            continue
    return found
