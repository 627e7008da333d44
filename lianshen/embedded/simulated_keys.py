"""The signing keys of simulated departments: made once a data directory, registered like any department's."""

import os
from collections.abc import Iterable
from pathlib import Path

from nats.aio.client import Client

from chassis.commands import call
from chassis.process.keys import write_secret
from contracts.jws import Signer
from contracts.text_file import read_json
from lianshen.catalog import DEPARTMENTS


def make_simulated_keys(folder: Path, names: Iterable[str]) -> None:
    """One private JWK a department, `NAME.jwk`; what is there stays."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in names:
        seed = os.urandom(32)
        write_secret(folder / f"{name}.jwk", Signer.from_seed(seed).jwk(seed))


async def register_simulated_keys(nc: Client, folder: Path, names: Iterable[str]) -> None:
    """Makes their signatures count. Raises CommandRefused where the asking service does not take it."""
    for name in names:
        x = read_json(folder / f"{name}.jwk")["x"]
        await call(nc, DEPARTMENTS[name], "register-key", {"department": name, "x": x, "by": "simulation"})
