"""Attaching a department: its credentials, and its table in DATA/departments.toml. Done twice, it changes nothing."""

import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from chassis.process.keys import make_keys, read_key
from contracts.jws import Signer, public_jwk, thumbprint
from contracts.text_file import NotText, read_json, read_text
from inquiry.attachments.config import ONLY_BY_HTTP, Way, attachments_in
from lianshen.bus_access.nkeys_of import make_user_seed
from lianshen.departments.file import Table, differences, table_in, with_table
from lianshen.departments.folder import DepartmentFolder, put
from lianshen.embedded.data_dir import DataDir

CALLBACK_BYTES = 32


class NotAttached(ValueError):
    """The department cannot be attached like that; says why and what to do."""


@dataclass(frozen=True)
class Wish:
    """What was asked for; an option that was not given stays as it is."""

    name: str
    by: Way
    options: Table = field(default_factory=dict)
    token: str | None = None
    public_key: Path | None = None
    not_after: str | None = None
    who: str = "operations"


@dataclass(frozen=True)
class Made:
    """What `add` did."""

    folder: DepartmentFolder
    files: tuple[str, ...]
    table: tuple[str, ...]
    """Changes of its table, in words."""
    readmitted: bool = False
    """Whether the bus, which had shut it out, must read its accounts again."""

    @property
    def changed(self) -> bool:
        return bool(self.files or self.table)


def departments_file(directory: DataDir) -> Path:
    return directory.path / "departments.toml"


def add(directory: DataDir, wish: Wish, nats_url: str | None) -> Made:
    """Makes what is not there yet. Raises NotAttached or ValueError before anything is written of a wrong table."""
    folder = DepartmentFolder.of(directory, wish.name)
    revoked = directory.is_revoked(wish.name)
    if revoked and folder.settings.is_file():
        raise NotAttached(f"{wish.name} was revoked; `lianshen department rotate {wish.name}` makes new credentials")
    instant_in("--not-after", wish.not_after)
    text, table = _table(directory, folder, wish)
    changes = differences(table_in(_file(directory), wish.name), table)
    signs = table.get("signature") != "none"
    key = _key(folder, wish) if signs else None
    folder.make()
    make_keys(directory.keys, ("signing",))
    if revoked:
        # What was revoked was never added here, so there is nothing to rotate: it begins with a seed of its own.
        directory.renew_department_seed(wish.name)
        directory.restore_department(wish.name)
    files = [*_credentials(directory, folder, wish), *(_signing(directory, folder, wish, key) if signs else ())]
    if folder.write_settings(settings(directory, folder, wish.by, nats_url)):
        files.append(folder.settings.name)
    put(departments_file(directory), text)
    return Made(folder, tuple(files), tuple(changes), readmitted=revoked)


def _file(directory: DataDir) -> str:
    path = departments_file(directory)
    return read_text(path) if path.is_file() else ""


def _table(directory: DataDir, folder: DepartmentFolder, wish: Wish) -> tuple[str, Table]:
    """The edited departments file and the table in it, checked."""
    text = _file(directory)
    before = table_in(text, wish.name)
    kept = {key: value for key, value in before.items() if wish.by == "http" or key not in ONLY_BY_HTTP}
    table: Table = {"by": wish.by, **{key: value for key, value in kept.items() if key != "by"}, **wish.options}
    beside = folder.path.relative_to(directory.path)
    if wish.by == "http":
        table.setdefault("callback_token_file", str(beside / folder.callback_token.name))
        if wish.token is not None:
            table["token_file"] = str(beside / folder.token.name)
    edited = with_table(text, wish.name, table)
    attachments_in(edited, directory.path)
    return edited, table


def _credentials(directory: DataDir, folder: DepartmentFolder, wish: Wish) -> list[str]:
    """How it comes in: a user of the bus, or a token of its own."""
    made = []
    if wish.by == "http":
        if wish.token is not None and put(folder.token, wish.token + "\n"):
            made.append(folder.token.name)
        if not folder.callback_token.exists():
            renew_callback_token(folder)
            made.append(folder.callback_token.name)
        return made
    seed = directory.department_seed(wish.name)
    for above in (seed.parent.parent, seed.parent):
        above.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_user_seed(seed)
    return [folder.seed.name] if put(folder.seed, read_text(seed).strip()) else []


