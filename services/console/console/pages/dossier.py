"""A case's dossier as a file: the look stands on record first, and the archive's process seals it."""

import base64
import gzip

from fastapi import Response

from chassis.errors import CommandRefused
from console.pages.case import find, page_of
from console.refusals import in_words
from console.visit import Visit
from contracts.looks import LookReason


async def dossier(visit: Visit) -> Response:
    found, _ = await find(visit), await visit.posted()
    if not found.history:
        return visit.fault(503) if found.away else visit.fault(404, "case.no_such")
    await visit.personal(found.number, LookReason.EXPORT)
    try:
        said = await visit.console.views.call("archive", "dossier", {"application": found.number})
    except CommandRefused as refused:
        why = visit.say("case.too_large") if refused.status == 413 else in_words(visit, refused)
        return page_of(visit, found, refused.status, errors={"dossier": why})
    # Byte for byte as it was sealed: another way to write it would be another dossier.
    headers = {"content-disposition": f'attachment; filename="{found.number}.dossier.json"'}
    body = gzip.decompress(base64.b64decode(said["gzip"]))
    return Response(body, media_type="application/json", headers=headers)
