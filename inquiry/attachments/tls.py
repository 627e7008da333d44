"""How an HTTPS department is known, and how it knows us: its own CA, a certificate of ours."""

import ssl
from pathlib import Path

import httpx


def tls_context(ca_file: Path | None, certificate: tuple[Path, Path] | None) -> ssl.SSLContext:
    """Trusts `ca_file` and nobody else, or the public CAs. Raises OSError for files that do not fit."""
    if ca_file is not None:
        context = ssl.create_default_context(cafile=str(ca_file))
    else:
        # Not the environment's: a variable must not decide whom personal data may go to.
        context = httpx.create_ssl_context(trust_env=False)
    if certificate is not None:
        context.load_cert_chain(*map(str, certificate))
    return context
