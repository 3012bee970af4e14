"""TCP ports of this machine."""

import os
import random
import re
import socket
from contextlib import suppress

from harness.paths import BadSetting

LOOPBACK = "127.0.0.1"
# Below those that systems choose for outgoing connections, 32768 and up on Linux, 49152 on others: one of these would
# often be in use again by the time a server asks for it.
_FOR_SERVERS = range(20_000, 32_768)
MOST = 65_535


class PortTaken(RuntimeError):
    """Another program listens on the port that was asked for."""


def free_port() -> int:
    """A port that no program listens on now, and no connection is given. Raises PortTaken where there is none."""
    for port in random.SystemRandom().sample(_FOR_SERVERS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port
    raise PortTaken(f"No port from {_FOR_SERVERS.start} to {_FOR_SERVERS.stop - 1} on {LOOPBACK} can be used.")


def port_from(variable: str, usual: int) -> int:
    """The port that a variable of the environment names, else the usual one. Raises BadSetting."""
    value = os.environ.get(variable) or str(usual)
    if re.fullmatch("[0-9]{1,5}", value) and 1 <= int(value) <= MOST:
        return int(value)
    raise BadSetting(f"{variable}={value!r} is no port: give a number from 1 to {MOST}, or unset it.")


def require_free(port: int, *, variable: str | None = None) -> None:
    """Raises PortTaken, naming the port and the variable that moves it."""
    with socket.socket() as probe:
        # Servers set this too: a port whose last connections linger in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            remedy = "stop that program"
            if variable:
                other = port + 10 if port + 10 <= MOST else port - 10
                remedy += f", or choose another port: {variable}={other}"
            raise PortTaken(f"Port {port} on {LOOPBACK} cannot be used ({error.strerror}): {remedy}.") from error
