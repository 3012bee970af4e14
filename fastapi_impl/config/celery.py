"""The Celery application: `celery --app fastapi_impl.config.celery worker --pool threads`."""

from contextlib import ExitStack
from logging import captureWarnings
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from celery import Celery
from celery.schedules import crontab
from celery.signals import celeryd_init, setup_logging, task_postrun, task_prerun, worker_init, worker_shutdown
from kombu.transport.sqlalchemy import Transport
from sqlalchemy.exc import SQLAlchemyError

from fastapi_impl.config.database_url import sqlalchemy_url
from fastapi_impl.config.logs import configure_logging
from fastapi_impl.config.settings import get_settings
from fastapi_impl.config.task_log import begin_task, log_task
from fastapi_impl.config.tracing import trace_worker
from fastapi_impl.contract import REPORTS

# --8<-- [start:celery]
# By default, Celery asks PostgreSQL for a message once a second.
Transport.polling_interval = 0.1
# Errors after which Celery connects again. By default, a worker ends with the error that follows on a lost connection,
# and with that of two workers that create the tables of the broker at the same time.
Transport.connection_errors = (SQLAlchemyError,)  # type: ignore[assignment] # the stub infers the default


def create_app() -> Celery:
    """Return the Celery application. Its broker is Redis if it is configured, else PostgreSQL, for development.

    There is no result backend: the outbox has the results.
    """
    settings = get_settings()
    redis = settings.celery_broker_url
    features = ("products", "orders", "reports")
    app = Celery("shop", include=[f"fastapi_impl.{feature}.tasks" for feature in features])
    app.conf.update(
        broker_url=redis or f"sqla+{sqlalchemy_url(settings.database_url)}",
        # Redis delivers a message again after this time. A lost one is handed over again by the relay much earlier.
        broker_transport_options={"visibility_timeout": 3600} if redis else {},
        task_default_queue="shop",
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        timezone="UTC",
        # In memory: the task finds in the database what is missing, so there is no file of past runs.
        beat_scheduler="celery.beat.Scheduler",
        beat_schedule={
            REPORTS["task"]: {
                "task": REPORTS["task"],
                "schedule": crontab(minute=f"*/{REPORTS['every_minutes']}", hour=f"{REPORTS['first_hour']}-23"),
                "options": {"expires": REPORTS["every_minutes"] * 60},  # without a worker, messages do not accumulate
            }
        },
    )
    return app


app = create_app()
# --8<-- [end:celery]


# --8<-- [start:logging]
@celeryd_init.connect
@setup_logging.connect
def configure_worker_logging(**_details: Any) -> None:
    """Configure the logs of a worker or of beat, in place of Celery's own configuration."""
    configure_logging(get_settings().log_level, json=get_settings().environment == "production")
    captureWarnings(True)


task_prerun.connect(begin_task)
task_postrun.connect(log_task)
# --8<-- [end:logging]

_stack = ExitStack()
_portals: list[BlockingPortal] = []


# --8<-- [start:portal]
@worker_init.connect
def start_event_loop(**_details: Any) -> None:
    """Start the event loop of the worker, which its tasks share, as they share the connections of the engine."""
    _portals.append(_stack.enter_context(start_blocking_portal()))


@worker_init.connect
def start_tracing(**_details: Any) -> None:
    """Trace the tasks of the worker."""
    trace_worker()


@worker_shutdown.connect
def stop_event_loop(**_details: Any) -> None:
    """Stop the event loop."""
    _stack.close()
    _portals.clear()


def get_portal() -> BlockingPortal:
    """Return the portal through which threads call functions in the event loop of the worker."""
    return _portals[0]
    # --8<-- [end:portal]
