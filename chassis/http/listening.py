"""A socket that a server listens on, or one sentence that says why there is none."""

import errno
import socket

from chassis.errors import Drift

WHY = {
    errno.EADDRINUSE: "the port is taken",
    errno.EADDRNOTAVAIL: "this machine has no such address",
    errno.EACCES: "a port below 1024 needs a right that this process lacks",
}


def listening(name: str, host: str, port: int) -> socket.socket:
    """Bound to host and port; port 0 leaves it to the OS. Raises Drift."""
    try:
        if not 0 <= port <= 65535:
            # getaddrinfo cuts it down to one that is.
            raise OverflowError("there is no such port")
        domain, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(domain, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except BaseException:
            bound.close()
            raise
    except (OSError, OverflowError) as error:
        why = WHY.get(getattr(error, "errno", None) or 0, str(error))
        raise Drift(f"{name} cannot listen on {host}:{port}: {why}; name another one in the settings") from None
    return bound
