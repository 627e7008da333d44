"""`lianshen trace`: what every process did for one application, as a tree with times."""

import typer

from lianshen.cli.common import DataDirOption, JsonOption, Number, number_of, run, say, show


def add_to(app: typer.Typer) -> None:
    app.command()(trace)


def trace(number: Number, as_json: JsonOption = False, data_dir: DataDirOption = None) -> None:
    """What every process did for one application: a tree of steps, with times, outcomes and reasons of failures.

    It is made of the spans that the bus keeps, of a day at most; `lianshen follow` shows what the log keeps for ever.
    """
    from lianshen.cases.trace import trace as work
    from lianshen.cases.trace_tree import lines

    stored = number_of(number)
    roots = run(work(stored, data_dir))
    if not roots:
        say("the bus keeps no span of this application: it keeps those of a day; `lianshen follow` shows its life")
        raise typer.Exit(1)
    if as_json:
        show([root.as_dict(roots[0].begun) for root in roots])
        return
    for line in lines(roots):
        typer.echo(line)
