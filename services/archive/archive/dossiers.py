"""`dossier`: the whole dossier of a case under our seal, which this process holds and the console does not.

Whoever sends the command has the look on record already.
"""

import asyncio
import base64
import gzip
from typing import Any

from archive.settings import ArchiveSettings
from chassis.commands import Command
from chassis.errors import CommandRefused
from chassis.process.service import Context
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from evidence.dossier.write import prove

MOST_BYTES = 700 * 1024
"""Packed, so that the reply fits a message of the bus."""


class OfCase(Frozen):
    """Of which application."""

    application: ApplicationNumber


def dossier_command(context: Context, settings: ArchiveSettings) -> Command[OfCase]:
    async def do(asked: OfCase) -> dict[str, Any]:
        text = await prove(context.nc, asked.application, settings.keys_dir, settings.archive_dir)
        if text is None:
            raise CommandRefused(404, "no such application", "check the application number")
        packed = await asyncio.to_thread(gzip.compress, text.encode())
        if len(packed) > MOST_BYTES:
            raise CommandRefused(413, "too large", f"`lianshen prove {asked.application}` writes it to a file")
        return {"gzip": base64.b64encode(packed).decode()}

    return Command("dossier", OfCase, do)
