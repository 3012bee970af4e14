"""Each implementation, with its database connection recorded."""

from collections.abc import Iterator

import pytest

from harness.postgres.server import Server
from tests.same_work.noted import noted_implementation
from tests.same_work.requests import IMPLEMENTATIONS, Implementation


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest, server: Server) -> Iterator[Implementation]:
    """An implementation with a single connection, on a shop whose pages are full."""
    with noted_implementation(request.param, server) as noted:
        yield noted
