"""Which page a reader is on: where the links to another language and size of text lead."""

from fastapi import Request
from starlette.routing import Route


def here_of(request: Request) -> str:
    """The page itself; what answers a form has no address, so the nearest one above it that can be asked for."""
    path = request.url.path
    if request.method in ("GET", "HEAD"):
        return path
    while path and not _is_a_page(request, path):
        path = path.rpartition("/")[0]
    return path or "/"


def _is_a_page(request: Request, path: str) -> bool:
    routes = (route for route in request.app.routes if isinstance(route, Route))
    return any("GET" in (route.methods or ()) and route.path_regex.match(path) for route in routes)
