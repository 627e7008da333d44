"""`lianshen migrate`: brings a store of version 1 to version 2, where the log has an account of its own (ADR 0011).

The old log is copied by the server, compared message by message, and then set aside; it is never changed.
"""

import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from nats.aio.client import Client

from chassis.bus import Bus
from chassis.log.history import History
from chassis.log.store_version import STORE_VERSION
from chassis.process.keys import write_secret
from lianshen.bus_access.account_names import LOG, SYSTEM
from lianshen.bus_access.nkeys_of import make_user_seed, public_key
from lianshen.bus_access.server_config import BusPlaces, config_with
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir, DataDirError
from lianshen.embedded.served import LOG_FILE, put_config
from lianshen.embedded.store_version import BEFORE_ACCOUNTS, BEFORE_ACCOUNTS_VERSION, Store, stamp
from lianshen.embedded.stream_copy import api, compare, copy

COPIED = ("CASES", "TIMERS", "DEAD")
"""What is not copied, checkpoints and spans, is made anew from the log."""
UNFINISHED = "store.migrating"
ASIDE = "before-store-version-2"
Say = Callable[[str], None]


async def migrate(directory: DataDir, dry_run: bool, say: Say) -> None:
    """Does what is left to do. Raises DataDirError, BusError or NotCopied; the old log is as it was then."""
    store = Store.in_(directory.jetstream)
    if store.version != BEFORE_ACCOUNTS_VERSION:
        if (why := store.refusal()) is not None:
            raise DataDirError(why)
        say("there is nothing to migrate")
        return
    # Refused while a system of any version runs there: before anything is moved.
    os.close(directory.own())
    unfinished = directory.jetstream / UNFINISHED
    if LOG in store.logs and not unfinished.exists():
        await _refuse_two_logs(directory)
        say("there is a second log without a case, begun by a start that did not see the old one")
    if not dry_run:
        make_room(directory, say)
        write_secret(unfinished, "a copy of the log is being made by `lianshen migrate`")
    await _copy(directory, dry_run, say)
    if dry_run:
        say("nothing was copied or moved")
        return
    set_aside(directory, directory.jetstream / "jetstream" / BEFORE_ACCOUNTS, say)
    stamp(directory.jetstream)
    unfinished.unlink()
    say(f"the store is of version {STORE_VERSION} now; start it with `lianshen up`")


async def _refuse_two_logs(directory: DataDir) -> None:
    """Raises DataDirError where the log of today's account has cases of its own."""
    async with both(directory) as (_, new):
        history = History(new, "CASES")
        await history.start()
        if await history.after(0, "case.>", 1):
            raise DataDirError(
                "applications were taken in after the upgrade and before the migration: there are two logs with cases,"
                f" and they cannot become one. Keep a copy of the directory, move jetstream/jetstream/{LOG} and"
                " archive/ elsewhere, migrate, and hand in again what was handed in since"
            )


def make_room(directory: DataDir, say: Say) -> None:
    """Puts aside a log that has no case, or a copy that was cut short: another version may have gone on with that."""
    set_aside(directory, directory.jetstream / "jetstream" / LOG, say)
    set_aside(directory, directory.archive, say)


async def _copy(directory: DataDir, dry_run: bool, say: Say) -> None:
    async with both(directory) as (old, new):
        for stream in COPIED:
            try:
                state = (await api(old, f"STREAM.INFO.{stream}"))["state"]
            except LookupError:
                continue
            say(f"{stream}: {state['messages']} messages, the last is number {state['last_seq']}")
            if not dry_run:
                await copy(old, new, stream)
                say(f"{stream}: {await compare(old, new, stream)} compared, each is the same in the copy")


def set_aside(directory: DataDir, what: Path, say: Say) -> None:
    """Renames, into a folder that nothing reads; where there is one of that name, beside it."""
    if not what.exists():
        return
    place = directory.path / ASIDE / what.name
    while place.exists():
        place = place.with_name(f"{place.name}-again")
    place.parent.mkdir(mode=0o700, exist_ok=True)
    what.rename(place)
    say(f"kept as it was: {place}")


@asynccontextmanager
async def both(directory: DataDir) -> AsyncIterator[tuple[Client, Client]]:
    """Connections into the old account and into today's, on a server that lets nobody else in."""
    async with AsyncExitStack() as stack:
        seeds = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bus = TwoAccounts(directory, {name: seeds / f"{name}.seed" for name in (BEFORE_ACCOUNTS, LOG)})
        url = await bus.start()
        stack.push_async_callback(bus.stop)
        clients = []
        for seed in bus.seeds.values():
            connection = await Bus.connect(url, "migrate", seed)
            stack.push_async_callback(connection.close)
            clients.append(connection.nc)
        yield clients[0], clients[1]


class TwoAccounts(EmbeddedBus):
    """The server of a migration: both accounts have JetStream, each a user whose seed is thrown away afterwards."""

    def __init__(self, directory: DataDir, seeds: dict[str, Path]) -> None:
        super().__init__(directory, ())
        self.seeds = seeds

    def _prepare(self) -> None:
        self.data_dir.keep_encryption_key()
        for folder in (self.data_dir.run, self.data_dir.logs):
            folder.mkdir(mode=0o700, exist_ok=True)
        for seed in self.seeds.values():
            make_user_seed(seed)

    def _write_config(self) -> Path:
        places = BusPlaces(self.data_dir.jetstream, self.data_dir.run, self.data_dir.logs / LOG_FILE)
        accounts = {
            name: {"jetstream": "enabled", "users": [{"nkey": public_key(seed)}]} for name, seed in self.seeds.items()
        }
        return put_config(self.data_dir, config_with({SYSTEM: {}, **accounts}, places))
