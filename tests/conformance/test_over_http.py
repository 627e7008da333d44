"""The same kit over HTTP: strangers, certificates, notices, and what a wrong answer to a stranger is called."""

import dataclasses
from pathlib import Path

import pytest

from inquiry.attachments.config import AttachmentConfig
from lianshen.simulation.answers import DEPARTMENTS as ANSWERS
from lianshen.simulation.registers import OF_THE_KIT, load
from tests.attach.https import Authority, Endpoint, served
from tests.conformance.kits import a_kit, bad, checked, words
from tests.support.departments import Question, Said
from tests.support.real_bus import RealBus

pytestmark = pytest.mark.slow
REGISTERS = load(OF_THE_KIT, "tax")


def healthy(question: Question) -> Said:
    return ANSWERS["tax"](REGISTERS, question)


async def test_a_wrong_token_that_opens_the_door_is_bad(real_bus: RealBus, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-token\n")
    async with served(Endpoint(healthy)) as open_to_all:
        how = AttachmentConfig(by="http", url=f"{open_to_all.url}/query", token_file=tmp_path / "token")
        results = await checked(await a_kit(real_bus, "tax", how), ["answers", "strangers"])
    assert bad(results) == {"strangers": "200 instead of 401 to a wrong token"}
    async with served(Endpoint(healthy, token="a-token")) as closed:
        how = AttachmentConfig(by="http", url=f"{closed.url}/query", token_file=tmp_path / "token")
        results = await checked(await a_kit(real_bus, "tax", how), ["answers", "strangers"])
    assert words(results, "ok") == ["answers", "strangers"]


async def test_with_mutual_tls_nobody_is_served_without_our_certificate(real_bus: RealBus, tmp_path: Path) -> None:
    authority = Authority(tmp_path, "authority")
    server, ours = authority.certificate("server"), authority.certificate("ours")
    table = {"by": "http", "ca_file": authority.file, "certificate": ours[0], "private_key": ours[1]}
    only = ["answers", "found", "strangers", "without-certificate"]
    async with served(Endpoint(healthy), server, clients=authority.file) as closed:
        how = AttachmentConfig.model_validate({**table, "url": f"{closed.url}/query"})
        results = await checked(await a_kit(real_bus, "tax", how), only)
    assert words(results, "ok") == ["answers", "found", "without-certificate"]
    async with served(Endpoint(healthy), server) as open_to_all:
        how = AttachmentConfig.model_validate({**table, "url": f"{open_to_all.url}/query"})
        results = await checked(await a_kit(real_bus, "tax", how), only)
    assert [*bad(results)] == ["without-certificate"]


async def test_notices_are_told_where_there_is_an_address_for_them(real_bus: RealBus) -> None:
    async with served(Endpoint(healthy)) as endpoint:
        how = AttachmentConfig(by="http", url=f"{endpoint.url}/query", notice_url=f"{endpoint.url}/notices")
        results = await checked(await a_kit(real_bus, "tax", how), ["answers", "withdrawn", "reminder"])
        assert words(results, "ok") == ["answers", "withdrawn", "reminder"]
        assert {notice["what"] for notice in endpoint.notices} == {"stop", "reminder"}
        results = await checked(
            await a_kit(real_bus, "tax", how.model_copy(update={"notice_url": None})), ["answers", "withdrawn"]
        )
    assert words(results, "does not apply") == ["withdrawn"]


async def test_a_department_without_a_register_of_ours_is_held_to_the_form_only(real_bus: RealBus) -> None:
    async with served(Endpoint(healthy)) as endpoint:
        kit = await a_kit(real_bus, "tax", AttachmentConfig(by="http", url=f"{endpoint.url}/query"))
        kit.department = dataclasses.replace(kit.department, name="pension")
        kit.registers = type(kit.registers)(kit.department)
        results = await checked(kit)
    assert bad(results) == {}
    assert "no register" in results["found"].detail
    assert {"answers", "question-id", "kinds", "duplicate"} <= set(words(results, "ok"))
