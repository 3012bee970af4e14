"""Each implementation, with a recorded connection to PostgreSQL."""

from collections.abc import Iterator

import pytest

from harness.postgres.server import Server
from tests.same_work.measurement import IMPLEMENTATIONS, RecordedImplementation
from tests.same_work.recorded_implementation import serve_recorded


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest, server: Server) -> Iterator[RecordedImplementation]:
    """An implementation with a single database connection, and enough rows for a page of 100."""
    with serve_recorded(request.param, server) as running:
        yield running
