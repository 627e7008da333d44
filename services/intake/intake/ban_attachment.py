"""Where the bureau is asked about bans, while intake runs: the departments file is read again whenever it changed."""

import asyncio
import logging

from nats.aio.client import Client

from chassis.attach.attached import Attached, attach, read_attached
from chassis.attach.bus import Late
from chassis.attach.live import EVERY, Changes, close_later
from chassis.keys import read_key
from contracts.signed import Signer
from intake.ban_list import BAN_LIST
from intake.bans import BanList
from intake.settings import IntakeSettings

log = logging.getLogger(__name__)


async def follow_attachment(nc: Client, settings: IntakeSettings, how: Attached, bans: BanList, late: Late) -> None:
    """Until cancelled. A file that is wrong changes nothing."""
    changes = Changes(settings.departments_file)
    closing: set[asyncio.Task[None]] = set()
    while True:
        await asyncio.sleep(EVERY)
        if not changes.any():
            continue
        try:
            now = read_attached(settings.departments_file).get(BAN_LIST.name, Attached())
            if now == how:
                continue
            signer = None if now.signature == "none" else Signer.from_seed(read_key(settings.keys_dir, "signing"))
            old = bans.attached(attach(nc, BAN_LIST.name, now, late), signer, now.signature)
        except (ValueError, OSError) as error:
            log.error("the departments file does not count, the one before does: %s", error)
            continue
        how = now
        task = asyncio.create_task(close_later(old))
        closing.add(task)
        task.add_done_callback(closing.discard)