def renew_callback_token(folder: DepartmentFolder) -> None:
    put(folder.callback_token, secrets.token_urlsafe(CALLBACK_BYTES) + "\n")


def _key(folder: DepartmentFolder, wish: Wish) -> str | None:
    """The public key that it brings. Raises NotAttached where it has another one already."""
    if wish.public_key is None:
        return None
    x = public_key_in(wish.public_key)
    known = folder.registration()
    if known is not None and known["x"] != x:
        raise NotAttached(
            f"{wish.name} has another key; `lianshen department rotate {wish.name} --public-key FILE` changes it"
        )
    return x


def instant_in(option: str, text: str | None) -> datetime | None:
    """Raises NotAttached unless it is an instant that everybody reads alike."""
    try:
        instant = datetime.fromisoformat(text) if text is not None else None
        if instant is None or instant.tzinfo is not None:
            return instant
    except ValueError:
        pass
    raise NotAttached(f"{option}: write an instant with its time zone, like 2027-12-31T00:00:00+08:00")


def _signing(directory: DataDir, folder: DepartmentFolder, wish: Wish, key: str | None) -> list[str]:
    made = []
    known = folder.registration()
    if known is None:
        x = key or new_signing_key(folder)
        folder.write_registration(x, wish.who, wish.not_after)
        made.append("registration.json" if key else folder.signing_key.name)
    ours = Signer.from_seed(read_key(directory.keys, "signing"))
    if put(folder.our_key, public_jwk(ours.x) + "\n"):
        made.append(folder.our_key.name)
    return made


def new_signing_key(folder: DepartmentFolder) -> str:
    """A private key in the folder; returns its public part."""
    seed = os.urandom(32)
    signer = Signer.from_seed(seed)
    put(folder.signing_key, signer.jwk(seed) + "\n")
    return signer.x


def public_key_in(file: Path) -> str:
    """The public part of a JWK. Raises NotAttached; nothing of the file is repeated."""
    try:
        jwk = read_json(file)
        if (jwk["kty"], jwk["crv"]) != ("OKP", "Ed25519") or len(jwk["x"]) != 43:
            raise ValueError
    except NotText as error:
        raise NotAttached(str(error)) from None
    except (OSError, ValueError, LookupError, TypeError):
        raise NotAttached(f"{file.name} holds no public Ed25519 key as a JWK (kty OKP, crv Ed25519, x)") from None
    if "d" in jwk:
        raise NotAttached(f"{file.name} holds a private key: it is the department's alone; give its public part")
    return str(jwk["x"])


def settings(directory: DataDir, folder: DepartmentFolder, by: Way, nats_url: str | None) -> dict[str, str]:
    """What its program reads from its environment."""
    known = folder.read_settings()
    values = {"DEPARTMENT": folder.name}
    if by == "http":
        values |= {"TOKEN_FILE": str(folder.token)} if folder.token.exists() else {}
        values |= {"CALLBACK_TOKEN_FILE": str(folder.callback_token)}
        values |= {key: known[key] for key in ("ANSWERS_URL",) if key in known}
    else:
        url = nats_url or known.get("NATS_URL") or _last_url(directory)
        values |= {"NATS_URL": url} if url else {}
        values |= {
            "SEED": str(folder.seed),
            "SUBJECT": f"department.{folder.name}.query.v1",
            "NOTICE_SUBJECT": f"department.{folder.name}.notice.v1",
            "ANSWER_SUBJECT": f"answer.{folder.name}.v1",
        }
    for key, path in (("SIGNING_KEY", folder.signing_key), ("LIANSHEN_KEY", folder.our_key)):
        values |= {key: str(path)} if path.exists() else {}
    return values


def _last_url(directory: DataDir) -> str | None:
    """Where the bus was: it comes back on the same port, where that is free."""
    port = directory.run / "port"
    return f"nats://127.0.0.1:{port.read_text().strip()}" if port.is_file() else None


def kid_of_registration(folder: DepartmentFolder) -> str | None:
    known = folder.registration()
    return thumbprint(known["x"]) if known else None
