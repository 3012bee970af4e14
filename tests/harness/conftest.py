"""Fixtures for tests of the embedded PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.postgres.server import Server, postgres


@pytest.fixture(autouse=True)
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset DATABASE_URL, so that these tests use the embedded server even if the other tests use another one."""
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture(scope="session")
def cluster_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory of this test worker, whose server a test may stop or kill."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs during all tests of this worker, with another data directory than `cluster_dir`."""
    with postgres(tmp_path_factory.mktemp("lasting")) as server:
        yield server
