"""Units of systemd, read as systemd reads them, and as much of it as starts their commands under another root."""

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy.pods import DEPLOY

UNITS = DEPLOY / "systemd"
OF_THE_MACHINE = ("/opt/lianshen", "/etc/lianshen", "/var/lib", "/run/lianshen-bus")


@dataclass
class Unit:
    """One unit, an instance of a template with its drop-ins laid over."""

    name: str
    settings: list[tuple[str, str]] = field(default_factory=list)

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.settings if name == key]

    def one(self, key: str) -> str:
        """The last one counts."""
        return self.all(key)[-1]

    def has(self, key: str) -> bool:
        return bool(self.all(key))

    def environment(self) -> dict[str, str]:
        words = [word for line in self.all("Environment") for word in shlex.split(line)]
        return dict(word.split("=", 1) for word in words)

    def credentials(self) -> dict[str, str]:
        return dict(line.split(":", 1) for line in self.all("LoadCredential"))


def read_unit(name: str, folder: Path = UNITS) -> Unit:
    """`lianshen-bus.service`, or an instance: `lianshen@intake.service`."""
    template, _, instance = name.partition("@")
    instance = instance.removesuffix(".service")
    unit = Unit(name)
    file = folder / (f"{template}@.service" if instance else name)
    for path in (file, *sorted((folder / f"{name}.d").glob("*.conf"))):
        for line in path.read_text().splitlines():
            key, found, value = line.strip().partition("=")
            if found and not key.startswith("#"):
                unit.settings.append((key, value.replace("%i", instance)))
    return unit


def services() -> list[str]:
    """Every unit that runs something, instances by the target that wants them."""
    target = read_unit("lianshen.target")
    wanted = [word for line in target.all("Wants") for word in line.split()]
    timed = [name.replace(".timer", ".service") for name in wanted if name.endswith(".timer")]
    return [*(name for name in wanted if name.endswith(".service")), *timed]


def read_environment(file: Path) -> dict[str, str]:
    lines = [line.strip() for line in file.read_text().splitlines()]
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@dataclass(frozen=True)
class Machine:
    """A root with what was installed, on which the commands of units are run."""

    root: Path

    def here(self, text: str) -> str:
        return re.sub(rf"(?<![\w/])({'|'.join(OF_THE_MACHINE)})(?=/|$)", rf"{self.root}\1", text)

    def command(self, unit: Unit) -> list[str]:
        return [self.here(word) for word in shlex.split(unit.one("ExecStart"))]

    def environment(self, unit: Unit) -> dict[str, str]:
        """What its process finds there; makes its folders and its credentials."""
        given = self.root / "run/credentials" / unit.name
        given.mkdir(parents=True, exist_ok=True)
        for name, path in unit.credentials().items():
            shutil.copy(self.here(path), given / name)
            (given / name).chmod(0o600)
        found = {"PATH": "/usr/bin:/bin", "CREDENTIALS_DIRECTORY": str(given)}
        for key, variable, place in (("State", "STATE", "var/lib"), ("Runtime", "RUNTIME", "run")):
            if unit.has(f"{key}Directory"):
                folder = self.root / place / unit.one(f"{key}Directory")
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                found[f"{variable}_DIRECTORY"] = str(folder)
        found |= {name: self.here(value.replace("%d", str(given))) for name, value in unit.environment().items()}
        for file in unit.all("EnvironmentFile"):
            path = Path(self.here(file.removeprefix("-")))
            if path.exists() or not file.startswith("-"):
                found |= {name: self.here(value) for name, value in read_environment(path).items()}
        return found

    def start(self, unit: Unit) -> subprocess.Popen[bytes]:
        log = (self.root / f"{unit.name}.log").open("wb")
        return subprocess.Popen(self.command(unit), env=self.environment(unit), stdout=log, stderr=log)

    def run(self, unit: Unit, within: float = 120) -> str:
        done = subprocess.run(
            self.command(unit),
            env=self.environment(unit),
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def log(self, unit: Unit) -> str:
        return (self.root / f"{unit.name}.log").read_text()


def in_its_own_network(command: list[str]) -> list[str]:
    """The command with a network of its own, in which nothing but loopback is there."""
    script = "ip link set lo up && exec " + shlex.join(command)
    return ["unshare", "--map-root-user", "--net", "sh", "-c", script]


def why_no_network_of_its_own() -> str | None:
    """None where this machine lets a test have one."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return "`unshare` or `ip` is not on this machine"
    tried = subprocess.run(in_its_own_network(["true"]), capture_output=True, check=False, env=dict(os.environ))
    return None if tried.returncode == 0 else "this machine lets nobody have a network of its own (unshare)"
