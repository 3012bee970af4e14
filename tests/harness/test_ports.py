"""`free_port` returns a port that a server can bind."""

import socket
from pathlib import Path

import pytest

from harness import ports
from harness.ports import LOOPBACK, PortTaken, free_port

EPHEMERAL_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_free_port_is_below_the_ephemeral_ports() -> None:
    with socket.create_server((LOOPBACK, free_port())):
        pass
    if EPHEMERAL_PORTS.exists():
        assert free_port() < int(EPHEMERAL_PORTS.read_text(encoding="ascii").split()[0])


def test_port_in_use_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = free_port()
    monkeypatch.setattr(ports, "_SERVER_PORTS", range(taken, taken + 100))
    with socket.create_server((LOOPBACK, taken)):
        assert free_port() != taken


def test_missing_free_port_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "LOOPBACK", "192.0.2.1")  # an address for documentation, which no machine has
    with pytest.raises(PortTaken, match="No port from 20000 to 32767"):
        free_port()
