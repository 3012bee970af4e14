"""TCP ports of this machine."""

import random
import socket
from contextlib import suppress

LOOPBACK = "127.0.0.1"
# Below those that systems choose for outgoing connections, 32768 and up on Linux, 49152 on others: one of these would
# often be in use again by the time a server asks for it.
_FOR_SERVERS = range(20_000, 32_768)


class PortTaken(RuntimeError):
    """Another program listens on the port that was asked for."""


def free_port() -> int:
    """A port that no program listens on now, and no connection is given. Raises PortTaken where there is none."""
    for port in random.SystemRandom().sample(_FOR_SERVERS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port
    raise PortTaken(f"No port from {_FOR_SERVERS.start} to {_FOR_SERVERS.stop - 1} on {LOOPBACK} can be used.")


def require_free(port: int, *, variable: str | None = None) -> None:
    """Raises PortTaken, naming the port and the variable that moves it."""
    with socket.socket() as probe:
        # Servers set this too: a port whose last connections linger in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            remedy = (
                f"stop that program, or choose another port: {variable}={port + 10}"
                if variable
                else "stop that program"
            )
            raise PortTaken(f"Port {port} on {LOOPBACK} cannot be used ({error.strerror}): {remedy}.") from error
