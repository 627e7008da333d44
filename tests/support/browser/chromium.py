"""Debian's chromium and a Chinese font: found, else installed where the tests may, else the reason why not."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-wqy-microhei")
"""The font is the smallest one of Debian's with all that a page of ours writes."""
AT_MOST = 300.0
"""Seconds for one call of apt-get."""
TRIED_AGAIN_AFTER = 300.0
"""Seconds after a failure."""
LOCK = Path(tempfile.gettempdir()) / "lianshen-tests-install.lock"
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=2")


class NoBrowser(Exception):
    """There is none here, and the tests could not install one. Says why."""


def installed() -> Path | None:
    """A browser, if a Chinese font stands beside it: without one every picture shows empty boxes."""
    browser = next((found for name in NAMES if (found := shutil.which(name))), None)
    return Path(browser) if browser and _writes_chinese() else None


def chromium(say: Callable[[str], None]) -> Path:
    """Its path. Raises NoBrowser. Of several processes that ask at once, one installs and the others wait for it."""
    if (found := installed()) is not None:
        return found
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NoBrowser(f"there is no chromium with a Chinese font; apt-get install {' '.join(PACKAGES)}")
    with LOCK.open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return installed() or _install_once(lock, say)


def _install_once(lock: TextIO, say: Callable[[str], None]) -> Path:
    """Whoever waited meanwhile is told of a failure, and does not try the same again."""
    lock.seek(0)
    if (failure := lock.read()) and time.time() - os.fstat(lock.fileno()).st_mtime < TRIED_AGAIN_AFTER:
        raise NoBrowser(failure)
    lock.truncate(0)
    try:
        return _install(say)
    except NoBrowser as none:
        lock.write(str(none))
        raise


def _install(say: Callable[[str], None]) -> Path:
    say(f"installing {' and '.join(PACKAGES)} for the tests of pages (once, about a minute)")
    _apt("update", "-q")
    _apt("install", "-y", "-q", "--no-install-recommends", *PACKAGES)
    if (found := installed()) is None:
        raise NoBrowser(f"{' and '.join(PACKAGES)} were installed, and no chromium with a Chinese font was found")
    return found


def _apt(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run([*APT, *arguments], env=environment, capture_output=True, check=True, timeout=AT_MOST)
    except subprocess.TimeoutExpired:
        raise NoBrowser(f"apt-get {arguments[0]} took longer than {AT_MOST:.0f} s") from None
    except subprocess.CalledProcessError as error:
        words = error.stderr.decode(errors="replace").strip().splitlines() or ["nothing on stderr"]
        raise NoBrowser(f"apt-get {arguments[0]} failed: {words[-1]}") from None


def _writes_chinese() -> bool:
    fonts = shutil.which("fc-list")
    return fonts is not None and bool(subprocess.run([fonts, ":lang=zh-cn"], capture_output=True).stdout.strip())
