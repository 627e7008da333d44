"""archive: follows the log and writes every record, in order, outside JetStream; seals the head of the chain."""

from functools import partial

from nacl.secret import Aead

from archive.counting import Counting
from archive.dossiers import dossier_command
from archive.keeper import Keeper
from archive.settings import ArchiveSettings
from archive.writer import Archive, Source
from chassis.log.history import History
from chassis.log.key_register import FollowedRegister
from chassis.process.keys import read_key
from chassis.process.permissions import OWN_KEYS
from chassis.process.service import Context, Parts, Service
from contracts.jws import Signer
from contracts.local_time import SHANGHAI
from contracts.looks import STREAM as LOOKS
from evidence.archive.files import OF_LOOKS, Files
from procedures.registry import PROCEDURES

NAME = "archive"


def build(context: Context, settings: ArchiveSettings) -> Parts:
    seal = Signer.from_seed(read_key(settings.keys_dir, "seal"))
    box = Aead(read_key(settings.keys_dir, "archive")[: Aead.KEY_SIZE])
    counting = Counting(PROCEDURES.asked_on(context.clock.now().astimezone(SHANGHAI).date()))

    looks = Source(LOOKS, History(context.nc, LOOKS, context.timing))
    of_looks = settings.archive_dir / OF_LOOKS

    def open_archive() -> Archive:
        files = Files(settings.archive_dir)
        return Archive(context, files, box, seal, settings.archive_seal_every, counting.take)

    def open_archive_of_looks() -> Archive:
        return Archive(context, Files(of_looks), box, seal, settings.archive_seal_every, source=looks)

    async def keep_looks() -> None:
        await looks.history.start()
        await looks_keeper.run(nice=0)  # the process has stepped back already

    async def close() -> None:
        await looks_keeper.close()
        await keeper.close()

    looks_keeper = Keeper(of_looks, open_archive_of_looks)
    keeper = Keeper(settings.archive_dir, open_archive, beside=looks_keeper)
    register = FollowedRegister(context.journal)
    return Parts(
        commands=(*keeper.commands(), dossier_command(context, settings)),
        background=(
            partial(keeper.run, settings.archive_nice),
            keep_looks,
            partial(counting.run, context.journal.history, context.clock),
            partial(register.run, context.nc, (seal, "seal")),
        ),
        troubles={NAME: lambda: keeper.trouble, "archive of looks": lambda: looks_keeper.trouble},
        close=close,
    )


SERVICE = Service(
    NAME,
    (),
    build,
    ArchiveSettings,
    writes=(OWN_KEYS,),
    reads=(LOOKS,),
    keys=("archive",),
    follows_register=True,
)
