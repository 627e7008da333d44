"""`lianshen draw …`: the ceremony, step by step (Art. 26(5)); what each step waits for stands in docs/draw.md."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.text_file import read_text
from lianshen.cli.common import ByOption, DataDirOption, Number, act, command, number_of, run, say, show

app = typer.Typer()
Project = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's name, such as HN-2026-02.")]
Serial = Annotated[str, typer.Option(help="Which draw of the project; the next one after a draw that was void.")]
Party = Annotated[str, typer.Argument(metavar="PARTY", help="As the rules name it, such as notary.")]
PARTIES = ("housing-bureau", "project-unit", "notary", "discipline-inspection", "families")


@app.command()
def rules(
    project: Project,
    pool: Annotated[list[str], typer.Option(help="NAME:HOMES:SUBSTITUTES, then :GROUP=HOMES a reserved group.")],
    serial: Serial = "1",
    dice: Annotated[int, typer.Option(help="How often the ten-sided die is thrown.")] = 20,
    party: Annotated[list[str] | None, typer.Option(help="Each party in order; five if none is named.")] = None,
    public: Annotated[str, typer.Option(help="Name of a public number that counts, too.")] = "",
    public_format: Annotated[str, typer.Option(help="What its whole text must match: [0-9]{6}.")] = "",
) -> None:
    """Print rules.json, as it is announced.

    lianshen draw rules HN-2026-02 --pool two-rooms:12:4 --pool three-rooms:10:3:disabled=2 > rules.json
    """
    from allocation.draw.faults import DoesNotHold
    from allocation.draw.rules import Rules

    try:
        pools = tuple(_pool(one) for one in pool)
        body = Rules(project, serial, dice, public, public_format, tuple(party or PARTIES), pools).to_bytes()
    except DoesNotHold as fault:
        say(f"these are no rules: {fault.sentence}")
        raise typer.Exit(2) from None
    typer.echo(body.decode(), nl=False)


@app.command()
def announce(
    file: Annotated[Path, typer.Argument(help="rules.json, as `lianshen draw rules` prints it.")],
    project: Project,
    held_at: Annotated[str, typer.Option(help="When, such as 2026-12-20T09:00+08:00.")],
    place: Annotated[str, typer.Option(help="Where.")],
    serial: Serial = "1",
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Post the rules, the checker's hash, and when and where the draw is held."""
    try:
        body = read_text(file)
    except (OSError, ValueError) as wrong:
        say(f"{file}: this cannot be read: {wrong}")
        raise typer.Exit(2) from None
    _step(data_dir, by, "announce", project, serial, rules=body, held_at=held_at, place=place)


