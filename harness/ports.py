"""TCP ports of this machine."""

import socket

LOOPBACK = "127.0.0.1"


class PortTaken(RuntimeError):
    """Another program listens on the port that was asked for."""


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


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
