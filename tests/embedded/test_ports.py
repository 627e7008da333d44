"""The ports of a run: chosen once, one a server, and a taken one is told by the name of what chooses it."""

import socket

import pytest
from pydantic_settings import SettingsConfigDict

from chassis.process.settings import Port, Settings
from lianshen.embedded.ports import PortTaken, ports_for


class Two(Settings):
    model_config = SettingsConfigDict(env_prefix="LIANSHEN_")
    first_port: Port = 0
    second_port: Port = 0
    gateway_port: int = 587


def test_each_server_of_a_service_has_a_port_of_its_own_and_what_belongs_to_a_process_has_none() -> None:
    chosen = ports_for([Two], {})
    assert chosen.keys() == {"LIANSHEN_FIRST_PORT", "LIANSHEN_SECOND_PORT"}
    assert len({*chosen.values()} - {"0"}) == 2


def test_a_port_that_is_given_is_used_and_one_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(PortTaken, match=f"^port {port} is taken; name another one with LIANSHEN_SECOND_PORT,"):
            ports_for([Two], {"LIANSHEN_SECOND_PORT": port})
    assert ports_for([Two], {"LIANSHEN_SECOND_PORT": port})["LIANSHEN_SECOND_PORT"] == port
