"""How a bus beyond this machine is known: by the public CAs, by a CA of its own, or by the very certificate it has."""

import ssl
from pathlib import Path
from urllib.parse import urlsplit

THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


def bus_tls(url: str, ca_file: Path | None) -> ssl.SSLContext | None:
    """None for a bus that is named by nats://. Raises OSError for a file that holds no certificate."""
    address = urlsplit(url.split(",")[0])
    if address.scheme != "tls":
        return None
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    if ca_file is not None:
        # A file that holds the bus's own certificate, and not its CA's, is trusted as it is.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        # On this machine it has the name by which others call it; who it is, the file alone says.
        context.check_hostname = address.hostname not in THIS_MACHINE
    return context
