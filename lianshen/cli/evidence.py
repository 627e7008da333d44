"""Commands about evidence: prove a case, check a dossier or an archive without a server."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from contracts.jws import Signer, thumbprint
from contracts.text import one_line
from contracts.text_file import NotText, read_json
from lianshen.cli.common import WhyOption, run, say
from lianshen.cli.keys import keys_dir

app = typer.Typer()
Trust = Annotated[
    list[Path] | None,
    typer.Option("--trust", help="A public key (JWK) that you know to be Lianshen's; may be given several times."),
]


def archive_dir(data_dir: Path | None, given: Path | None) -> Path | None:
    """The archive that is named, else that of the system we talk to; None where its files are not here.

    The data directory's belongs to the system that runs on it: beside another system's log it would look forged.
    """
    from archive.settings import ArchiveSettings

    from lianshen.embedded.data_dir import DataDir

    if given is not None:
        return given
    settings = ArchiveSettings()
    if "archive_dir" in settings.model_fields_set:
        return settings.archive_dir
    if "nats_url" in settings.model_fields_set:
        return None
    found = DataDir.at(data_dir).archive
    return found if found.is_dir() else None


def trusted(files: list[Path]) -> dict[str, str]:
    """Public keys by their ids. Raises ValueError naming the file that is none."""
    keys = {}
    for file in files:
        try:
            x = str(read_json(file)["x"])
        except NotText:
            raise
        except (ValueError, LookupError, TypeError):
            raise ValueError(f"{file.name} is no public key as a JWK; `lianshen key show` prints ours") from None
        keys[thumbprint(x)] = x
    return keys


@app.command()
def prove(
    number: Annotated[str, typer.Argument(help="The application number.")],
    archive: Annotated[Path | None, typer.Option(help="The archive's folder, where it is not here.")] = None,
    why: WhyOption = None,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Where the system keeps its data.")] = None,
) -> None:
    """Print a case's dossier: its records, questions, answers and signatures, under our seal.

    It holds all that was said about a family, so it goes to stdout and nowhere else, and that you looked is recorded
    first, as with `lianshen status`:
    lianshen prove NUMBER --why supervision > dossier.json
    """
    from contracts.numbers import parse_application_number
    from evidence.dossier.write import prove as work
    from lianshen.embedded.client import connected
    from lianshen.signed_in.looking import looking

    async def go() -> str | None:
        application = parse_application_number(number)
        await looking("look", application, why, data_dir)
        async with connected(data_dir) as nc:
            return await work(nc, application, keys_dir(data_dir), archive_dir(data_dir, archive))

    found = run(go())
    if found is None:
        say("there is no such application; check the number")
        raise typer.Exit(1)
    # Bytes: a terminal's own encoding or line ends would be another way to write it.
    sys.stdout.buffer.write(str(found).encode())


@app.command("verify-dossier")
def verify_dossier(
    file: Annotated[Path, typer.Argument(help="The dossier, or - for stdin.")], trust: Trust = None
) -> None:
    """Check a dossier with nothing but the file: seal, signatures, hashes, and the determination once more.

    Exit 1 with the first thing that does not hold. With --trust only a seal under that key counts.
    """
    from evidence.dossier.verify import verify

    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        checked = verify(body, trusted(trust or []))
    except (OSError, ValueError) as error:
        say(str(error))
        raise typer.Exit(2) from None
    if checked.fault is not None:
        typer.echo(f"does not hold: {checked.fault}")
        raise typer.Exit(1)
    typer.echo("\n".join(checked.says))
    typer.echo("every record, signature and hash holds; it relies on:")
    typer.echo("\n".join(f"  {key}" for key in checked.relies_on))
    if not trust:
        say("compare the seal's key with one you know (`lianshen key show`), or give it with --trust")


@app.command("verify-archive")
def verify_archive(
    folder: Annotated[Path, typer.Argument(help="The archive's folder, or a copy of it.")],
    trust: Trust = None,
    keys: Annotated[Path | None, typer.Option("--keys-dir", help="Also decrypt every record.")] = None,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Whose seal it is under.")] = None,
) -> None:
    """Check an archive without a server: names the first record that was changed, swapped or is missing."""
    from nacl.secret import Aead

    from chassis.process.keys import read_key
    from evidence.archive.check import check

    try:
        known = trusted(trust) if trust else _own_seal(keys or keys_dir(data_dir))
        box = Aead(read_key(keys, "archive")) if keys else None
        report = check(folder, known, box)
    except (OSError, ValueError) as error:
        say(str(error))
        raise typer.Exit(2) from None
    if report.fault is not None:
        typer.echo(f"does not hold: {one_line(report.fault)}")
        raise typer.Exit(1)
    typer.echo(f"{report.records} records in an unbroken chain, sealed until record {report.sealed_until}")
    if report.sealed_until < report.records:
        typer.echo(f"record {report.sealed_until + 1} and what follows it are under no seal yet")


def _own_seal(keys: Path) -> dict[str, str]:
    """Raises ValueError where there is none: whoever checks a copy elsewhere has a public key instead."""
    from chassis.process.keys import read_key

    if not (keys / "seal.key").is_file():
        raise ValueError("there is no seal here: --trust names its public key, which `lianshen key show seal` prints")
    seal = Signer.from_seed(read_key(keys, "seal"))
    return {seal.kid: seal.x}
