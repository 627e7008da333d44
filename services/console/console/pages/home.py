"""The first page: what a person's roles are for."""

from fastapi import Response

from console.pages.shown import shown
from console.visit import Visit


async def home(visit: Visit) -> Response:
    return shown(visit, "home.html")
