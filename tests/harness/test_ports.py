"""Which ports servers are given."""

import socket
from pathlib import Path

import pytest

from harness import ports
from harness.ports import LOOPBACK, PortTaken, free_port

CHOSEN_BY_LINUX = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_a_free_port_is_none_that_a_connection_may_be_given_meanwhile() -> None:
    with socket.create_server((LOOPBACK, free_port())):
        pass
    if CHOSEN_BY_LINUX.exists():
        assert free_port() < int(CHOSEN_BY_LINUX.read_text(encoding="ascii").split()[0])


def test_a_port_in_use_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = free_port()
    monkeypatch.setattr(ports, "_FOR_SERVERS", range(taken, taken + 100))
    with socket.create_server((LOOPBACK, taken)):
        assert free_port() != taken


def test_where_no_port_is_free_this_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "LOOPBACK", "192.0.2.1")  # an address that is no machine's
    with pytest.raises(PortTaken, match="No port from 20000 to 32767"):
        free_port()
