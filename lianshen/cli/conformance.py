"""`lianshen department check` and `certificate`: the conformance kit on the command line."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contracts.text import one_line
from lianshen.cli.common import DataDirOption, JsonOption, run, say, show

if TYPE_CHECKING:
    from lianshen.conformance.certificate import Certificate
    from lianshen.conformance.results import Result

app = typer.Typer()
KIT = "conformance kit"
"""Who certifies: what was played decides it, and no person."""
Name = Annotated[str, typer.Argument(help="The department.")]


@app.command("check")
def check(
    name: Name,
    only: Annotated[list[str] | None, typer.Option(help="Only this scenario; may be given several times.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the scenarios and play none.")] = False,
    register: Annotated[
        bool, typer.Option("--register", help="Print the synthetic persons that its test system must know.")
    ] = False,
    restart: Annotated[str | None, typer.Option(help="A command that restarts the department meanwhile.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds a promised answer is waited for.", min=0)] = 20.0,
    key: Annotated[Path | None, typer.Option(help="Its public key (JWK), where none is registered.")] = None,
    valid_days: Annotated[int, typer.Option(help="How long the certificate counts.", min=1)] = 180,
    as_json: JsonOption = False,
    data_dir: DataDirOption = None,
) -> None:
    """Play every scenario against a live department, say what to change, certify it where nothing is BAD.

    Its test system answers from the kit's own synthetic persons: load them first (--register).
    Exit 1 where a scenario is BAD.
    """
    from lianshen.conformance import checking
    from lianshen.conformance.kit import Options

    if list_all:
        _list(as_json)
        return
    if register:
        _register(name)
        return
    try:
        scenarios = checking.chosen(only)
    except ValueError as unknown:
        say(str(unknown))
        raise typer.Exit(2) from None
    told = _tell_nothing if as_json else _tell
    checked = run(checking.check(name, scenarios, Options(restart, wait), key, data_dir, told))
    token = None
    if checked.bad:
        run(checking.end(checked, KIT, data_dir, say))
    elif not only:
        token = run(checking.certify(checked, valid_days, KIT, data_dir, say))
    if as_json:
        results = [result.__dict__ for result in checked.results]
        show({"department": name, "attached_by": checked.attached_by, "results": results, "certificate": token})
    if checked.bad:
        raise typer.Exit(1)


@app.command("certificate")
def certificate(name: Name, as_json: JsonOption = False, data_dir: DataDirOption = None) -> None:
    """Show a department's certificate, and verify its seal. Exit 1 where it does not count."""
    from contracts.jws import WrongSignature
    from lianshen.conformance import checking

    try:
        found, faults = checking.certificate(name, data_dir)
    except WrongSignature as wrong:
        say(f"this is no certificate of ours: {wrong}")
        raise typer.Exit(1) from None
    except (ValueError, OSError) as wrong:
        say(str(wrong))
        raise typer.Exit(1) from None
    if as_json:
        show({**found.model_dump(mode="json"), "faults": faults})
    else:
        _certificate(found, faults)
    if faults:
        raise typer.Exit(1)


def _list(as_json: bool) -> None:
    from lianshen.conformance.scenarios import SCENARIOS

    if as_json:
        show([{"name": it.name, "wants": it.wants, "advice": it.advice} for it in SCENARIOS])
    for scenario in SCENARIOS if not as_json else ():
        typer.echo(f"{scenario.name:20} {scenario.wants}")


def _register(name: str) -> None:
    from lianshen.conformance.connect import department_named
    from lianshen.conformance.registers import Registers

    try:
        tables = Registers(department_named(name)).tables()
    except ValueError as wrong:
        say(str(wrong))
        raise typer.Exit(2) from None
    say(f"Load these rows into the test system of {name}, and nothing else; everybody in them is invented.")
    say("Let it answer from them while `lianshen department check` runs. An empty cell means: not stated.")
    if not tables:
        say("The kit has no rows for this department: what needs them is not run.")
    for file, text in tables.items():
        if len(tables) > 1:
            typer.echo(f"# {file}")
        typer.echo(text, nl=False)


def _certificate(found: "Certificate", faults: list[str]) -> None:
    typer.echo(f"{found.department}, attached by {found.attached_by}, checked {found.checked_at:%Y-%m-%d %H:%M} UTC")
    typer.echo(f"counts until {found.expires_at:%Y-%m-%d}; kit {found.kit}; contract {found.contract_sha256[:12]}…")
    typer.echo(f"passed: {', '.join(found.passed)}")
    for scenario, why in found.not_run.items():
        typer.echo(f"not run: {scenario} ({why})")
    typer.echo("\n".join(f"DOES NOT COUNT: {fault}" for fault in faults) or "the seal is ours, and it counts")


def _tell(result: "Result") -> None:
    detail = f": {one_line(result.detail)}" if result.detail else ""
    typer.echo(f"{result.word:14} {result.scenario}{detail}")
    if result.advice:
        typer.echo(f"{'':14} change: {result.advice}")


def _tell_nothing(_: "Result") -> None:
    """With --json the results come all at once."""
