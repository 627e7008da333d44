"""What `lianshen up` can know to be wrong before it starts anything: settings, the files they name, taken ports."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsError

from chassis.errors import Drift
from chassis.http.listening import listening
from lianshen.all_settings import ALL, in_the_environment

Kind = TypeVar("Kind", bound=BaseSettings)


def preflight(environment: Mapping[str, str]) -> list[str]:
    """One sentence a fault, each with its setting's name; no value, which may be a secret.

    `environment` is what the processes get beside the environment itself.
    """
    return wrong_settings(environment) or [*_wrong_files(environment), *_wrong_ports(environment)]


def wrong_settings(environment: Mapping[str, str], kinds: Iterable[type[BaseSettings]] = ALL) -> list[str]:
    """Every setting that cannot be read, of every service unless some are named."""
    found: list[str] = []
    for kind in kinds:
        try:
            settings_in(kind, environment)
        except ValidationError as error:
            found += sentences(error, kind)
        except SettingsError as error:
            found.append(str(error))
    return list(dict.fromkeys(found))


def sentences(error: ValidationError, kind: type[BaseSettings] | None = None) -> list[str]:
    """The first fault of every setting, by its name in the environment, without what was given."""
    kind = kind or next((one for one in ALL if one.__name__ == error.title), BaseSettings)
    told: dict[str, str] = {}
    for fault in error.errors(include_input=False, include_url=False, include_context=False):
        what = fault["msg"].removeprefix("Value error, ").replace("Input should be", "it must be")
        place = [str(step) for step in fault["loc"]]
        if fault["type"] == "string_pattern_mismatch" and place:
            # A regular expression tells nobody what to write.
            field = kind.model_fields.get(place[0])
            what = f"it must be {field.description}" if field and field.description else what
        name = in_the_environment(kind, place[0]) if place else ""
        told.setdefault(name or what, f"{name}: {what}" if name else what)
    return list(told.values())


def settings_in(kind: type[Kind], environment: Mapping[str, str]) -> Kind:
    """The settings as a process of ours will read them."""
    names = {name: in_the_environment(kind, name) for name in kind.model_fields}
    values: dict[str, Any] = {name: environment[given] for name, given in names.items() if given in environment}
    return kind(**values)


def _given(environment: Mapping[str, str]) -> Iterator[tuple[str, BaseSettings, str, Any]]:
    """Every setting that is set: its name in the environment, whose it is, its field and its value."""
    for kind in ALL:
        settings = settings_in(kind, environment)
        for field in settings.model_fields_set:
            yield in_the_environment(kind, field), settings, field, getattr(settings, field)


def _wrong_files(environment: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for name, _, field, path in _given(environment):
        read = READ.get(field)
        if read is None or path is None:
            continue
        try:
            read(path)
        except OSError as error:
            found.append(f"{name}: {path} cannot be read: {error.strerror}")
        except ValueError as error:
            found.append(f"{name}: {error}")
    return list(dict.fromkeys(found))


def _calendar(path: Path) -> None:
    from procedures.working_days import Calendar

    Calendar.load(path)


def _projects(path: Path) -> None:
    from procedures.hainan_2025.projects import load_projects

    load_projects(path)


def _consent_texts(path: Path) -> None:
    from intake.consent_texts import load_consent_texts

    load_consent_texts(path)


def _departments(path: Path) -> None:
    from inquiry.attachments.config import read_attachments

    read_attachments(path)


def _certificates(path: Path) -> None:
    from inquiry.attachments.tls import tls_context

    tls_context(path, None)


def _bureau_key(path: Path) -> None:
    from publicity.objectors.sealing import BureauKey

    from contracts.text_file import read_json

    BureauKey.from_jwk(read_json(path))


READ: dict[str, Callable[[Path], None]] = {
    "calendar_file": _calendar,
    "intake_projects_file": _projects,
    "intake_consent_texts_file": _consent_texts,
    "departments_file": _departments,
    "clock_witness_ca_file": _certificates,
    "publicity_objector_key_file": _bureau_key,
}
"""The files that settings name, and what reads each."""


LISTENED_ON = (
    "intake_host",
    "intake_kiosk_host",
    "intake_family_host",
    "publicity_board_host",
    "console_host",
    "door_host",
    "health_host",
)


def _wrong_ports(environment: Mapping[str, str]) -> list[str]:
    found: list[str | None] = []
    for name, settings, field, value in _given(environment):
        if field == "health_port" and value:
            found.append(
                f"{name}: `up` runs several processes, and each needs a port of its own; "
                "leave it out, and the OS chooses"
            )
        elif field == "door_port":
            found.append(_cannot_listen(name, settings.door_host, value))  # type: ignore[attr-defined]
        elif field in LISTENED_ON:
            found.append(_cannot_listen(name, value, 0))
    return [fault for fault in dict.fromkeys(found) if fault is not None]


def _cannot_listen(name: str, host: str, port: int) -> str | None:
    try:
        listening(name, host, port).close()
    except Drift as fault:
        return str(fault)
    return None
