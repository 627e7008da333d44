"""Packs a folder from which Lianshen is installed without a network: wheels with hashes, units, settings, install.sh.

    python deploy/systemd/wheelhouse.py DIR [--python 3.11] [--machine x86_64 --machine aarch64]

What requirements.lock names is fetched under its hashes, for each machine; what is there as source only, and our own
package, are built here into wheels for every machine. `wheels.lock` then has the hash of each wheel as it is packed.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
TOP = HERE.parents[1]
MACHINES = ("x86_64", "aarch64")
GLIBC = ("2014", "_2_17", "_2_28", "_2_34")
"""The manylinux tags that Debian 12 and what is newer can run."""
SOURCE_ONLY = ("nkeys",)
"""Pure Python without a wheel in the index."""
UNITS = ("*.service", "*.timer", "*.target", "*.service.d")
SHARE = (HERE / "bus.sh", HERE / "bus.conf", TOP / "deploy/k8s/base/check-key.sh", TOP / "deploy/make-credentials.py")
OF_BOTH_WAYS = ("projects.toml", "departments.toml", "calendar.toml")
ETC = (HERE / "settings.env", *(TOP / "deploy/k8s/base" / name for name in OF_BOTH_WAYS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default="3.11", help="of the machine that it is installed on")
    parser.add_argument("--machine", action="append", choices=MACHINES, help="both, if none is named")
    asked = parser.parse_args()
    folder: Path = asked.folder
    if folder.exists():
        sys.exit(f"{folder} is there already")
    with tempfile.TemporaryDirectory() as scratch:
        built = build(Path(scratch))
        for machine in asked.machine or MACHINES:
            wheels = folder / "wheels" / machine
            wheels.mkdir(parents=True)
            fetch(wheels, machine, asked.python, Path(scratch))
            for wheel in built:
                shutil.copy(wheel, wheels)
            (wheels / "wheels.lock").write_text("".join(map(pin, sorted(wheels.glob("*.whl")))))
    lay_out(folder)
    (folder / "SHA256SUMS").write_text("".join(f"{digest(it)}  {it.relative_to(folder)}\n" for it in files(folder)))
    print(f"{folder}: {sum(it.stat().st_size for it in files(folder)) // 2**20} MiB; there, as root: sh install.sh")


def build(scratch: Path) -> list[Path]:
    """The wheels that are made here, in an environment of their own: its build tools are pinned as the image's are."""
    pip = [str(scratch / "venv/bin/python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run([sys.executable, "-m", "venv", str(scratch / "venv")])
    run([*pip, "install", "--require-hashes", "-r", str(TOP / "deploy/build.lock")])
    of_source = scratch / "source.lock"
    of_source.write_text(locked(lambda name: name in SOURCE_ONLY))
    made = scratch / "built"
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(made)]
    run([*pip, "wheel", *options, "--require-hashes", "-r", str(of_source)])
    # A copy: setuptools writes beside what it builds.
    ours = scratch / "lianshen"
    ignored = shutil.ignore_patterns(".*", "build", "tests", "docs", "benchmarks", "*.egg-info", "__pycache__")
    shutil.copytree(TOP, ours, ignore=ignored)
    run([*pip, "wheel", *options, str(ours)])
    return sorted(made.glob("*.whl"))


def fetch(wheels: Path, machine: str, python: str, scratch: Path) -> None:
    lock = scratch / "wheels.lock"
    lock.write_text(locked(lambda name: name not in SOURCE_ONLY))
    platforms = [f"--platform=manylinux{version}_{machine}" for version in GLIBC]
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
    options = ["--no-deps", "--only-binary=:all:", "--implementation=cp", f"--python-version={python}", *platforms]
    run([*pip, *options, "--require-hashes", "-r", str(lock), "--dest", str(wheels)])


def locked(wanted: Callable[[str], bool]) -> str:
    """The entries of requirements.lock whose names are wanted."""
    entries = re.split(r"\n(?=\S)", (TOP / "requirements.lock").read_text().strip())
    return "\n".join(entry for entry in entries if wanted(entry.partition("==")[0])) + "\n"


def pin(wheel: Path) -> str:
    name, version, *_ = wheel.name.split("-")
    return f"{name}=={version} --hash=sha256:{digest(wheel)}\n"


def lay_out(folder: Path) -> None:
    """Units, settings, what the units run, and how it is installed."""
    for name, sources in (("share", SHARE), ("etc", ETC)):
        (folder / name).mkdir()
        for source in sources:
            shutil.copy(source, folder / name)
    shutil.copy(HERE / "README.md", folder / "share")
    (folder / "units").mkdir()
    for unit in (found for pattern in UNITS for found in HERE.glob(pattern)):
        copy = shutil.copytree if unit.is_dir() else shutil.copy
        copy(unit, folder / "units" / unit.name)
    for name in ("install.sh", "README.md"):
        shutil.copy(HERE / name, folder)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=TOP, check=False)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
