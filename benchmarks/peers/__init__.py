"""Every system that is measured, in the order of a round."""

from benchmarks.peers import bare, dbos_same_work, on_celery, on_dbos, on_restate, ours, restate_same_work
from benchmarks.peers.peer import Peer

PEERS: tuple[Peer, ...] = (
    ours.PEER,
    restate_same_work.PEER,
    dbos_same_work.PEER,
    ours.UNSIGNED,
    on_dbos.PEER,
    on_restate.PEER,
    on_celery.PEER,
    bare.SYNCED,
    bare.UNSYNCED,
)
