"""The first page: what a person's roles are for."""

from fastapi import Response

from console.visit import Visit


async def home(visit: Visit) -> Response:
    return visit.page("home.html")
