"""Which interpreter runs this, and how it was built: one without profiles (PGO) and LTO costs a tenth of the CPU."""

import platform
import sys
import sysconfig
from pathlib import Path

from lianshen.doctor.finding import Finding

PGO, LTO = "--enable-optimizations", "--with-lto"
OF_DEBIAN = ("x86_64", "aarch64")
"""For which Debian builds its own with both; it does so beside `configure`, whose arguments are silent about it."""
MEND = "make the environment with Debian's own (/usr/bin/python3), or run the image (deploy/)"


def interpreter() -> Finding:
    """Of this process: on a machine whose services run from the same environment, of all of them."""
    version = f"{platform.python_implementation()} {platform.python_version()} ({sys.executable})"
    return about_interpreter(version, sysconfig.get_config_var("CONFIG_ARGS") or "", is_debians())


def is_debians() -> bool:
    """Whether it came as a package of Debian or what is made from it; an environment says by which it was made."""
    here = Path(sys.base_prefix) == Path("/usr") and platform.machine() in OF_DEBIAN
    return here and Path("/etc/debian_version").is_file()


def about_interpreter(version: str, built_with: str, debians: bool) -> Finding:
    """It runs well either way, so nothing is wrong; that it could be faster is said, and how."""
    lacks = [name for name, option in (("PGO", PGO), ("LTO", LTO)) if option not in built_with]
    if debians:
        return Finding("the interpreter", True, f"{version}, Debian's own, built with PGO and LTO")
    if lacks:
        said = f"{version}, built without {' and '.join(lacks)}: about a tenth slower than one with them"
        return Finding("the interpreter", True, said, mend=MEND)
    return Finding("the interpreter", True, f"{version}, built with PGO and LTO")
