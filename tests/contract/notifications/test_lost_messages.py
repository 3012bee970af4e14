"""Lost messages, cut connections, and a broker that is killed: no task is lost, and waiting costs no attempt."""

import os
from dataclasses import replace
from functools import partial

import pytest
from redis import Redis

from harness.ports import free_port
from harness.servers import redis
from harness.servers.background import Side
from tests.contract.document import SETTINGS
from tests.contract.notifications.conftest import Jobs
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import rows
from tests.harness.processes import eventually

MAX_ATTEMPTS = SETTINGS["events"]["max_attempts"]
WITHIN_SECONDS = 60

each_implementation = pytest.mark.parametrize("side", IMPLEMENTATIONS)


def has_queued(url: str) -> bool:
    """Return whether a message is in the queue of Redis."""
    with Redis.from_url(url) as client:
        return bool(client.llen("shop"))


@each_implementation
def test_lost_messages_are_sent_again(jobs: Jobs, side: Side) -> None:
    event = jobs.insert()
    with jobs.running(side, "relay"):
        assert eventually(partial(jobs.has_messages, 1))
        jobs.execute("DELETE FROM kombu_message")
        jobs.make_due()
        with jobs.running(side, "worker"):
            jobs.mailbox.wait_for(1)
            assert eventually(lambda: jobs.state(event) == ("finished", 1, ""))


@each_implementation
def test_waiting_for_a_worker_costs_no_attempt_and_repeated_messages_only_one(jobs: Jobs, side: Side) -> None:
    event = jobs.insert()
    jobs.mailbox.answer = "451 Try later"
    with jobs.running(side, "relay"):
        for number in range(1, MAX_ATTEMPTS + 3):
            assert eventually(partial(jobs.has_messages, number))
            assert jobs.state(event) == ("waiting", 0, "")
            jobs.make_due()
        with jobs.running(side, "worker"):
            assert eventually(lambda: rows(jobs.sql, "SELECT count(*) FROM kombu_message WHERE visible") == [(0,)])
            assert eventually(lambda: jobs.state(event)[2] != "")

    assert jobs.state(event)[:2] == ("waiting", 1)


@each_implementation
def test_relay_and_worker_go_on_after_their_connections_are_cut(jobs: Jobs, side: Side) -> None:
    with jobs.running(side, "relay"), jobs.running(side, "worker"):
        first = jobs.insert()
        assert eventually(lambda: jobs.state(first)[0] == "finished")
        jobs.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        second = jobs.insert()
        jobs.mailbox.wait_for(2)
        assert eventually(lambda: jobs.state(second)[0] == "finished")


@each_implementation
def test_expired_events_are_deleted_except_those_with_an_unfinished_task(jobs: Jobs, side: Side) -> None:
    jobs.execute(
        "INSERT INTO outbox"
        " (type, data, is_public, attempts, error, created_at, next_attempt_at, failed_at, finished_at)"
        " SELECT"
        " 'stock.low', to_jsonb(name), true, 0, '', now() - make_interval(hours => hours), next, failed, finished"
        " FROM (VALUES ('old', 2, NULL, NULL, NULL), ('finished', 2, NULL, NULL, now()), ('new', 0, NULL, NULL, NULL),"
        " ('waiting', 2, now() + interval '1 day', NULL, NULL), ('failed', 2, NULL, now(), NULL))"
        " AS rows (name, hours, next, failed, finished)",
    )
    with jobs.running(side, "relay"):
        assert eventually(lambda: len(rows(jobs.sql, "SELECT FROM outbox")) == 3)

    assert {name for (name,) in rows(jobs.sql, "SELECT data FROM outbox")} == {"new", "waiting", "failed"}


@pytest.mark.skipif(
    not redis.is_installed() and not os.environ.get("CI"),
    reason="redis-server is not installed; apt-get install redis-server",
)
@each_implementation
def test_redis_as_broker_loses_no_task_when_it_is_killed(jobs: Jobs, side: Side) -> None:
    port = free_port()
    jobs = replace(jobs, environment={**jobs.environment, "CELERY_BROKER_URL": f"redis://127.0.0.1:{port}/0"})
    with redis.redis_server(port=port), jobs.running(side, "relay"), jobs.running(side, "worker"):
        first = jobs.insert()
        assert eventually(lambda: jobs.state(first)[0] == "finished")

    second = jobs.insert()
    with jobs.running(side, "relay") as relay:
        assert eventually(lambda: "The relay begins again after an error" in relay.log.read_text(encoding="utf-8"))
        # It is due at once, although the message could not be sent.
        with redis.redis_server(port=port) as url:
            assert eventually(partial(has_queued, url))
        # Redis had no files, so its messages are lost.
        jobs.make_due()
        with redis.redis_server(port=port), jobs.running(side, "worker"):
            assert eventually(lambda: jobs.state(second)[0] == "finished")
    assert len(jobs.mailbox.mails) == 2
