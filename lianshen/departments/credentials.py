"""Looking after departments that are attached: their keys in the register, new credentials, and none any more."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from chassis.commands import call
from chassis.errors import CommandRefused
from chassis.process.settings import Settings
from contracts.key_register import LIANSHEN
from contracts.text_file import read_json, read_text
from lianshen.catalog import DEPARTMENTS
from lianshen.departments.attach import instant_in, kid_of_registration, new_signing_key, renew_callback_token
from lianshen.departments.attached_here import started_with
from lianshen.departments.folder import DepartmentFolder, folders, put
from lianshen.embedded.client import at_this_machine, connected
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.reload_accounts import reload_accounts

Say = Callable[[str], None]
Ask = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Sends a command to a service: its name, its verb, what is asked. Raises CommandRefused."""
SIMULATION = {"by": "lianshen", "reason": "the department is attached itself, and simulated no more"}


ON_ITS_WAY = timedelta(seconds=30)
"""What a department signed before it got its new key, and is not in the log yet: it may take so long to answer."""


def known(name: str) -> str:
    """The service that asks a department. Raises LookupError for a name that is none."""
    if name not in DEPARTMENTS:
        raise LookupError(f"no such department: {name}; there are {', '.join(DEPARTMENTS)}")
    return DEPARTMENTS[name]


async def states(nc: Client) -> list[dict[str, Any]]:
    """Every department, as the service that asks it sees it."""
    found: list[dict[str, Any]] = []
    for service in dict.fromkeys(DEPARTMENTS.values()):
        found += (await call(nc, service, "departments", {}))["departments"]
    return found


async def state(nc: Client, name: str) -> dict[str, Any]:
    found = (await call(nc, known(name), "departments", {}))["departments"]
    return next(dict(one) for one in found if one["department"] == name)


TAKEN_UP_WITHIN = 20.0
NOT_TAKEN_UP = (
    "the running system has not taken it up yet: `lianshen department list` shows how it is asked, and what is wrong "
    "with departments.toml"
)


async def taken_up(directory: DataDir, data_dir: Path | None, name: str, by: str) -> bool:
    """Waits until the running system asks a department the way its table says, and simulates it no more."""
    deadline = time.monotonic() + TAKEN_UP_WITHIN
    async with connected(data_dir) as nc:
        while name in started_with(directory).get("simulated", ()) or (await state(nc, name))["attached_by"] != by:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.2)
    return True