@app.command()
def freeze(project: Project, serial: Serial = "1", by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Fix the list: confirmed in the pool, deposit paid, not withdrawn. Each family is told its own line."""
    _step(data_dir, by, "freeze", project, serial)


@app.command()
def commitment(project: Project, party: Party, serial: Serial = "1") -> None:
    """Print the commitment to a secret that is read from stdin: 64 hex digits. Nothing is sent anywhere."""
    from allocation.draw.faults import DoesNotHold
    from allocation.draw.hashes import commitment as hashed
    from allocation.draw.reveal import need_secret

    secret = sys.stdin.readline().strip()
    try:
        need_secret(party, secret)
    except DoesNotHold as fault:
        say(fault.sentence)
        raise typer.Exit(2) from None
    typer.echo(hashed(project, serial, party, secret))


@app.command()
def commit(
    project: Project,
    party: Party,
    hashed: Annotated[str, typer.Argument(metavar="COMMITMENT", help="As `lianshen draw commitment` prints it.")],
    serial: Serial = "1",
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Bind one party to its secret, which lies twice in sealed envelopes at the notary's."""
    _step(data_dir, by, "commit", project, serial, party=party, commitment=hashed)


@app.command()
def manifest(project: Project, serial: Serial = "1", by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Bind rules, list and commitments together, at least a working day before the draw."""
    _step(data_dir, by, "manifest", project, serial)


@app.command()
def dice(
    project: Project,
    figures: Annotated[str, typer.Argument(help="The figures in the order in which they were called.")],
    serial: Serial = "1",
    public: Annotated[str, typer.Option(help="The public number, if the rules name one.")] = "",
    remark: Annotated[str | None, typer.Option(help="Such as a cocked die that was thrown again.")] = None,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Type the figures of the die. They count once a second person typed the same."""
    _step(data_dir, by, "dice", project, serial, dice=figures, public=public, remark=remark)


@app.command("open")
def open_(
    project: Project,
    party: Party,
    serial: Serial = "1",
    second: Annotated[bool, typer.Option("--second", help="The notary's second envelope had to be opened.")] = False,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Open the envelope of a party: what it says is read from stdin. With the last one the draw is held."""
    secret = sys.stdin.readline().strip()
    _step(data_dir, by, "open", project, serial, party=party, secret=secret, second=second)


@app.command("second-look")
def second_look(project: Project, serial: Serial = "1", by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Have the announced checker look at the files before anything is published."""
    _step(data_dir, by, "verify", project, serial)


@app.command()
def publish(project: Project, serial: Serial = "1", by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Give the result to everybody, and each family its place."""
    _step(data_dir, by, "publish", project, serial)


@app.command("import")
def import_(
    project: Project,
    software: Annotated[str, typer.Option(help="Its name and version, as the notary says.")],
    file: Annotated[Path, typer.Option(help="What it gave, as it was handed over; it is posted.")],
    result: Annotated[Path, typer.Option(help="The same as result.json: drawn, substitutes and others a pool.")],
    serial: Serial = "1",
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Take the result of software that the notary had to use. It cannot be made again, and says so everywhere."""
    try:
        said = {"file": read_text(file), "result": read_text(result)}
    except (OSError, ValueError) as wrong:
        say(f"this cannot be read: {wrong}")
        raise typer.Exit(2) from None
    _step(data_dir, by, "import", project, serial, software=software, **said)


@app.command()
def admit(
    number: Number,
    project: Project,
    reason: Annotated[str, typer.Option(help="Why; it is posted, so it names nobody.")],
    serial: Serial = "1",
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Admit a family that the list left out wrongly, after the result: its ticket gives its place.

    Only if it stood confirmed in the pool, its deposit paid, before the list was frozen. Nobody else's place changes.
    """
    _step(data_dir, by, "admit", project, serial, application=number_of(number), reason=reason)


@app.command()
def void(
    project: Project,
    ground: Annotated[str, typer.Argument(help="not committed, envelope missing, file differs, before the envelopes")],
    reason: Annotated[str, typer.Option(help="Why; it is posted.")],
    party: Annotated[str | None, typer.Option(help="Whose envelope fails.")] = None,
    says: Annotated[str | None, typer.Option(help="What its paper says, if it does not fit its commitment.")] = None,
    serial: Serial = "1",
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """End a draw without a result. After the first envelope only what anybody can check is a ground."""
    given = {"ground": ground, "reason": reason, "party": party, "secret": says}
    _step(data_dir, by, "void", project, serial, **given)


@app.command("show")
def show_(project: Project, serial: Serial = "1", data_dir: DataDirOption = None) -> None:
    """How far a draw is, as JSON."""
    found = run(command(data_dir, "allocation", "draw-show", project=project, serial=serial))
    show({key: value for key, value in found.items() if key != "files"})


@app.command()
def files(
    project: Project,
    folder: Annotated[Path, typer.Argument(help="A folder; it is made.")],
    serial: Serial = "1",
    data_dir: DataDirOption = None,
) -> None:
    """Write the files that are posted by now into a folder, for `python3 verify_draw.py FOLDER`."""
    found = run(command(data_dir, "allocation", "draw-show", project=project, serial=serial))
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in found["files"].items():
        (folder / name).write_bytes(body.encode())
        say(f"wrote {folder / name}")


def _step(data_dir: Path | None, by: str | None, verb: str, project: str, serial: str, **said: Any) -> None:
    show(run(act(data_dir, by, "allocation", f"draw-{verb}", project=project, serial=serial, **said)))


def _pool(text: str) -> Any:
    """`NAME:HOMES:SUBSTITUTES`, with `:GROUP=HOMES` for each reserved group."""
    from allocation.draw.rules import Pool

    name, *counts = text.split(":")
    try:
        homes, substitutes, *reserved = counts
        groups = [one.split("=") for one in reserved]
        return Pool(name, int(homes), int(substitutes), tuple((group, int(count)) for group, count in groups))
    except ValueError:
        say(f"--pool {text}: write NAME:HOMES:SUBSTITUTES, such as two-rooms:12:4")
        raise typer.Exit(2) from None
