"""Signing in and out."""

from fastapi import Response

from console.visit import Visit


async def sign_in(visit: Visit) -> Response:
    return visit.page("sign_in.html")


async def sign_out(visit: Visit) -> Response:
    response = visit.go_to("/sign-in")
    visit.console.sessions.end(visit.request, response)
    return response
