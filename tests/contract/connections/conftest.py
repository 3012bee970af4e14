"""The servers, and their log, for tests that write to sockets."""

from collections.abc import Iterator

import pytest

from harness.servers.server import RunningServer
from tests.contract.observed import IMPLEMENTATIONS


@pytest.fixture(params=IMPLEMENTATIONS)
def running(request: pytest.FixtureRequest) -> RunningServer:
    """Each implementation in turn."""
    served: RunningServer = request.getfixturevalue(request.param)
    return served


@pytest.fixture
def no_traceback(fastapi: RunningServer) -> Iterator[None]:
    """Fail where the test makes the FastAPI server log a traceback."""
    before = len(fastapi.log.read_bytes())
    yield
    assert b"Traceback" not in fastapi.log.read_bytes()[before:]
