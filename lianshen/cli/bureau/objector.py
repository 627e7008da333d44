"""`lianshen objector`: the key to which it is sealed who objects, opening with it, and erasing."""

from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.text_file import read_json
from lianshen.cli.common import ByOption, DataDirOption, Number, act, command, number_of, run, say, show

app = typer.Typer(help="Who objected, where they said so; for the head of the bureau.", no_args_is_help=True)
PUBLIC, PRIVATE = "objector.public.jwk", "objector.private.jwk"
KeyOption = Annotated[Path, typer.Option("--key", help=f"The private key: {PRIVATE}.")]


@app.command()
def key(folder: Annotated[Path, typer.Argument(help="An empty folder, such as on a stick of the bureau's.")]) -> None:
    """Make the bureau's pair of keys, once: the public one for publicity, the private one for the head alone.

    LIANSHEN_PUBLICITY_OBJECTOR_KEY_FILE names the public file. The private one belongs on no machine of the system;
    without it nobody can open what was sealed.
    """
    from publicity.objectors.sealing import HeadsKey

    from chassis.process.keys import write_secret

    if (folder / PRIVATE).exists():
        say(f"{PRIVATE} is there already; another key would not open what is sealed to it")
        raise typer.Exit(1)
    made = HeadsKey.make()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_secret(folder / PRIVATE, made.jwk())
        (folder / PUBLIC).write_text(made.public.jwk() + "\n", encoding="utf-8")
    except OSError as error:
        say(f"the keys cannot be written: {error.strerror}")
        raise typer.Exit(1) from None
    typer.echo(made.public.kid)
    say(f"{PUBLIC} is for publicity; keep {PRIVATE} where no service can read it")


@app.command("open")
def open_objector(
    number: Number,
    n: Annotated[int, typer.Argument(help="Which objection.")],
    key: KeyOption,
    reason: Annotated[str, typer.Option("--reason", help="Why; the log keeps it. Name nobody in it.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show who raised an objection, to the head of the bureau alone.

    That it was opened, by whom and why, is recorded first and stays.
    """
    from publicity.objectors.sealing import HeadsKey, NotOpened, Sealed

    try:
        heads = HeadsKey.from_jwk(read_json(key))
    except OSError as error:
        say(f"{key.name} cannot be read: {error.strerror}")
        raise typer.Exit(2) from None
    except ValueError as error:
        say(str(error))
        raise typer.Exit(2) from None
    asked: dict[str, Any] = {"application": number_of(number), "n": n, "kid": heads.public.kid}
    sealed = run(act(data_dir, by, "publicity", "identify-objector", **asked, reason=reason))
    try:
        show(heads.open(Sealed.model_validate(sealed)).model_dump())
    except NotOpened as error:
        say(str(error))
        raise typer.Exit(1) from None


@app.command()
def erase(data_dir: DataDirOption = None) -> None:
    """Erase who objected where a year is over since it was settled; publicity does so every hour by itself."""
    show(run(command(data_dir, "publicity", "erase-objectors")))
