"""Each wing, with its way to the database noted."""

from collections.abc import Iterator

import pytest

from harness.postgres import Server
from tests.same_work.noted import noted_wing
from tests.same_work.requests import WINGS, Wing


@pytest.fixture(scope="module", params=WINGS)
def wing(request: pytest.FixtureRequest, server: Server) -> Iterator[Wing]:
    """A wing with a single connection, on a shop whose pages are full."""
    with noted_wing(request.param, server) as noted:
        yield noted
