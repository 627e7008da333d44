"""archive: follows the log and writes every record, in order, outside JetStream; seals the head of the chain."""

from functools import partial

from nacl.secret import Aead

from archive.counting import Counting
from archive.keeper import Keeper
from archive.settings import ArchiveSettings
from archive.writer import Archive
from chassis.log.key_register import FollowedRegister
from chassis.process.keys import read_key
from chassis.process.permissions import OWN_KEYS
from chassis.process.service import Context, Parts, Service
from contracts.jws import Signer
from contracts.local_time import SHANGHAI
from evidence.archive.files import Files
from procedures.registry import PROCEDURES

NAME = "archive"


def build(context: Context, settings: ArchiveSettings) -> Parts:
    seal = Signer.from_seed(read_key(settings.keys_dir, "seal"))
    box = Aead(read_key(settings.keys_dir, "archive")[: Aead.KEY_SIZE])
    counting = Counting(PROCEDURES.asked_on(context.clock.now().astimezone(SHANGHAI).date()))

    def open_archive() -> Archive:
        files = Files(settings.archive_dir)
        return Archive(context, files, box, seal, settings.archive_seal_every, counting.take)

    keeper = Keeper(settings.archive_dir, open_archive)
    register = FollowedRegister(context.journal)
    return Parts(
        commands=keeper.commands(),
        background=(
            partial(keeper.run, settings.archive_nice),
            partial(counting.run, context.journal.history, context.clock),
            partial(register.run, context.nc, (seal, "seal")),
        ),
        troubles={NAME: lambda: keeper.trouble},
        close=keeper.close,
    )


SERVICE = Service(NAME, (), build, ArchiveSettings, writes=(OWN_KEYS,), keys=("archive",), follows_register=True)
