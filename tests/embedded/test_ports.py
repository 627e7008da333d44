"""The ports of a run: chosen once, one a server, and a taken one is told by the name of what chooses it."""

import os
import socket
from contextlib import ExitStack

import pytest
from pydantic_settings import SettingsConfigDict

from chassis.process.settings import Port, Settings
from lianshen.embedded.ports import PortTaken, ports_for
from lianshen.lasting_ports import BLOCK, LASTING, lasting_port


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


def test_a_port_outlives_its_server_and_processes_that_start_at_once_choose_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen: dict[int, list[int]] = {}
    for process in range(1000, 1003):
        monkeypatch.setattr(os, "getpid", lambda process=process: process)
        chosen[process] = [lasting_port() for _ in range(10)]
    ports = [port for each in chosen.values() for port in each]
    assert len(set(ports)) == len(ports) == 30
    assert set(ports) <= set(LASTING)
    with ExitStack() as bound:
        assert len({lasting_port(bound) for _ in range(2 * BLOCK)}) == 2 * BLOCK, "the OS has more"
