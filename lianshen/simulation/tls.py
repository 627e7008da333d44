"""How a department knows the bus beyond its own machine: by the public CAs, or by a file it was handed over."""

import ssl
from urllib.parse import urlsplit


def tls_of(url: str, ca_file: str | None) -> ssl.SSLContext | None:
    """None for nats://."""
    address = urlsplit(url.split(",")[0])
    if address.scheme != "tls":
        return None
    context = ssl.create_default_context(cafile=ca_file)
    if ca_file is not None:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        # On this machine it has the name by which others call it: the file alone says who it is.
        context.check_hostname = address.hostname not in ("127.0.0.1", "::1", "localhost")
    return context
