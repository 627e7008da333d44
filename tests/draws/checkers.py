"""What the service's own check and the downloaded checker say of the same files, each in one line."""

import contextlib
import importlib.util
import io
import os
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

from allocation.draw import offline
from allocation.draw.check import check
from allocation.draw.faults import DoesNotHold

from tests.draws.made_up import Files

HOLDS = "HOLDS"
CHECKER = Path(offline.__file__).parent / offline.CHECKER


def ours(files: Files) -> str:
    """The service's verdict."""
    try:
        check(files)
    except DoesNotHold as fault:
        return f"DOES NOT HOLD: {fault}"
    return HOLDS


def theirs(files: Files, folder: Path, *application: str) -> str:
    """The checker's, in this process. Whatever it raises besides its exit is a failure of the test."""
    put(files, folder)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        _CHECKER.main(str(folder), *application)
    return said.getvalue().rstrip("\n")


def code_of(verdict: str) -> str:
    """HOLDS, or the code."""
    return verdict.removeprefix("DOES NOT HOLD: ").partition(":")[0].partition("\n")[0]


def put(files: Files, folder: Path) -> None:
    """Those files and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)


def python_3_8() -> str | None:
    """One that runs: a shim of pyenv may stand for a version that is not chosen."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for found in (shutil.which("python3.8"), *map(str, pyenv.glob("versions/3.8.*/bin/python3.8"))):
        if found and subprocess.run([found, "--version"], capture_output=True).returncode == 0:
            return found
    return None


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("a_downloaded_checker", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_CHECKER = _load()
