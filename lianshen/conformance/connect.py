"""Reaches a department as production does: by the departments file, our signing key, and a user that may only ask."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from nats.aio.client import Client

from chassis.errors import ChassisError
from chassis.log.key_register import read_register
from chassis.process.keys import read_key
from chassis.process.settings import Settings
from contracts.jws import Signer, thumbprint
from contracts.key_register import Holding, Key
from contracts.text_file import NotText, read_json
from inquiry.attachments.config import AttachmentConfig, attach, read_attachments
from lianshen.conformance.kit import Kit, Options
from lianshen.conformance.raw_transport import BusLine, HttpLine
from lianshen.conformance.registers import Registers
from lianshen.embedded.client import NotRunning, connected, history_of, where
from lianshen.embedded.data_dir import DataDir
from lianshen.simulation.registers import OF_THE_KIT
from procedures.department import Department
from procedures.hainan_2025.departments import DEPARTMENTS as ALL_DEPARTMENTS

DEPARTMENTS: dict[str, Department] = {it.name: it for it in ALL_DEPARTMENTS}


class ByClerk(ValueError):
    """A department that is asked by nobody."""


def department_named(name: str) -> Department:
    """Raises ValueError naming those there are."""
    if name not in DEPARTMENTS:
        raise ValueError(f"no such department: {name}; there are {', '.join(DEPARTMENTS)}")
    return DEPARTMENTS[name]


@asynccontextmanager
async def connect_kit(
    name: str, data_dir: Path | None, options: Options, key_file: Path | None = None, world: Path = OF_THE_KIT
) -> AsyncIterator[Kit]:
    """Raises ValueError, ByClerk or NotRunning."""
    department = department_named(name)
    how = attachment_of(name, data_dir)
    if how.by == "clerk":
        raise ByClerk(f"{name} is answered by its clerk; the kit asks systems, and does not apply")
    signer = None if how.signature == "none" else key_of(data_dir, "signing")
    holding = with_key(key_file) if key_file else await registered(name, data_dir)
    async with AsyncExitStack() as stack:
        line: BusLine | HttpLine
        if how.by == "bus":
            nc = await stack.enter_async_context(connected(data_dir, "check"))
            line = BusLine(nc, name)
        else:
            nc = cast(Client, None)  # an HTTP department needs no bus
            line = HttpLine(how)
        attachment = attach(nc, name, how, _nothing)
        stack.push_async_callback(attachment.close)
        yield Kit(department, how, attachment, line, Registers(department, world), signer, holding, options)


def attachment_of(name: str, data_dir: Path | None) -> AttachmentConfig:
    """By LIANSHEN_DEPARTMENTS_FILE, else by departments.toml of the data directory; the bus where neither says."""
    own = DataDir.at(data_dir).path / "departments.toml"
    return read_attachments(Settings().departments_file or (own if own.is_file() else None)).get(
        name, AttachmentConfig()
    )


def key_of(data_dir: Path | None, name: str) -> Signer | None:
    """One of Lianshen's own keys; None where this machine does not hold it."""
    settings = Settings()
    folder = settings.keys_dir if "keys_dir" in settings.model_fields_set else DataDir.at(data_dir).keys
    try:
        return Signer.from_seed(read_key(folder, name))
    except FileNotFoundError:
        return None


async def registered(name: str, data_dir: Path | None) -> Holding:
    """What the register says of the department; nothing where no system runs that could be asked."""
    try:
        where(data_dir)
        async with connected(data_dir) as nc:
            return (await read_register(await history_of(nc))).of(name)
    except (NotRunning, ChassisError):
        return Holding()


def with_key(path: Path) -> Holding:
    """As if this public JWK were registered. Raises ValueError."""
    try:
        return holding_with(read_json(path)["x"])
    except NotText:
        raise
    except (ValueError, LookupError, TypeError):
        raise ValueError(f"{path.name} holds no public Ed25519 key as a JWK") from None


def holding_with(x: str) -> Holding:
    """A department that has registered one key."""
    now = datetime.now(UTC)
    key = Key(thumbprint(x), x, "answer", now, now + timedelta(days=1))
    return Holding(keys={key.kid: key})


async def _nothing(_: bytes) -> None:
    """Answers that nobody waits for any more."""
