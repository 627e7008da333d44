"""What a file system owes a folder."""

import os
from pathlib import Path


def sync_names(folder: Path) -> None:
    """A new file's name is on the disk only after its folder is. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
