"""The Celery application: `celery --app django_impl.config.celery worker`."""

import os
from logging import captureWarnings
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging, task_postrun, task_prerun, worker_init
from django.conf import settings
from kombu.transport.sqlalchemy import Transport
from sqlalchemy.exc import SQLAlchemyError

from django_impl.common.database.postgresql import deadlines
from django_impl.config.task_log import begin_task, log_task
from django_impl.config.tracing import trace_worker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_impl.config.settings")

# By default, Celery asks PostgreSQL for a message once a second.
Transport.polling_interval = 0.1
# Errors after which Celery connects again. By default, a worker ends with the error that follows on a lost connection,
# and with that of two workers that create the tables of the broker at the same time.
Transport.connection_errors = (SQLAlchemyError,)  # type: ignore[assignment] # the stub infers the default

app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# --8<-- [start:logging]
@celeryd_init.connect
@setup_logging.connect
def configure_worker_logging(**_details: Any) -> None:
    """Configure the logs of a worker or of beat, in place of Celery's own configuration."""
    dictConfig(settings.LOGGING)
    captureWarnings(True)


task_prerun.connect(begin_task)
task_postrun.connect(log_task)
# --8<-- [end:logging]


@worker_init.connect
def enforce_deadlines(**_details: Any) -> None:
    """Let no task wait for ever for a database server that no longer responds."""
    deadlines.enforce()


@worker_init.connect
def start_tracing(**_details: Any) -> None:
    """Trace the tasks of the worker."""
    trace_worker()
