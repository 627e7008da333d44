"""Headers are read as the client reads them, only cheaper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client

from chassis import bus_headers
from chassis.bus_headers import read_headers
from tests.support.real_bus import RealBus

PARTS = st.sampled_from(
    [b"\r\n", b":", b" ", b"\t", b"\n", b"\r", b"a", b"Nats-X", b"\xc3\xa9", b"\xff", b"\x85", b""]
)


@given(st.one_of(st.binary(max_size=60), st.lists(PARTS, max_size=20).map(b"".join)))
def test_any_bytes_are_read_as_the_client_reads_them(raw: bytes) -> None:
    assert read_headers(raw) == Client._parse_header_lines(raw)


async def test_the_client_reads_its_headers_by_it(real_bus: RealBus, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that reads them otherwise in a later version would leave it aside without a word."""
    named: list[bytes] = []
    monkeypatch.setattr(bus_headers, "_name", lambda name: named.append(name) or name.decode())
    nc = await real_bus.connect()
    inbox = nc.new_inbox()
    answers = await nc.subscribe(inbox)
    await nc.publish(inbox, b"", headers={"ce-type": "一"})
    assert (await answers.next_msg(timeout=20)).headers == {"ce-type": "一"}
    assert named == [b"ce-type"]
