"""A series over time as a chart's script takes it; a page says the same without one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from fastapi import Response
from fastapi.responses import JSONResponse


def series(days: Sequence[str], values: Mapping[str, Sequence[int]]) -> Response:
    """Days, or months, at midnight UTC, in seconds; each series by its label."""
    at = [int(datetime.fromisoformat(f"{day}-01"[:10]).replace(tzinfo=UTC).timestamp()) for day in days]
    return JSONResponse({"at": at, "series": [{"label": label, "values": list(n)} for label, n in values.items()]})
