"""The whole system on three nodes, its services in pairs: an application goes through, and stands on every node."""

import httpx

from evidence.audit import audit
from lianshen.demo.worlds import worlds
from lianshen.doctor.copies import copies
from tests.support.running_system import Start
from tests.support.waiting import until

SAMPLE = worlds() / "sample"


async def taken(intake: str, form: bytes) -> int:
    told = {"Idempotency-Key": "a-key-of-this-test-only", "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=intake, timeout=30, trust_env=False) as kiosk:
        return (await kiosk.post("/v1/applications", content=form, headers=told)).status_code


async def test_an_application_goes_through_and_stands_on_every_node(start: Start) -> None:
    running = await start(SAMPLE, nodes=3, pairs=True)
    assert len(set(running.system.url.split(","))) == 3
    # The first of each pair is gone: the second takes applications in, and asks.
    second = str(running.system.children["decisions-2"].endpoints()["intake"])
    await running.system.children["asking"].stop()
    form = next(iter(sorted((SAMPLE / "applications").glob("*.json")))).read_bytes()
    assert await taken(second, form) == 202

    async def is_determined() -> bool:
        await running.tail.read()
        return any(case.determination is not None for case in running.tail)

    await until(is_determined, within=90)
    assert await audit(running.nc, owner=await running.connect("provisioner")) == []
    found = {finding.what: finding.well for finding in await copies(running.nc)}
    assert found == {f"node n{n}": True for n in (1, 2, 3)}
