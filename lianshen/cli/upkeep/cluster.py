"""Three nodes: `lianshen cluster grow` and `remove`."""

from typing import Annotated

import typer

from lianshen.cli.common import DataDirOption, run, say

app = typer.Typer(
    help="The nodes that keep the log together: made of one, and one that is lost.", no_args_is_help=True
)


@app.command("grow")
def grow(data_dir: DataDirOption = None) -> None:
    """Have three nodes take over the log of one server. Stop the system first; cut short, do it again.

    Every stream is copied with its sequences, times and consumers and compared record by record, on each node; then
    the old store is put aside, and `lianshen up --nodes 3` starts the cluster. It takes three times the log's room.
    """
    from lianshen.catalog import durables
    from lianshen.embedded.cluster.grow import grow as work
    from lianshen.embedded.data_dir import DataDir

    run(work(DataDir.at(data_dir), durables(), say))


@app.command("remove")
def remove(
    node: Annotated[str, typer.Argument(help="The name of a node that never comes back (`lianshen doctor`).")],
    data_dir: DataDirOption = None,
) -> None:
    """Take a lost node off the list of peers, once another one under a new name is there. As the system user.

    A node that comes back under its own name needs none of this: with an empty store it is filled by the others.
    """
    from lianshen.embedded.client import connected
    from lianshen.embedded.cluster.remove import remove as work

    async def go() -> None:
        async with connected(data_dir, "system") as nc:
            await work(nc, node)

    run(go())
    say(f"{node} is no peer any more; `lianshen doctor` says when every stream has its copies again")
