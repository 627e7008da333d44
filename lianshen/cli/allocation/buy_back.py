"""`lianshen buy-back …`: a home is bought back (Art. 27, 28)."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianshen.cli.common import ByOption, DataDirOption, Number, ReasonOption, act, number_of, run, show

app = typer.Typer(help="Buy-backs: asked, each condition shown, offered, paid (Art. 27, 28).", no_args_is_help=True)
Condition = Annotated[str, typer.Argument(help="Such as mortgage or fittings_whole; `met` says whether it is met.")]
Met = Annotated[bool, typer.Option("--met/--not-met", help="Whether the condition is met: no mortgage is met.")]
Paper = Annotated[str, typer.Option("--document", help="Number and date of what shows it.")]


@app.command()
def ask(number: Number, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """The owner asks. After a refusal it may be asked again."""
    _step(data_dir, by, "ask-buy-back", number)


@app.command("show-condition")
def show_condition(
    number: Number,
    condition: Condition,
    met: Met,
    document: Paper,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """An officer reads it from a paper: loan, mortgage, lease, residence_right, dispute, legal_bar."""
    _step(data_dir, by, "show-condition", number, condition=condition, met=met, document=document)


@app.command("ask-registration")
def ask_registration(number: Number, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Real-estate registration is asked for the four that it knows; what it leaves open needs a paper."""
    _step(data_dir, by, "ask-registration", number)


@app.command()
def inspect(
    number: Number,
    condition: Condition,
    met: Met,
    document: Paper,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """The project unit saw it: use_unchanged, structure_unaltered, fittings_whole, fees_paid."""
    _step(data_dir, by, "inspect", number, condition=condition, met=met, document=document)


@app.command()
def decide(number: Number, reason: ReasonOption, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Refuse with every condition that is not met, or offer the price line by line; not while one is not shown."""
    _step(data_dir, by, "decide-buy-back", number, reason=reason)


@app.command()
def accept(number: Number, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """The owner takes the offer."""
    _step(data_dir, by, "accept-buy-back", number)


@app.command()
def pay(
    number: Number,
    amount: Annotated[str, typer.Argument(help="Yuan, exactly what was offered.")],
    reference: Annotated[str, typer.Argument(help="The bank's reference; each counts once.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """The project unit paid it; the home is back in stock (Art. 28)."""
    _step(data_dir, by, "pay-buy-back", number, amount=amount, reference=reference)


def _step(data_dir: Path | None, by: str | None, verb: str, number: str, **said: Any) -> None:
    show(run(act(data_dir, by, "after-care", verb, application=number_of(number), **said)))
