"""Celery as in its tutorial loses what its broker does not have, and what a worker has acknowledged."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from signal import SIGKILL

import psycopg2
import pytest
from redis import Redis

from harness.databases.clones import database
from harness.ports import free_port
from harness.postgres.server import Server
from harness.servers import redis
from tests.contract.notifications.mailbox import Mailbox, mailbox
from tests.contract.shop import rows
from tests.harness.processes import eventually
from tests.lost_tasks.processes import WITHIN_SECONDS, Shop, kill, silent_mailbox

WORKER = ["-m", "celery", "--app", "tests.lost_tasks.celery_tutorial", "worker", "--concurrency", "1"]
PLACE_ORDER = """
import sys
from tests.lost_tasks.celery_tutorial import place_order
place_order(sys.argv[1])
"""
CREATE_TABLES = """
from tests.lost_tasks.celery_tutorial import app
with app.connection_for_write() as connection:
    connection.SimpleQueue("celery").close()
"""
# Kills itself between the commit and the message.
DIE_BEFORE_THE_MESSAGE = """
import os, signal
from celery.signals import before_task_publish
before_task_publish.connect(lambda **_: os.kill(os.getpid(), signal.SIGKILL), weak=False)
"""
VISIBILITY_SECONDS = 1  # in celery_tutorial
needs_redis = pytest.mark.skipif(
    not redis.is_installed() and not os.environ.get("CI"),
    reason="redis-server is not installed; apt-get install redis-server",
)


@pytest.fixture
def sql_shop(tmp_path: Path, server: Server) -> Iterator[Shop]:
    """Return a shop without orders, whose broker is PostgreSQL."""
    with database(server, name_hint="tests") as url:
        broker = f"sqla+postgresql+psycopg2://{url.partition('://')[2]}"
        shop = Shop(tmp_path / "orders.sqlite3", {"BROKER_URL": broker, "ACKS_LATE": "yes"})
        shop.create_table()
        # Two processes that create the tables of the broker at the same time can fail.
        with mailbox() as box:
            assert shop.run(box, "-c", CREATE_TABLES) == 0
        yield shop


@contextmanager
def redis_shop(folder: Path, *, acks_late: str) -> Iterator[tuple[Shop, Redis]]:
    """Yield a shop without orders, whose broker is Redis, and a client of it."""
    with redis.redis_server(port=free_port()) as url, Redis.from_url(url, decode_responses=True) as client:
        shop = Shop(folder / "orders.sqlite3", {"BROKER_URL": url, "ACKS_LATE": acks_late})
        shop.create_table()
        yield shop, client


def sent_and_visible(shop: Shop) -> list[tuple[bool]]:
    """Return, for each message that PostgreSQL has as the broker, whether a worker can still receive it."""
    with closing(
        psycopg2.connect(shop.environment["BROKER_URL"].replace("sqla+postgresql+psycopg2", "postgresql"))
    ) as sql:
        return rows(sql, "SELECT visible FROM kombu_message")


def kill_worker_in_task(shop: Shop) -> None:
    """Place the first order, and kill the worker while it mails the confirmation."""
    with silent_mailbox() as first, shop.running(first, *WORKER) as worker:
        assert shop.run(first, "-c", PLACE_ORDER, "first@example.com") == 0
        assert first.asked.wait(WITHIN_SECONDS)
        kill(worker)


def mails_of_another_worker(shop: Shop, stack: ExitStack, number: int) -> list[str]:
    """Place the second order, start another worker, and return the recipients of so many mails."""
    second: Mailbox = stack.enter_context(mailbox())
    assert shop.run(second, "-c", PLACE_ORDER, "second@example.com") == 0
    stack.enter_context(shop.running(second, *WORKER))
    return sorted(str(mail["To"]) for mail in second.wait_for(number))


def test_message_is_lost_if_the_process_dies_after_the_commit(sql_shop: Shop) -> None:
    with mailbox() as box:
        status = sql_shop.run(box, "-c", DIE_BEFORE_THE_MESSAGE + PLACE_ORDER, "first@example.com")

    assert status == -SIGKILL
    assert sql_shop.orders() == ["first@example.com"]
    assert sent_and_visible(sql_shop) == []


def test_sql_transport_loses_the_task_of_a_killed_worker_although_it_acknowledges_late(sql_shop: Shop) -> None:
    with ExitStack() as stack:
        kill_worker_in_task(sql_shop)

        assert sent_and_visible(sql_shop) == [(False,)]
        assert mails_of_another_worker(sql_shop, stack, 1) == ["second@example.com"]


@needs_redis
def test_redis_loses_the_task_of_a_killed_worker_by_default(tmp_path: Path) -> None:
    with redis_shop(tmp_path, acks_late="no") as (shop, client):
        kill_worker_in_task(shop)

        assert shop.orders() == ["first@example.com"]
        assert (client.llen("celery"), client.hlen("unacked")) == (0, 0)


@needs_redis
def test_redis_delivers_again_after_its_time_out_if_the_worker_acknowledges_late(tmp_path: Path) -> None:
    with redis_shop(tmp_path, acks_late="yes") as (shop, client), ExitStack() as stack:
        kill_worker_in_task(shop)

        assert (client.llen("celery"), client.hlen("unacked")) == (0, 1)
        # A worker looks for messages to deliver again at its start, and then every 100 seconds.
        assert eventually(lambda: client.zcount("unacked_index", 0, time.time() - VISIBILITY_SECONDS) == 1)
        assert mails_of_another_worker(shop, stack, 2) == ["first@example.com", "second@example.com"]
