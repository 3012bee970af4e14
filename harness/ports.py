"""Find, read and check TCP ports of this machine."""

import os
import random
import re
import socket
from contextlib import suppress

from harness.paths import BadSetting

LOOPBACK = "127.0.0.1"
# Below the ephemeral ports (from 32768 on Linux, from 49152 elsewhere): the system may assign one of those to an
# outgoing connection before the server binds it.
_SERVER_PORTS = range(20_000, 32_768)
MAX_PORT = 65_535


class PortTaken(RuntimeError):
    """The requested port is in use by another program."""


def free_port() -> int:
    """Return a port that no program listens on, outside the range of ephemeral ports. Raises PortTaken."""
    for port in random.SystemRandom().sample(_SERVER_PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port
    raise PortTaken(f"No port from {_SERVER_PORTS.start} to {_SERVER_PORTS.stop - 1} on {LOOPBACK} can be used.")


def port_setting(variable: str, default: int) -> int:
    """Return the port that an environment variable contains, or the default if it is not set. Raises BadSetting."""
    value = os.environ.get(variable) or str(default)
    if re.fullmatch("[0-9]{1,5}", value) and 1 <= int(value) <= MAX_PORT:
        return int(value)
    raise BadSetting(f"{variable}={value!r} is not a port: set it to a number from 1 to {MAX_PORT}, or unset it.")


def require_free(port: int, *, variable: str | None = None) -> None:
    """Raise PortTaken if the port is in use. The message suggests another value for `variable`, if one is given."""
    with socket.socket() as probe:
        # Servers set this too: a port whose last connections are in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            remedy = "stop that program"
            if variable:
                other = port + 10 if port + 10 <= MAX_PORT else port - 10
                remedy += f", or choose another port: {variable}={other}"
            raise PortTaken(f"Port {port} on {LOOPBACK} cannot be used ({error.strerror}): {remedy}.") from error
