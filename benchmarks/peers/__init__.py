"""Every system that is measured, in the order of a round."""

from benchmarks.peers import bare, on_celery, on_dbos, on_restate, ours
from benchmarks.peers.peer import Peer

PEERS: tuple[Peer, ...] = (
    ours.PEER,
    ours.UNSIGNED,
    on_dbos.PEER,
    on_restate.PEER,
    on_celery.PEER,
    bare.SYNCED,
    bare.UNSYNCED,
)
