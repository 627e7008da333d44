"""The certificates of nodes: an authority of this cluster's own, and one certificate a node. Made once, and kept."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chassis.process.keys import write_secret

YEARS = timedelta(days=3650)
HERE = ipaddress.ip_address("127.0.0.1")
AUTHORITY = "routes-ca"


@dataclass(frozen=True)
class RouteFiles:
    """What one node shows, and by what it knows the others."""

    certificate: Path
    private_key: Path
    ca_file: Path


def route_files(folder: Path, node: str, now: datetime) -> RouteFiles:
    """Makes what is not there yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = _key(folder / f"{AUTHORITY}.key")
    subject = _name(AUTHORITY)
    ca_file, certificate = folder / f"{AUTHORITY}.crt", folder / f"{node}.crt"
    if not ca_file.exists():
        about = _about(subject, subject, authority, now).add_extension(x509.BasicConstraints(True, 0), critical=True)
        write_secret(ca_file, _pem(about.sign(authority, None)), end="")
    key = _key(folder / f"{node}.key")
    if not certificate.exists():
        both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        about = (
            _about(subject, _name(node), key, now)
            .add_extension(x509.BasicConstraints(False, None), critical=True)
            .add_extension(both, critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(HERE)]), critical=False)
        )
        write_secret(certificate, _pem(about.sign(authority, None)), end="")
    return RouteFiles(certificate, folder / f"{node}.key", ca_file)


def _key(path: Path) -> Ed25519PrivateKey:
    """Of the kind by which everything else here signs."""
    made = Ed25519PrivateKey.generate()
    text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    write_secret(path, text, end="")
    found = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(found, Ed25519PrivateKey)
    return found


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"lianshen {text}")])


def _about(issuer: x509.Name, subject: x509.Name, key: Ed25519PrivateKey, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + YEARS)
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
