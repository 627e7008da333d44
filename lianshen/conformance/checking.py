"""What the command line does with the kit: play, certify, enter into the register, read a certificate again."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chassis.commands import call
from chassis.errors import CommandRefused
from lianshen.catalog import DEPARTMENTS as ASKED_BY
from lianshen.conformance.certificate import (
    Certificate,
    faults_of,
    keep,
    make_certificate,
    path_of,
    sign_certificate,
    take_away,
    verify_certificate,
)
from lianshen.conformance.connect import attachment_of, connect_kit, department_named, key_of
from lianshen.conformance.kit import Options
from lianshen.conformance.play import play
from lianshen.conformance.results import Result
from lianshen.conformance.scenarios import SCENARIOS, Scenario
from lianshen.departments.credentials import end_certificate, over
from lianshen.embedded.client import NotRunning, connected

Say = Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """A department that was checked, and how each scenario ended."""

    department: str
    attached_by: str
    results: tuple[Result, ...]

    @property
    def bad(self) -> bool:
        return any(result.word == "BAD" for result in self.results)


def chosen(only: Sequence[str] | None) -> list[Scenario]:
    """All, or those of these names. Raises ValueError."""
    if unknown := sorted(set(only or ()) - {scenario.name for scenario in SCENARIOS}):
        raise ValueError(f"no such scenario: {', '.join(unknown)}; `--list` shows them")
    return [scenario for scenario in SCENARIOS if not only or scenario.name in only]


async def check(
    name: str,
    scenarios: Sequence[Scenario],
    options: Options,
    key: Path | None,
    data_dir: Path | None,
    told: Callable[[Result], None],
) -> Checked:
    """Raises ValueError for a department that cannot be checked, NotRunning where there is no bus."""
    async with connect_kit(name, data_dir, options, key) as kit:
        return Checked(name, kit.how.by, tuple(await play(kit, scenarios, told)))


async def certify(checked: Checked, valid_days: int, by: str, data_dir: Path | None, say: Say) -> str | None:
    """Seals and keeps a certificate, and enters it into the register where the system runs; says how that went."""
    name = checked.department
    if (seal := key_of(data_dir, "seal")) is None:
        say("no certificate: the key `seal` is not on this machine")
        return None
    now = datetime.now(UTC)
    try:
        found = make_certificate(department_named(name), checked.attached_by, checked.results, now, valid_days)
    except ValueError as why:
        say(f"no certificate: {why}")
        return None
    token = sign_certificate(found, seal)
    path = path_of(data_dir, name)
    keep(path, token)
    say(f"certified until {found.expires_at:%Y-%m-%d}: {path}")
    try:
        async with connected(data_dir) as nc:
            await call(nc, ASKED_BY[name], "certify", {"department": name, "certificate": token, "by": by}, timeout=5)
        say("entered into the register")
    except NotRunning:
        say("not entered into the register: no system runs here")
    except CommandRefused as problem:
        say(f"not entered into the register: {problem.title}: {problem.detail}")
    return token


async def end(checked: Checked, by: str, data_dir: Path | None, say: Say) -> None:
    """After a check that failed, what was certified before counts no more: here, and in the register."""
    name = checked.department
    ended = take_away(data_dir, name)
    with suppress(NotRunning):
        async with connected(data_dir) as nc:
            ended |= await end_certificate(over(nc), name, "a check of it failed", by)
    if ended:
        say("its certificate counts no more: a check failed")


def certificate(name: str, data_dir: Path | None) -> tuple[Certificate, list[str]]:
    """The one that is kept here, and why it does not count. Raises ValueError or WrongSignature."""
    department = department_named(name)
    path = path_of(data_dir, name)
    if not path.is_file():
        raise ValueError(f"{name} has no certificate here; `lianshen department check {name}` gives one")
    if (seal := key_of(data_dir, "seal")) is None:
        raise ValueError("the key `seal` is not on this machine, so the certificate's seal cannot be verified")
    found = verify_certificate(path.read_text(encoding="ascii", errors="replace").strip(), seal)
    return found, faults_of(found, department, way=attachment_of(name, data_dir).by)
