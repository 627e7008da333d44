"""Where the bureau is asked about bans, while intake runs: the departments file is read again whenever it changed."""

import asyncio
import logging

from nats.aio.client import Client

from chassis.process.keys import read_key
from contracts.jws import Signer
from inquiry.attachments.bus import Late
from inquiry.attachments.config import AttachmentConfig, attach, read_attachments
from inquiry.attachments.live import EVERY, Changes, close_later
from intake.bans import BanList
from intake.settings import IntakeSettings
from procedures.hainan_2025.ban_question import BAN_LIST

log = logging.getLogger(__name__)


async def follow_attachment(
    nc: Client, settings: IntakeSettings, how: AttachmentConfig, bans: BanList, late: Late, every: float = EVERY
) -> None:
    """Until cancelled. A file that is wrong changes nothing, and is read again until it is right."""
    changes, wrong = Changes(settings.departments_file), ""
    closing: set[asyncio.Task[None]] = set()
    while True:
        await asyncio.sleep(every)
        if not changes.any() and not wrong:
            continue
        try:
            now = read_attachments(settings.departments_file).get(BAN_LIST.name, AttachmentConfig())
            if now == how:
                wrong = ""
                continue
            signer = None if now.signature == "none" else Signer.from_seed(read_key(settings.keys_dir, "signing"))
            old = bans.attached(attach(nc, BAN_LIST.name, now, late), signer, now.signature)
        except (ValueError, OSError) as error:
            if str(error) != wrong:
                log.error("the departments file does not count, the one before does: %s", error)
            wrong = str(error)
            continue
        how, wrong = now, ""
        task = asyncio.create_task(close_later(old))
        closing.add(task)
        task.add_done_callback(closing.discard)
