"""The embedded bus listens beyond this machine under TLS, and not without."""

import asyncio
import ssl
from pathlib import Path

import nats
import nats.errors
import pytest
from nats.aio.client import Client
from typer.testing import CliRunner

from chassis.bus import Bus
from chassis.bus_tls import bus_tls
from lianshen.bus_access.bus_listen import BusListen, NotSafe
from lianshen.cli.main import app
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.reload_accounts import reload_accounts
from tests.attach.https import Authority


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_without_a_certificate_it_listens_on_this_machine_alone(host: str, tmp_path: Path) -> None:
    BusListen("127.0.0.1").check()
    with pytest.raises(NotSafe, match="beyond this machine"):
        BusListen(host).check()
    refused = CliRunner().invoke(app, ["up", "--bus-host", host, "--data-dir", str(tmp_path / "data")])
    assert (refused.exit_code, "--bus-certificate" in refused.stderr) == (2, True)
    assert not (tmp_path / "data").exists()


def test_what_is_no_certificate_is_refused_before_anything_starts(tmp_path: Path) -> None:
    one, other = (Authority(tmp_path, name).certificate(f"bus-of-{name}") for name in ("one", "other"))
    BusListen("0.0.0.0", *one).check()
    with pytest.raises(NotSafe, match="go together"):
        BusListen("0.0.0.0", one[0]).check()
    with pytest.raises(NotSafe, match="cannot be used"):
        BusListen("0.0.0.0", one[0], other[1]).check()
    with pytest.raises(NotSafe, match="cannot be used"):
        BusListen("0.0.0.0", tmp_path / "nothing.pem", one[1]).check()
    with pytest.raises(NotSafe, match="must be an IP address"):
        BusListen("bus.example", *one).check()


def test_a_name_is_checked_everywhere_but_on_this_machine(tmp_path: Path) -> None:
    ca = Authority(tmp_path, "one").file
    assert bus_tls("nats://bus.example:4222", None) is None
    for url, named in (("tls://bus.example:4222", True), ("tls://127.0.0.1:4222", False)):
        context = bus_tls(url, ca)
        assert context is not None
        assert (context.check_hostname, context.verify_mode) == (named, ssl.CERT_REQUIRED)
    public = bus_tls("tls://127.0.0.1:4222", None)
    assert public is not None
    assert public.check_hostname


async def test_departments_and_our_own_processes_come_over_tls_and_nobody_without(tmp_path: Path) -> None:
    authority, stranger = Authority(tmp_path, "authority"), Authority(tmp_path, "stranger")
    certificate, key = authority.certificate("bus")
    data_dir = DataDir(tmp_path / "data")
    bus = EmbeddedBus(data_dir, ("tax",), listen=BusListen("0.0.0.0", certificate, key))
    url = await bus.start()
    seed = data_dir.department_seed("tax")
    try:
        assert url.startswith("tls://127.0.0.1:")
        ours = await Bus.connect(url, "ours", data_dir.seed("operator"), ca_file=certificate)
        theirs = await department(url, seed, authority.file)
        for address, ca in ((url, stranger.file), (url.replace("tls://", "nats://"), None)):
            with pytest.raises((ssl.SSLError, nats.errors.Error, OSError)):
                await department(address, seed, ca)
        await asyncio.to_thread(reload_accounts, data_dir)
        again = await department(url, seed, authority.file)
        assert (theirs.is_connected, ours.nc.is_connected) == (True, True)
        for nc in (theirs, again):
            await nc.close()
        await ours.close()
    finally:
        await bus.stop()


async def department(url: str, seed: Path, ca: Path | None) -> Client:
    """As a department connects: the name in the certificate is checked; without a CA, by no certificate at all."""
    tls = ssl.create_default_context(cafile=ca) if ca else None
    return await nats.connect(url, nkeys_seed=str(seed), tls=tls, allow_reconnect=False, connect_timeout=2)
