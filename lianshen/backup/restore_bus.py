"""The server of a restore: it lets in whoever fills it, from this machine, and nobody else."""

import secrets
from pathlib import Path

from chassis.process.keys import write_secret
from lianshen.backup.feed import LeafPlace
from lianshen.bus_access.account_names import LOG, SYSTEM
from lianshen.bus_access.nkeys_of import public_key
from lianshen.bus_access.server_config import BusPlaces, config_with
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import UNFINISHED, DataDir
from lianshen.embedded.served import LOG_FILE, put_config
from lianshen.embedded.store_version import stamp
from lianshen.lasting_ports import lasting_port


class RestoreBus(EmbeddedBus):
    """Over the place that is filled. Its leaf node's place is known once it was started."""

    def __init__(self, directory: DataDir) -> None:
        super().__init__(directory, ())
        self.leaf = LeafPlace(lasting_port(), "restore", secrets.token_hex(16))

    def _prepare(self) -> None:
        self.data_dir.prepare(())

    def _write_config(self) -> Path:
        places = BusPlaces(self.data_dir.jetstream, self.data_dir.run, self.data_dir.logs / LOG_FILE)
        leaf = {"user": self.leaf.user, "password": self.leaf.password}
        users = [{"nkey": public_key(self.data_dir.seed("provisioner"))}, leaf]
        made = {SYSTEM: {}, LOG: {"jetstream": "enabled", "users": users}}
        listen = {"listen": f"127.0.0.1:{self.leaf.port}", "authorization": {**leaf, "account": LOG}}
        return put_config(self.data_dir, config_with(made, places, leafnodes=listen))


def begin(directory: DataDir) -> None:
    write_secret(directory.path / UNFINISHED, "a log is being restored here")


def finish(directory: DataDir) -> None:
    stamp(directory.jetstream)
    (directory.path / UNFINISHED).unlink()
