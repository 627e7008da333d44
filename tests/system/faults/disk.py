"""A small disk of a node's own, filled to the last byte and freed again. Linux, and the right to mount one."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lianshen.embedded.cluster.members import NAMES
from lianshen.embedded.data_dir import DataDir

SMALL = "64m"
ALONE = "nats-server"
"""What the one server is called."""


class NotAllowed(Exception):
    """No tmpfs may be mounted here; says why."""


@dataclass(frozen=True)
class Disk:
    """Mounted at a place where a store will lie."""

    place: Path

    @property
    def _filler(self) -> Path:
        return self.place / "filler"

    def fill(self) -> None:
        """Writes until nothing more fits."""
        with self._filler.open("wb", buffering=0) as out:
            try:
                while True:
                    out.write(bytes(4096))
            except OSError:
                pass

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk(place: Path, size: str = SMALL) -> Iterator[Disk]:
    """Raises NotAllowed."""
    if shutil.which("mount") is None:
        raise NotAllowed("no tmpfs may be mounted here (there is no `mount`)")
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(place)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode:
        raise NotAllowed(f"no tmpfs may be mounted here ({mounted.stderr.strip()})")
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def why_no_small_disk(place: Path) -> str | None:
    """Tries it; None where one may be mounted."""
    try:
        with small_disk(place):
            return None
    except NotAllowed as why:
        return str(why)


def stores(directory: DataDir, nodes: int) -> dict[str, Path]:
    """Where the store of each node will lie, by the names that a drill calls them."""
    if nodes == 1:
        return {ALONE: directory.jetstream}
    return {name: DataDir(directory.path, name).jetstream for name in NAMES}


@contextmanager
def small_disks(places: dict[str, Path]) -> Iterator[dict[str, Disk]]:
    """One for each node. Raises NotAllowed."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(small_disk(place)) for name, place in places.items()}
