"""A database of their own for tests with workers, which would perform the tasks of other tests."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

import psycopg2
import pytest
from psycopg2 import extras
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.background import Role, Side, background
from harness.servers.guarded import RunningProgram
from tests.contract.notifications.mailbox import Mailbox, mailbox
from tests.contract.shop import rows


@dataclass
class Jobs:
    """A database with a mail server, and what runs on them."""

    url: str
    sql: Connection
    mailbox: Mailbox
    environment: Mapping[str, str]

    @contextmanager
    def running(self, side: Side, role: Role) -> Iterator[RunningProgram]:
        """Run the relay or the worker of an implementation until the end of the block."""
        with background(side, role, self.url, environment=self.environment) as program:
            yield program

    def insert(self, event_type: str = "product.created", **data: object) -> str:
        """Store an event with a task, as the services do, and return its id."""
        data = {"slug": "cup", "name": "Cup", "price": "5.00", "stock": 20, "is_active": True} | data
        ((event_id,),) = rows(
            self.sql,
            "INSERT INTO outbox (type, data, is_public, next_attempt_at, attempts, error)"
            " VALUES (%s, %s, true, now(), 0, '') RETURNING id::text",
            event_type,
            extras.Json(data),
        )
        return str(event_id)

    def execute(self, statement: str) -> None:
        """Execute a statement on the database."""
        with self.sql.cursor() as cursor:
            cursor.execute(statement)

    def make_due(self) -> None:
        """Let the time of all running attempts be over."""
        self.execute("UPDATE outbox SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL")

    def has_failed(self, event_id: str, attempts: int) -> bool:
        """Return whether the last of so many attempts has stored its error."""
        _, number, error = self.state(event_id)
        return number == attempts and error != ""

    def has_messages(self, number: int) -> bool:
        """Return whether Celery has had so many messages. Its table is created with the first one."""
        if rows(self.sql, "SELECT to_regclass('kombu_message')") == [(None,)]:
            return False
        return rows(self.sql, "SELECT count(*) FROM kombu_message") == [(number,)]

    def state(self, event_id: str) -> tuple[str, int, str]:
        """Return the state of the task of an event, the number of its attempts, and its error."""
        ((state, attempts, error),) = rows(
            self.sql,
            "SELECT CASE WHEN finished_at IS NOT NULL THEN 'finished' WHEN failed_at IS NOT NULL THEN 'failed'"
            " ELSE 'waiting' END, attempts, error FROM outbox WHERE id = %s",
            event_id,
        )
        return state, attempts, error


@contextmanager
def new_jobs(server: Server) -> Iterator[Jobs]:
    """Yield a database and a mail server, without any program."""
    with ExitStack() as stack:
        url = stack.enter_context(database(server, name_hint="tests"))
        box = stack.enter_context(mailbox())
        sql = stack.enter_context(closing(psycopg2.connect(url)))
        sql.autocommit = True
        yield Jobs(url, sql, box, {"EMAIL_URL": box.url})


@pytest.fixture
def jobs(server: Server) -> Iterator[Jobs]:
    """Return a database and a mail server, without any program."""
    with new_jobs(server) as jobs:
        yield jobs
