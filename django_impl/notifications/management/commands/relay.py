import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from django_impl.common.database.postgresql import deadlines
from django_impl.config.celery import app
from django_impl.notifications import relay


class Command(BaseCommand):
    """Runs the relay."""

    help = "Hand the tasks of events to Celery until SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal."""
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        deadlines.enforce()
        relay.run(app, stopped)
