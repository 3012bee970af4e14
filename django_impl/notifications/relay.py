"""The relay: a process that hands the tasks of events to Celery."""

import logging
import select
from collections import deque
from threading import Event as Flag

from celery import Celery
from django.db import connection, transaction
from kombu import Connection

from django_impl.contract import EVENTS
from django_impl.notifications import services

log = logging.getLogger(__name__)
# No notification comes when the time of an attempt has ended.
POLL_SECONDS = 1.0


# --8<-- [start:relay]
def run(app: Celery, stopped: Flag) -> None:
    """Hand over due tasks until `stopped` is set: at each notification of PostgreSQL, and every second."""
    while not stopped.is_set():
        try:
            with app.connection_for_write() as broker:
                connection.cursor().execute("LISTEN outbox")
                while not stopped.is_set():
                    hand_over(app, broker, stopped)
                    _wait_for_notification()
        except Exception:  # any: after a lost connection, Celery's library also raises an AttributeError
            log.exception("The relay begins again after an error")
            connection.close()
            stopped.wait(POLL_SECONDS)


def hand_over(app: Celery, broker: Connection, stopped: Flag) -> None:
    """Delete expired events, and send a message to Celery for each due task."""
    with transaction.atomic():
        services.delete_expired_events()
    while not stopped.is_set():
        with transaction.atomic():
            events = deque(services.claim_events())
        if not events:
            break
        try:
            while events:
                event = events[0]
                task, arguments = EVENTS["tasks"][event.type], [str(event.id), event.attempts]
                headers = {"traceparent": event.traceparent} if event.traceparent else None
                app.send_task(task, args=arguments, headers=headers, connection=broker)
                events.popleft()
        finally:  # after an error they must not wait for the time of an attempt
            for event in events:
                services.release_event(event_id=event.id, attempt=event.attempts)
    # --8<-- [end:relay]


def _wait_for_notification() -> None:
    driver_connection = connection.connection
    if not driver_connection.notifies:  # those that came with the responses to other statements
        select.select([driver_connection], [], [], POLL_SECONDS)
        driver_connection.poll()
    driver_connection.notifies.clear()
