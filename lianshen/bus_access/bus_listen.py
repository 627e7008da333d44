"""Where the embedded bus listens: on this machine alone, or beyond it under TLS, and never beyond it without."""

import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path


class NotSafe(ValueError):
    """The bus would carry personal data in the clear, or cannot use its certificate; says what mends it."""


@dataclass(frozen=True)
class BusListen:
    """An address of this machine, and the certificate under which the bus is known there."""

    host: str = "127.0.0.1"
    certificate: Path | None = None
    private_key: Path | None = None

    @property
    def scheme(self) -> str:
        return "tls" if self.certificate else "nats"

    def check(self) -> None:
        """Raises NotSafe."""
        if (self.certificate is None) != (self.private_key is None):
            raise NotSafe("--bus-certificate and --bus-private-key go together")
        try:
            loopback = ip_address(self.host).is_loopback
        except ValueError:
            raise NotSafe(
                "--bus-host must be an IP address of this machine, such as 0.0.0.0 for all of them"
            ) from None
        if self.certificate is None or self.private_key is None:
            if not loopback:
                raise NotSafe(
                    f"--bus-host {self.host} is beyond this machine, and questions hold personal data: name "
                    "--bus-certificate and --bus-private-key (PEM), and it listens under TLS"
                )
            return
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(self.certificate, self.private_key)
        except OSError as wrong:
            why = wrong.strerror or "they are no PEM files that belong together"
            raise NotSafe(f"--bus-certificate and --bus-private-key cannot be used: {why}") from None
