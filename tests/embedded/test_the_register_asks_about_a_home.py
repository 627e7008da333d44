"""Real estate asks on the bus whether a unit may be sold; no other department can, and it is told yes or no alone."""

import json
from pathlib import Path

from after_care.homes import CLOSED_MANAGEMENT
from after_care.service import NAME, build

from chassis.commands import serve_commands, stop_commands
from chassis.log.journal import Change, Journal
from chassis.log.provision import provision
from chassis.process.service import Context
from chassis.process.settings import Settings
from evidence.streams import HOMES
from lianshen.catalog import SERVICES, durables
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir
from tests.after_care.families import HOME, records_of
from tests.embedded.attempts import World
from tests.support.families import an_application_number


async def test_real_estate_is_told_and_tax_is_not(tmp_path: Path) -> None:
    bus = EmbeddedBus(DataDir(tmp_path), ("tax", "real-estate"), groups={name: (name,) for name in SERVICES})
    await bus.start()
    world = World(bus)
    try:
        await provision((await world.owner()).nc, durables())
        owner = Journal((await world.owner()).nc, within=10)
        await owner.start()
        known = await owner.history.read(HOMES, HOME)
        await owner.append_together(Change(HOMES, known, records_of(an_application_number())))
        nc = (await world.user(NAME)).nc
        journal, settings = Journal(nc, within=10), Settings()
        await journal.start()
        served = await serve_commands(nc, NAME, build(Context(settings, nc, journal), settings).commands)
        register, tax = await world.user("real-estate"), await world.user("tax")
        for code, closed in ((HOME, True), ("NOBODY-1", False)):
            reply = await register.nc.request(CLOSED_MANAGEMENT, json.dumps({"unit_code": code}).encode(), timeout=5)
            assert json.loads(reply.data) == {"ok": {"unit_code": code, "closed_management": closed}}
        assert not await tax.publish(CLOSED_MANAGEMENT, b"{}", reply="_INBOX.a")
        await stop_commands([served])
        await journal.stop()
        await owner.stop()
    finally:
        for client in world.clients:
            await client.close()
        await bus.stop()
