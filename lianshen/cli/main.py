"""The command line. Results go to stdout, progress to stderr; `--json` where a program may read it."""

import sys

import typer

from lianshen.cli import (
    applications,
    archive,
    cases,
    checks,
    clerk,
    config,
    conformance,
    dead_letters,
    departments,
    evidence,
    keys,
    officers,
    operations,
    staff,
    system,
)
from lianshen.cli.allocation import (
    buy_back,
    choosing,
    contract,
    deposit,
    draw,
    exit,
    home,
    owners,
    project,
)
from lianshen.cli.bureau import by_hand, letters, login, objector
from lianshen.cli.console import run_command_line
from lianshen.cli.upkeep import backups, cluster, stuck, upgrade

app = typer.Typer(
    name="lianshen",
    help="Joint review of applications for affordable homes: one application, six departments, one determination.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for commands in (
    system,
    login,
    applications,
    checks,
    cases,
    officers,
    by_hand,
    operations,
    backups,
    stuck,
    upgrade,
    evidence,
):
    app.add_typer(commands.app)
departments.app.add_typer(conformance.app)
app.add_typer(departments.app, name="department")
app.add_typer(archive.app, name="archive")
app.add_typer(cluster.app, name="cluster")
app.add_typer(config.app, name="config")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(keys.app, name="key")
app.add_typer(clerk.app, name="clerk")
app.add_typer(letters.app, name="notices")
app.add_typer(objector.app, name="objector")
app.add_typer(staff.app, name="staff")
app.add_typer(draw.app, name="draw")
app.add_typer(project.app, name="project")
app.add_typer(deposit.app, name="deposit")
app.add_typer(choosing.app, name="choosing")
app.add_typer(contract.app, name="contract")
app.add_typer(exit.app, name="exit")
app.add_typer(buy_back.app, name="buy-back")
app.add_typer(owners.app, name="owners")
app.add_typer(home.app, name="home")


def main() -> None:
    """The entry point."""
    sys.exit(run_command_line(app))
