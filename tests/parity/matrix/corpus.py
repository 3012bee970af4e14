"""The whole corpus, sent to both implementations and both tutorial apps, each on a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from rich.progress import Progress

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import serve
from tests.parity.cases import read_cases
from tests.parity.tutorial.readers import READERS
from tests.parity.tutorial.serving import Tutorial, serve_tutorial
from tests.parity.values import Reader
from tests.parity.verdicts import COLUMNS, Verdict, verdicts
from tests.parity.world import World


def judged(server: Server, progress: Progress) -> dict[str, list[Verdict]]:
    """What became of every case, for each column."""
    cases = read_cases()
    found = {}
    for column, title in COLUMNS.items():
        task = progress.add_task(f"corpus: {title}", total=len(cases))
        with _world(server) as (url, world), _serving(column, url) as (port, reader):
            found[column] = list(_advancing(verdicts(cases, port, world, reader), progress, task))
    return found


def _advancing(found: Iterator[Verdict], progress: Progress, task: Any) -> Iterator[Verdict]:
    for one in found:
        progress.advance(task)
        yield one


@contextmanager
def _world(server: Server) -> Iterator[tuple[str, World]]:
    with database(server, name_hint="matrix") as url:
        connection = psycopg2.connect(url)
        connection.autocommit = True
        try:
            yield url, World(connection)
        finally:
            connection.close()


@contextmanager
def _serving(column: Any, url: str) -> Iterator[tuple[int, type[Reader]]]:
    if column.startswith("tutorial-"):
        name: Tutorial = column.removeprefix("tutorial-")
        with serve_tutorial(name, url) as port:
            yield port, READERS[name]
    else:
        with serve(column, url) as running:
            yield running.port, Reader
