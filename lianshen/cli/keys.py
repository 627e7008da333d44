"""`lianshen key`: our own keys, shown, revoked and replaced."""

from pathlib import Path
from typing import Annotated

import typer

from chassis.process.keys import OF_THE_ARCHIVE, OF_THE_LOG
from contracts.jws import Signer, public_jwk
from lianshen.cli.common import ByOption, DataDirOption, run, say

app = typer.Typer(help="Lianshen's own keys.", no_args_is_help=True)
COSTS = OF_THE_LOG | OF_THE_ARCHIVE
REPLACE = f"""Make another secret key where one is lost and no backup has it. The system must be stopped.

A log is written with its keys, so another one has a price.
{" · ".join(f"{name}: {price}" for name, price in COSTS.items())}.

An old file is kept beside the new one, and the register keeps why, and which account of this machine did it:
nobody can sign in while nothing runs. The keys `signing` and `seal`
need none of this: `lianshen key revoke`.
"""


def keys_dir(data_dir: Path | None) -> Path:
    """Where the keys are: LIANSHEN_KEYS_DIR, else those of the data directory."""
    from chassis.process.settings import Settings
    from lianshen.embedded.data_dir import DataDir

    settings = Settings()
    if "keys_dir" in settings.model_fields_set:
        return settings.keys_dir
    return DataDir.at(data_dir).keys


@app.command("replace", help=REPLACE)
def key_replace(
    name: Annotated[str, typer.Argument(help="The name of its file, without .key.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the register keeps it.")],
    data_dir: DataDirOption = None,
) -> None:
    """`lianshen key replace`; its help is REPLACE."""
    from lianshen.embedded.client import at_this_machine
    from lianshen.embedded.data_dir import DataDir
    from lianshen.embedded.replacing_keys import replace_key

    if name not in COSTS:
        say(f"no such key: {name}; there are {', '.join(COSTS)}")
        raise typer.Exit(2)
    directory = DataDir.at(data_dir)
    kept = run(replace_key(directory, name, at_this_machine(), reason))
    typer.echo(f"keys/{name}.key is a new key; from now on {COSTS[name]}")
    if kept is not None:
        say(f"the old file is kept: {kept}")


@app.command("show")
def key_show(
    name: Annotated[str, typer.Argument(help="seal (archive, dossiers, certificates) or signing (questions)")],
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Where the system keeps its data.")] = None,
) -> None:
    """Print a public key as a JWK, to be given to whoever verifies what we sign."""
    from chassis.process.keys import read_key

    try:
        typer.echo(public_jwk(Signer.from_seed(read_key(keys_dir(data_dir), _known_key(name))).x))
    except (OSError, ValueError) as error:
        say(str(error))
        raise typer.Exit(2) from None


@app.command("revoke")
def key_revoke(
    name: Annotated[str, typer.Argument(help="seal or signing: the key that is in use")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the register keeps it.")],
    since: Annotated[str | None, typer.Option(help="Since when nothing under it is believed (default: now).")] = None,
    by: ByOption = None,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Where the system keeps its data.")] = None,
) -> None:
    """Say that a key of ours is lost or stolen: what it signs from then on is believed by nobody.

    What it signed before holds. Whatever follows needs another key; what to do is printed.
    """
    from chassis.process.keys import read_key
    from lianshen.departments.credentials import revoke_ours
    from lianshen.signed_in.acting import acting

    async def go() -> bool:
        seed = read_key(keys_dir(data_dir), _known_key(name))
        async with acting(data_dir, by) as ask:
            return await revoke_ours(ask, Signer.from_seed(seed).kid, reason, since)

    changed = run(go())
    typer.echo(f"the key {name} is revoked" if changed else f"the key {name} was revoked already")
    say(f"now put {keys_dir(data_dir) / name}.key aside, keep it, and restart: the next start makes another")
    if name == "signing":
        say("and give departments the new one: `lianshen department add` writes it into their folders")


def _known_key(name: str) -> str:
    if name not in ("seal", "signing"):
        raise ValueError(f"there is no key {name!r} here; there are seal and signing")
    return name