def over(nc: Client) -> Ask:
    """Commands straight over the bus, as the machine itself sends them."""

    async def ask(service: str, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        return await call(nc, service, verb, request)

    return ask


async def register(ask: Ask, folder: DepartmentFolder) -> bool:
    """Makes what the department signs count; False where it does already, or signs nothing. Raises CommandRefused."""
    request = folder.registration()
    if request is None:
        return False
    return bool((await ask(known(folder.name), "register-key", request))["changed"])


async def register_pending(directory: DataDir, nc: Client, say: Say = lambda words: None) -> tuple[str, ...]:
    """Registers the keys of departments that were added while nothing ran; returns whose.

    Their simulations' keys count no more: nobody else shall speak for a department that speaks itself.
    """
    registered = []
    for folder in folders(directory):
        if folder.name not in DEPARTMENTS:
            say(f"departments/{folder.name}: there is no such department; its key is not registered")
            continue
        try:
            await end_simulation(directory, nc, folder.name)
            if await register(over(nc), folder):
                registered.append(folder.name)
        except CommandRefused as problem:
            say(f"{folder.name}: its key is not registered: {problem.title}: {problem.detail}")
    return tuple(registered)


async def end_simulation(directory: DataDir, nc: Client, name: str) -> None:
    key = directory.path / "simulated" / f"{name}.jwk"
    if not key.is_file():
        return
    try:
        await _revoke(over(nc), name, str(read_json(key)["kid"]), **SIMULATION)
    except CommandRefused as problem:
        if problem.status != 404:
            raise
    # Simulated again some day, it gets another key: one that was revoked never counts again.
    key.unlink()
    await end_certificate(over(nc), name, **SIMULATION)


async def _revoke(ask: Ask, name: str, kid: str, reason: str, since: str | None = None, by: str | None = None) -> bool:
    """False where it was revoked already, as early or earlier. Without `by`, whoever asks names who does it."""
    service = next(iter(DEPARTMENTS.values())) if name == LIANSHEN else known(name)
    more = {"since": since, "by": by}
    request = {"department": name, "kid": kid, "reason": reason} | {key: it for key, it in more.items() if it}
    return bool((await ask(service, "revoke-key", request))["changed"])


async def end_certificate(ask: Ask, name: str, reason: str, by: str | None = None) -> bool:
    """False if it has none. Raises CommandRefused."""
    request = {"department": name, "reason": reason} | ({"by": by} if by else {})
    return bool((await ask(known(name), "end-certificate", request))["changed"])


@dataclass(frozen=True)
class Renewal:
    """Why a department gets new credentials; the key that it brings, if it does, and until when that counts."""

    reason: str
    public_key: str | None = None
    not_after: str | None = None


async def rotate(
    directory: DataDir, ask: Ask, nc: Client, name: str, wish: Renewal, say: Say = lambda words: None
) -> DepartmentFolder:
    """New credentials in the place of the old. What the old key signed before stays believed."""
    known(name)
    public_key = wish.public_key
    folder = DepartmentFolder.of(directory, name)
    if not folder.settings.is_file():
        raise LookupError(f"{name} was not added here; `lianshen department add {name} --by …` does it")
    old = [key["kid"] for key in (await state(nc, name))["keys"] if key["counts"]]
    request = folder.registration()
    if public_key is not None and request is None:
        raise ValueError(f"--public-key: {name} signs nothing by its table (signature); `lianshen department add` it")
    if request is not None:
        if public_key is None:
            x = new_signing_key(folder)
        else:
            x = public_key
            folder.signing_key.unlink(missing_ok=True)
        folder.write_registration(x, at_this_machine(), wish.not_after)
        await register(ask, folder)
        say("a new signing key is registered")
    for kid in old if request is not None else ():
        if kid != kid_of_registration(folder):
            since = (datetime.now(UTC) + ON_ITS_WAY).isoformat()
            await _revoke(ask, name, kid, wish.reason, since)
            say(f"the old signing key {kid[:8]}… counts for {ON_ITS_WAY.seconds} more seconds, for what is on its way")
    if folder.callback_token.exists():
        renew_callback_token(folder)
        say("it has a new callback token; the old one opens nothing any more")
    if folder.seed.exists() or directory.is_revoked(name):
        seed = directory.renew_department_seed(name)
        directory.restore_department(name)
        if folder.seed.exists():
            put(folder.seed, read_text(seed).strip())
        reload_bus(directory, say)
        say("it has a new seed for the bus, and is disconnected until it uses it")
    return folder


async def revoke(
    directory: DataDir, ask: Ask, nc: Client, name: str, reason: str, since: str | None, say: Say
) -> None:
    """Nothing that comes in its name counts any more, and it is asked nothing. Raises ValueError for a wrong `since`.

    Done again where it stopped halfway, it goes on.
    """
    service = known(name)
    check_past(since)
    directory.revoke_department(name)
    reload_bus(directory, say)
    say("the bus lets it in no more")
    folder = DepartmentFolder.of(directory, name)
    if folder.callback_token.exists():
        # Not taken away: the service that reads it would not start again.
        renew_callback_token(folder)
        say("its callback token is replaced: what it has opens nothing any more")
    await ask(service, "pause", {"department": name, "reason": reason})
    if await end_certificate(ask, name, f"its credentials were revoked: {reason}"):
        say("its certificate counts no more")
    say("it is asked nothing until somebody resumes it")
    for key in (await state(nc, name))["keys"]:
        if await _revoke(ask, name, key["kid"], reason, since):
            say(f"its signing key {key['kid'][:8]}… is revoked")


def check_past(since: str | None) -> None:
    """Raises ValueError unless it is an instant that everybody reads alike, and not ahead of us."""
    instant = instant_in("--since", since)
    if instant is not None and instant > datetime.now(UTC):
        raise ValueError("--since: this is in the future; a revocation counts from now on, or from earlier")


async def revoke_ours(ask: Ask, kid: str, reason: str, since: str | None) -> bool:
    """A key of our own; False where it was revoked already. Raises ValueError for a wrong `since`, and Problem."""
    check_past(since)
    return await _revoke(ask, LIANSHEN, kid, reason, since)


def reload_bus(directory: DataDir, say: Say) -> None:
    """Lets the bus read its accounts again."""
    if "nats_url" in Settings().model_fields_set:
        say("LIANSHEN_NATS_URL is set: renew or remove the department's user on that bus yourself")
        return
    reload_accounts(directory)
