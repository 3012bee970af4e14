"""Send the whole corpus to both implementations and both tutorial shops, each with its own database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from rich.progress import Progress

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import serve
from tests.parity.cases import read_cases
from tests.parity.expressions import Evaluator
from tests.parity.seed_data import ENVIRONMENT, SeededDatabase
from tests.parity.tutorial.evaluators import EVALUATORS
from tests.parity.verdicts import COLUMNS, Verdict, judge_cases


def judge_all_columns(server: Server, progress: Progress) -> dict[str, list[Verdict]]:
    """Return the verdicts on all cases, for each column of the page."""
    cases = read_cases()
    verdicts = {}
    for column, title in COLUMNS.items():
        task = progress.add_task(f"corpus: {title}", total=len(cases))
        with seeded_database(server) as (url, seeded), _serve_column(column, url) as (port, evaluator):
            verdicts[column] = list(_advance(judge_cases(cases, port, seeded, evaluator), progress, task))
    return verdicts


def _advance(verdicts: Iterator[Verdict], progress: Progress, task: Any) -> Iterator[Verdict]:
    for verdict in verdicts:
        progress.advance(task)
        yield verdict


@contextmanager
def seeded_database(server: Server) -> Iterator[tuple[str, SeededDatabase]]:
    """Yield the URL of a new database for the cases, and its seed data. Drop it at the end."""
    with database(server, name_hint="parity_report") as url:
        connection = psycopg2.connect(url)
        connection.autocommit = True
        try:
            yield url, SeededDatabase(connection)
        finally:
            connection.close()


@contextmanager
def _serve_column(column: Any, url: str) -> Iterator[tuple[int, type[Evaluator]]]:
    with serve(column, url, environment=ENVIRONMENT) as running:
        yield running.port, EVALUATORS.get(column, Evaluator)
