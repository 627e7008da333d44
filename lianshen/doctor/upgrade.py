"""`lianshen upgrade-check`: what a new version would find on a running system, before anything of it is started."""

import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nats.aio.client import Client

from chassis.errors import ChassisError, Unusable
from chassis.log.dead_letters import open_letters
from chassis.log.durables import Durable
from chassis.log.provision import Change, check_server, provision, stream_config
from chassis.process.keys import NAMES
from contracts.text_file import read_json
from evidence.audit import audit
from lianshen.catalog import durables
from lianshen.doctor.finding import Finding
from lianshen.doctor.running_version import running_version
from lianshen.embedded.client import connected
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.preflight import preflight

GROWS = frozenset({"filter_subjects", "filter_subject", "subjects", "description", "metadata"})
"""What may be changed under a running system of the version before: more is read, nothing is read no more."""
FRESH = timedelta(days=1)


async def upgrade_check(data_dir: Path | None, archive: Path | None, backup: Path | None) -> list[Finding]:
    """Every look, also where one before it found something. It changes nothing."""
    found = [about_settings(), about_keys(DataDir.at(data_dir).keys), about_backup(backup, datetime.now(UTC))]
    async with connected(data_dir, "provisioner") as nc:
        found += [finding async for finding in _on_the_bus(nc, archive)]
    return found


async def _on_the_bus(nc: Client, archive: Path | None) -> AsyncIterator[Finding]:
    try:
        check_server(nc)
        await stream_config(nc, "CASES")
    except (Unusable, ChassisError, LookupError) as error:
        yield Finding("the store", False, str(error) or "there is no log on this bus")
        return
    yield Finding("the store", True, "of this version's form, on a server that it may use")
    yield await running_version(nc)
    changes = await provision(nc, durables(), dry_run=True)
    yield about_changes(changes)
    yield about_unknown(await _names(nc), durables())
    letters = await open_letters(nc)
    yield Finding(
        "dead letters", not letters, f"{len(letters)} wait", mend="`lianshen dead-letters list`" if letters else None
    )
    yield await _about_the_log(nc, archive)


async def _about_the_log(nc: Client, archive: Path | None) -> Finding:
    """Your own log as a golden one: every record read, every determination made again, by this version."""
    mend = "do not upgrade: this version reads the log otherwise. `lianshen audit` lists all"
    try:
        violations = await audit(nc, archive=archive)
    except ChassisError as error:
        return Finding("the log", False, f"cannot be read by this version: {error}", mend=mend)
    if violations:
        return Finding("the log", False, violations[0], mend=mend)
    return Finding("the log", True, "every record is read and every determination comes out again by this version")


async def _names(nc: Client) -> list[str]:
    reply = await nc.request("$JS.API.CONSUMER.NAMES.CASES", b"", timeout=5)
    return list(json.loads(reply.data).get("consumers") or ())


def about_changes(changes: Iterable[Change]) -> Finding:
    """Streams and consumers: what `lianshen provision` of this version would do. Pure."""
    made: list[str] = []
    wrong: list[str] = []
    for change in changes:
        (made if _only_grows(change) else wrong).append(str(change))
    if wrong:
        detail = f"would be changed under the version that runs: {'; '.join(wrong)}"
        return Finding(
            "streams and consumers", False, detail, mend="stop the system for this upgrade: then `provision`"
        )
    detail = f"`lianshen provision` would only add: {'; '.join(made)}" if made else "as this version wants them"
    return Finding("streams and consumers", True, detail)


def _only_grows(change: Change) -> bool:
    for name, (was, now) in change.differences.items():
        if name not in GROWS:
            return False
        if name in ("filter_subjects", "subjects") and set(was or ()) - set(now or ()):
            return False
    return True


def about_unknown(there: Iterable[str], known: Iterable[Durable]) -> Finding:
    """Consumers that this version does not know: what they wait with is read by nobody after the upgrade. Pure."""
    more = sorted(set(there) - {durable.name for durable in known})
    if more:
        return Finding(
            "consumers",
            False,
            f"this version does not know: {', '.join(more)}",
            mend="is it an older version than the one that runs? Else delete them after the upgrade",
        )
    return Finding("consumers", True, "each is known")


def about_keys(folder: Path) -> Finding:
    missing = [name for name in NAMES if not (folder / f"{name}.key").is_file()]
    if not missing:
        return Finding("keys", True, "all are there")
    detail = f"this version has more: {', '.join(missing)}; `lianshen up` makes them"
    return Finding("keys", True, f"{detail}, on Kubernetes add them to the Secret first")


def about_settings() -> Finding:
    wrong = preflight({})
    return Finding("settings", not wrong, wrong[0] if wrong else "each can be read by this version")


def about_backup(folder: Path | None, now: datetime) -> Finding:
    """There is no way back but a backup: a newer version's store is not read by an older one."""
    mend = "`lianshen backup FOLDER`, then `lianshen upgrade-check --backup FOLDER`"
    if folder is None or not (folder / "backup.json").is_file():
        return Finding("a backup", False, "none was named: there is no other way back", mend=mend)
    age = now - datetime.fromisoformat(str(read_json(folder / "backup.json")["at"]))
    hours = int(age.total_seconds() // 3600)
    if age > FRESH:
        return Finding("a backup", False, f"the newest is {hours} hours old", mend=mend)
    return Finding("a backup", True, f"taken {hours} hours ago, and read again then")
