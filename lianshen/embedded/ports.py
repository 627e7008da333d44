"""Ports for the whole run: whoever posts, or looks at a page, finds its address again after a restart."""

import errno
import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack

from pydantic_settings import BaseSettings

from chassis.process.settings import Settings
from lianshen.all_settings import in_the_environment
from lianshen.errors import CommandError
from lianshen.lasting_ports import lasting_port

OPTIONS = {"LIANSHEN_INTAKE_PORT": "--port", "LIANSHEN_CONSOLE_PORT": "--console-port"}
"""How `lianshen up` takes one otherwise than from the environment."""


class PortTaken(CommandError):
    """Nothing can listen where something should."""


def ports_for(kinds: Iterable[type[BaseSettings]], given: Mapping[str, str]) -> dict[str, str]:
    """The ports of all servers that services declare (`…_port`), by their names in the environment.

    One that is given is tried; one that is left to the OS is chosen now. Raises PortTaken.
    """
    with ExitStack() as bound:
        return {name: str(_bound(bound, name, given.get(name, "0"))) for name in _names(kinds)}


def _names(kinds: Iterable[type[BaseSettings]]) -> list[str]:
    """Of the services' own: the chassis's are one a process, and the OS chooses anew."""
    own = {
        in_the_environment(kind, name): field.default
        for kind in kinds
        for name, field in kind.model_fields.items()
        if name.endswith("_port") and name not in Settings.model_fields
    }
    return [name for name, default in own.items() if default == 0]


def _bound(until: ExitStack, name: str, wanted: str) -> int:
    if int(wanted) == 0:
        return lasting_port(until)
    probe = until.enter_context(socket.socket())
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(wanted)))
    except OverflowError:
        raise PortTaken(f"{wanted} is no port: they go from 1 to 65535, and 0 leaves it to the OS") from None
    except OSError as error:
        option = OPTIONS.get(name, name)
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise PortTaken(f"port {wanted} {why}; name another one with {option}, or leave it to the OS") from None
    return int(probe.getsockname()[1])
