"""gunicorn's configuration: `--config python:django_impl.config.gunicorn`.

gunicorn reads it in the master process, which checks the environment before it starts workers.
"""

import gc
import os
from logging.config import dictConfig
from typing import Any

from django_impl.config import metrics_directory
from django_impl.config.environment import read_environment
from django_impl.config.logs import logging_config

ENVIRONMENT = read_environment()

worker_class = "django_impl.config.server.worker.BufferedThreadWorker"
keepalive = 75  # seconds; longer than a proxy keeps it (nginx: 60), so that the proxy closes first
control_socket_disable = True
# No response depends on the scheme, and gunicorn would reject contradicting headers (gunicorn#1857, #2350).
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""  # a SCRIPT_NAME header would change the paths


# --8<-- [start:starting]
def on_starting(_server: object) -> None:
    """Let the master process log in the format of the application, and create the directory of the metrics."""
    dictConfig(logging_config(ENVIRONMENT.log_level, json=ENVIRONMENT.production))
    if ENVIRONMENT.metrics_allowed:
        metrics_directory.prepare(ENVIRONMENT.metrics_directory)


def child_exit(_server: object, worker: Any) -> None:
    """Let the gauges of a worker that has ended no longer count."""
    if ENVIRONMENT.metrics_allowed:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call] # it has no annotations


def on_exit(_server: object) -> None:
    """Delete the metrics."""
    metrics_directory.remove()
    # --8<-- [end:starting]


def post_fork(_server: object, worker: Any) -> None:
    """Keep the threads of a worker on one CPU if WORKER_AFFINITY is set; each worker is on the next one.

    Only one thread can hold the GIL. On several CPUs each release of it wakes a thread on another one. Not the default:
    the scheduler then cannot move a worker away from a CPU that other programs use.
    """
    if ENVIRONMENT.worker_affinity:
        cpus = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cpus[worker.age % len(cpus)]})


def post_worker_init(_worker: object) -> None:
    """Exclude the objects that exist now (settings, models, modules) from garbage collection.

    See decision 21: Cached statements, and reads without model instances.
    """
    gc.collect()
    gc.freeze()
