"""The housing bureau asks on the bus whom we banned: its clerk and its simulation are told, nobody else can ask."""

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from allocation.service import NAME, build
from allocation.settings import AllocationSettings
from nats.aio.client import Client

from chassis.commands import serve_commands, stop_commands
from chassis.log.journal import Change, Journal
from chassis.log.provision import provision
from chassis.process.keys import make_keys, read_key
from chassis.process.service import Context
from contracts.bans import QUERY, BanImposed, person_under
from contracts.local_time import SHANGHAI
from evidence.streams import BANS
from lianshen.catalog import SERVICES, durables
from lianshen.departments.clerk import Desk
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir
from lianshen.simulation.our_bans import ASKED_ON, OurBans, with_ours
from lianshen.simulation.registers import Register
from procedures.corresponding_date import after_years
from tests.embedded.attempts import World
from tests.support.families import a_form, an_application_number

BANNED, OTHER = (a_form().applicant.id_number for _ in range(2))
QUESTION: dict[str, Any] = {"question_id": "q", "persons": [{"id_number": BANNED}, {"id_number": OTHER}]}


async def test_the_bureau_is_told_and_tax_is_not(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    bus = EmbeddedBus(data, ("tax", "housing"), groups={name: (name,) for name in SERVICES})
    await bus.start()
    make_keys(data.keys)
    world = World(bus)
    try:
        await provision((await world.owner()).nc, durables())
        nc = (await world.user(NAME)).nc
        settings = AllocationSettings(keys_dir=data.keys)
        journal = Journal(nc, within=10)
        await journal.start()
        ban = await imposed(journal, read_key(data.keys, "ban"))
        served = await serve_commands(nc, NAME, build(Context(settings, nc, journal), settings).commands)
        bureau, tax = await world.user("housing"), await world.user("tax")
        told = {"id_number": BANNED, "article": "32", "since": str(ban.since), "until": str(ban.until)}
        assert await asked(bureau.nc) == {"ok": {"bans": [told]}}
        assert await OurBans().of(bureau.nc, QUESTION) == [told]
        assert await Desk(bureau.nc, "housing", None).our_bans([QUESTION]) == {BANNED: told}
        assert await Desk(tax.nc, "tax", None).our_bans([QUESTION]) == {}
        assert not await tax.publish(QUERY, b"{}", reply="_INBOX.a")
        await stop_commands([served])
        alone = OurBans()
        assert await alone.of(bureau.nc, QUESTION) == []
        began = time.monotonic()
        assert await alone.of(bureau.nc, QUESTION) == []
        assert time.monotonic() - began < 0.9, "nobody is asked, who would have a second"
        await journal.stop()
    finally:
        for client in world.clients:
            await client.close()
        await bus.stop()


async def asked(nc: Client) -> Any:
    body = json.dumps({"id_numbers": [BANNED, OTHER]}).encode()
    return json.loads((await nc.request(ASKED_ON, body, timeout=5)).data)


async def imposed(journal: Journal, key: bytes) -> BanImposed:
    """One that binds, under the person's keyed hash."""
    now = journal.clock.now()
    since = (now - timedelta(days=3)).astimezone(SHANGHAI).date()
    bans = await journal.history.read(BANS, person_under(key, BANNED))
    ban = BanImposed(
        person=bans.id,
        n=1,
        at=now,
        application=an_application_number(),
        since=since,
        until=after_years(since, 1),
        reason="did not come",
        by="officer 7",
    )
    await journal.append_together(Change(BANS, bans, (ban,)))
    return ban


def test_a_ban_that_stands_in_the_bureaus_register_already_stands_there_once() -> None:
    row = {"id_number": BANNED, "article": "32", "since": "2026-11-02", "until": "2027-11-02"}
    known = {"bans": Register([{**row, "decision": "D-1"}]), "tenancies": Register([])}
    assert with_ours(known, [row]) is known
    later = {**row, "since": "2028-01-03", "until": "2029-01-03"}
    assert with_ours(known, [row, later])["bans"].of_person[BANNED] == [{**row, "decision": "D-1"}, later]
