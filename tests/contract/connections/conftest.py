"""Fixtures for tests that write to sockets: the servers and their logs."""

from collections.abc import Iterator

import pytest

from harness.servers.server import RunningServer
from tests.contract.observed import IMPLEMENTATIONS


@pytest.fixture(params=IMPLEMENTATIONS)
def running(request: pytest.FixtureRequest) -> RunningServer:
    """Return the server of each implementation in turn."""
    server: RunningServer = request.getfixturevalue(request.param)
    return server


@pytest.fixture
def no_traceback(fastapi: RunningServer) -> Iterator[None]:
    """Fail the test if it makes the FastAPI server log a traceback."""
    before = len(fastapi.log.read_bytes())
    yield
    assert b"Traceback" not in fastapi.log.read_bytes()[before:]
