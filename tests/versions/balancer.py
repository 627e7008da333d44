"""Both processes of a pair behind one address, as a balancer has them: what answers no more is left out."""

import itertools

import httpx

from lianshen.embedded.system import System


class Balancer(httpx.AsyncBaseTransport):
    """In turn to each process of `names` that is ready; none: a transport error, as of a balancer that is away."""

    def __init__(self, system: System, *names: str) -> None:
        self._system = system
        self._names = itertools.cycle(names)
        self._many = len(names)
        self._wire = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for name in itertools.islice(self._names, self._many):
            if self._system.children[name].is_ready():
                where = httpx.URL(str(self._system.children[name].endpoints()["intake"]))
                request.url = request.url.copy_with(host=where.host, port=where.port)
                return await self._wire.handle_async_request(request)
        raise httpx.ConnectError("none is ready")

    async def aclose(self) -> None:
        await self._wire.aclose()
