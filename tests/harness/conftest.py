from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.postgres.server import Server, postgres


@pytest.fixture(autouse=True)
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here is the embedded server, also where all other tests use another."""
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture(scope="session")
def cluster_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that is this test worker's own, so that its server may be stopped and killed."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs as long as the tests, on another data directory than the one that is stopped and killed."""
    with postgres(tmp_path_factory.mktemp("lasting")) as server:
        yield server
